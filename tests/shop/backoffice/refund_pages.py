"""The refund form's two steps, as a browser goes them."""

import re
from html import unescape
from typing import Any

from django.test import Client

from shop.orders.models import Order

EVERYTHING = {"what": "everything", "restock": "no", "reason": "Cracked"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


def post(client: Client, order: Order, data: dict[str, str]) -> Any:
    """Post the form and follow to the page it leads to."""
    return client.post(f"/admin/shop/order/{order.pk}/refund/", data, follow=True)


def hidden_fields(page: str) -> dict[str, str]:
    """Return what the second step carries."""
    fields = {name: unescape(value) for name, value in HIDDEN.findall(page.partition("What will happen")[2])}
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def confirm(client: Client, order: Order, page: str, **changed: str) -> Any:
    """Press the second step's button."""
    fields = hidden_fields(page)
    assert "shown_minor" in fields, page[-3000:]
    return post(client, order, fields | changed)


def refund(client: Client, order: Order, data: dict[str, str]) -> Any:
    """Go both steps."""
    return confirm(client, order, post(client, order, data).content.decode())

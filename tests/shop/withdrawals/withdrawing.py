"""A buyer who withdraws: goes both pages as a browser does. And what the shop notes about parcels."""

import datetime as dt
from typing import Any

from django.test import Client

from shop.orders import lifecycle
from shop.orders.models import Order, Shipment
from shop.payments import refunds
from tests.pages import forms_to, submitted


def address(order: Order) -> str:
    """Return where the buyer of an order withdraws."""
    return f"/orders/{order.token}/withdraw/"


def fields(client: Client, order: Order) -> dict[str, str]:
    """Return what the form holds when it is opened."""
    page: Any = client.get(address(order))
    forms = forms_to(page, address(order))
    return submitted(forms[0])


def ask(client: Client, order: Order, **changed: Any) -> Any:
    """Press "Withdraw from contract" with what is filled in, but for what is changed."""
    return client.post(address(order), fields(client, order) | changed)


def confirmation(page: Any, order: Order) -> dict[str, str]:
    """Return what "Confirm withdrawal" sends."""
    forms = forms_to(page, address(order))
    assert forms, page.content.decode()[:3000]
    sent = submitted(forms[0])
    sent.pop("change")
    return sent


def withdraw(client: Client, order: Order, **changed: Any) -> Any:
    """Go both pages; return the answer to the second."""
    return client.post(address(order), confirmation(ask(client, order, **changed), order))


def units(order: Order, *counts: int) -> dict[str, str]:
    """Return the form's fields for so many units of each line, in turn."""
    lines = order.lines.order_by("pk")
    return {f"units_{line.pk}": str(count) for line, count in zip(lines, counts, strict=True)}


def ship(order: Order, *counts: int, delivered_on: dt.date | None = None) -> Shipment:
    """Ship so many units of each line, or all that is left, and note when they arrived."""
    order.refresh_from_db()
    lines = order.lines.order_by("pk")
    chosen = {line.pk: count for line, count in zip(lines, counts, strict=True)} if counts else None
    shipment = lifecycle.ship(order, carrier="DHL", tracking_number="1", units=chosen)
    if delivered_on:
        Shipment.objects.filter(pk=shipment.pk).update(shipped_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        shipment.refresh_from_db()
        lifecycle.note_delivery(order, shipment, delivered_on, open_units=refunds.open_units(order))
    return shipment

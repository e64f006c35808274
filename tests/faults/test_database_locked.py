"""A database that somebody else locks for too long: a 503, and all is well afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from shop.orders.models import Order
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS, open_shop, put_in_cart, send, shown_total

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def locked_by_somebody_else() -> Iterator[None]:
    """Hold what "Order and pay" needs, while we wait for a tenth of a second only."""
    other: Any
    if connection.vendor == "sqlite":
        lock, patience = "BEGIN IMMEDIATE", "PRAGMA busy_timeout=100"
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    else:
        lock, patience = "BEGIN; LOCK TABLE shop_order, shop_variant", "SET lock_timeout=100"
        other = psycopg.connect(**connection.get_connection_params())
    with connection.cursor() as cursor:
        cursor.execute(patience)
    other.execute(lock)
    try:
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()


def test_a_database_that_is_locked_for_too_long_brings_a_503_and_no_half_order():
    open_shop()
    variant = make_variant(on_hand=5)
    buyer = Client(raise_request_exception=False)
    put_in_cart(buyer, variant)
    total = shown_total(send(buyer, ADDRESS | {"update": "1"}).content.decode())
    form = ADDRESS | {"shown_total": total}
    with locked_by_somebody_else():
        refused = send(buyer, form)
        assert refused.status_code == 503
        assert "We are back in a moment" in refused.content.decode()
    assert Order.objects.count() == 0
    assert send(buyer, form).status_code == 303
    variant.refresh_from_db()
    assert (Order.objects.count(), variant.reserved) == (1, 1)

"""Never sold twice: of many buyers for few units, exactly as many orders as units."""

import time

import pytest
from django.db import connection, transaction
from django.test import Client

from shop.catalogue.models import Variant
from shop.orders.holds import reserved_differences
from shop.orders.models import Order
from shop.stock.ledger import on_hand_differences
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import ADDRESS, open_shop, put_in_cart, send, shown_total

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, UNITS = 20, 5


@pytest.mark.postgres
def test_without_the_guard_the_same_race_oversells():
    """The race is real: read, pause, write lets more than five of twenty take one of five."""
    variant = make_variant(on_hand=UNITS)

    def take_unguarded(n: int) -> bool:
        with transaction.atomic():
            seen = Variant.objects.get(pk=variant.pk)
            time.sleep(0.05)
            if seen.available < 1:
                return False
            Variant.objects.filter(pk=variant.pk).update(reserved=seen.reserved + 1)
            return True

    assert race(take_unguarded, BUYERS).count(True) > UNITS


def test_twenty_buyers_for_five_units_give_exactly_five_orders():
    open_shop()
    variant = make_variant(on_hand=UNITS)
    buyers = [Client() for _ in range(BUYERS)]
    for buyer in buyers:
        put_in_cart(buyer, variant)
    total = shown_total(buyers[0].get("/checkout/").content.decode())
    connection.close()

    def order(n: int) -> int:
        return send(buyers[n], ADDRESS | {"shown_total": total}).status_code

    answers = race(order, BUYERS)
    variant.refresh_from_db()
    assert sorted(answers) == [200] * (BUYERS - UNITS) + [303] * UNITS
    assert Order.objects.count() == UNITS
    assert (variant.on_hand, variant.reserved) == (UNITS, UNITS)
    assert sorted(Order.objects.values_list("number", flat=True)) == [1001, 1002, 1003, 1004, 1005]
    assert on_hand_differences() + reserved_differences() == []


def test_a_doubled_submit_makes_one_order():
    open_shop()
    variant = make_variant(on_hand=UNITS)
    buyer = Client()
    put_in_cart(buyer, variant)
    total = shown_total(buyer.get("/checkout/").content.decode())
    cookies = buyer.cookies
    connection.close()

    def order(n: int) -> int:
        again = Client()
        again.cookies = cookies.copy()
        return send(again, ADDRESS | {"shown_total": total}).status_code

    assert race(order, 6) == [303] * 6
    variant.refresh_from_db()
    assert (Order.objects.count(), variant.reserved) == (1, 1)

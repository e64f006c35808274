"""One address that orders many times at once holds no more than its share."""

import pytest
from django.db import connection
from django.test import Client

from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import ADDRESS, open_shop, put_in_cart, shown_total

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_of_one_address_at_once_hold_no_more_than_its_share(settings):
    settings.HOLD_SHARE_PERCENT, settings.HOLD_UNITS = 50, 5
    open_shop()
    variant = make_variant(on_hand=20, weight_grams=1)
    buyers = [Client(REMOTE_ADDR="203.0.113.66") for _ in range(12)]
    for buyer in buyers:
        put_in_cart(buyer, variant, 3)
    total = shown_total(buyers[0].get("/checkout/").content.decode())
    connection.close()
    race(lambda n: buyers[n].post("/checkout/", ADDRESS | {"shown_total": total}), len(buyers))
    variant.refresh_from_db()
    assert variant.reserved == 9

"""New attempts to pay are counted by cart and by address, exactly; looking and coming back is free."""

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from shop.orders.models import Order
from shop.payments import card_testing, sync
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import (
    ADDRESS,
    buy,
    newest_payment,
    put_in_cart,
    send,
    shown_total,
    submit_checkout,
)
from tests.shop.payments.addresses import HOME, OFFICE, assert_asked_to_wait, at
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def strict_limits(settings):
    """Five attempts a cart and nine an address in an hour."""
    settings.LIMIT_PAYMENTS_CART = (5, 3600)
    settings.LIMIT_PAYMENTS = (9, 3600)


@pytest.fixture
def variant():
    """More than enough of it."""
    return make_variant(on_hand=100, weight_grams=10)


def change_and_order(client, variant, n):
    """Ask for another order with the same cart: a new line in the address."""
    return submit_checkout(client, line2=f"Floor {n}")


def test_a_cart_has_so_many_attempts_an_hour_then_waits_and_loses_nothing(variant):
    buyer = at(HOME)
    put_in_cart(buyer, variant)
    with time_machine.travel(timezone.now(), tick=False):
        for n in range(5):
            assert change_and_order(buyer, variant, n).status_code == 303
        assert_asked_to_wait(change_and_order(buyer, variant, 6), 60)
    last = Order.objects.latest("number")
    assert (last.status, last.line2) == ("pending", "Floor 4")
    assert change_and_order(buyer, variant, 4).headers["Location"] == newest_payment(last).url
    assert_books_agree()


def test_an_address_has_so_many_attempts_an_hour_over_all_its_carts(variant):
    assert [order_from(at(OFFICE), variant) for _ in range(10)] == [303] * 9 + [429]
    assert order_from(at(HOME), variant) == 303


def order_from(client, variant):
    put_in_cart(client, variant)
    return submit_checkout(client).status_code


@pytest.mark.django_db(transaction=True)
def test_the_limit_is_exact_for_buyers_who_press_at_once(variant):
    buyers = [at(OFFICE) for _ in range(14)]
    for buyer in buyers:
        put_in_cart(buyer, variant)
    total = shown_total(buyers[0].get("/checkout/").content.decode())
    connection.close()

    def press_the_button(n):
        return send(buyers[n], ADDRESS | {"shown_total": total}).status_code

    assert sorted(race(press_the_button, 14)) == [303] * 9 + [429] * 5
    assert Order.objects.count() == 9


def test_looking_correcting_and_coming_back_to_the_same_order_count_nothing(variant, settings):
    settings.LIMIT_PAYMENTS_CART = settings.LIMIT_PAYMENTS = (1, 3600)
    buyer = at(HOME)
    put_in_cart(buyer, variant)
    for _ in range(3):
        buyer.get("/checkout/")
        assert submit_checkout(buyer, email="nonsense").status_code == 200
    first = submit_checkout(buyer)
    assert first.status_code == 303
    for _ in range(3):
        assert submit_checkout(buyer).headers["Location"] == first.headers["Location"]
        order = Order.objects.get()
        assert buyer.post(f"{order.get_absolute_url()}pay/").headers["Location"] == first.headers["Location"]


def test_trying_again_counts_as_an_attempt(variant, settings, stripe_requests):
    settings.LIMIT_PAYMENTS_CART = (2, 3600)
    buyer = at(HOME)
    order = buy(buyer, variant)
    for expected in (303, 429):
        sync.close(newest_payment(order).pk, patient=True)
        assert buyer.post(f"{order.get_absolute_url()}pay/").status_code == expected
    assert order.payments.count() == 2


def test_the_demo_takes_hundreds_of_orders_from_one_address_in_a_minute(settings):
    from config import settings as defaults

    for name in ("LIMIT_PAYMENTS", "LIMIT_PAYMENTS_CART", "LIMIT_REFUSED_CARDS"):
        setattr(settings, name, getattr(defaults, name))
    for cart_id in range(500):
        card_testing.count_attempt(origin=HOME, cart_id=cart_id)

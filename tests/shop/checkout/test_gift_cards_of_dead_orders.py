"""An order that comes to nothing gives its gift cards their value back; one that lives again takes it."""

import pytest
from django.db import transaction
from django.test import Client

from foundation import jobs
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import sync
from tests.builders import make_variant
from tests.shop.checkout.test_gift_cards import buyer, make_card, order_with, shown
from tests.shop.checkout_builders import newest_payment, press, put_in_cart, submit_checkout
from tests.shop.giftcards.builders import balance_of as balance
from tests.shop.payments.checks import assert_books_agree

__all__ = ["buyer"]
pytestmark = pytest.mark.django_db


def test_an_order_that_comes_to_nothing_gives_the_value_back_and_a_new_try_takes_it_again(buyer):
    card = make_card(2000)
    order = order_with(buyer)
    sync.close(newest_payment(order).pk, patient=False)
    assert balance(card) == 2000
    assert buyer.post(f"{order.get_absolute_url()}pay/").status_code == 303
    assert balance(card) == 0
    order.refresh_from_db()
    assert order.status == "pending"
    assert_books_agree()


def test_a_new_try_without_enough_on_the_card_says_so(buyer, variant):
    card = make_card(2000)
    order = order_with(buyer)
    sync.close(newest_payment(order).pk, patient=False)
    other = Client()
    put_in_cart(other, variant)
    order_with(other)
    answer = buyer.post(f"{order.get_absolute_url()}pay/", follow=True)
    assert f"The gift card {card} has less on it by now." in shown(answer)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert_books_agree()


def test_late_money_without_value_on_the_card_goes_back(buyer, variant, stripe_requests):
    make_card(2000)
    order = order_with(buyer)
    payment = newest_payment(order)
    with transaction.atomic():
        lifecycle.cancel(Order.objects.select_for_update().get(pk=order.pk), reason="too slow")
    other = Client()
    put_in_cart(other, variant)
    order_with(other)
    press(buyer, order, "pay")
    jobs.run_due()
    payment.refresh_from_db()
    assert payment.status == "refund_due"
    assert payment.refunds.get().status == "succeeded"


def test_the_own_order_that_waits_does_not_stand_in_the_way(buyer):
    card = make_card(2000)
    order = order_with(buyer)
    again = submit_checkout(buyer)
    assert again.status_code == 303
    assert Order.objects.get() == order
    put_in_cart(buyer, make_variant(price_minor=1000))
    assert submit_checkout(buyer).status_code == 303
    newer = Order.objects.latest("number")
    assert (newer.gift_card_minor, newer.charged_minor) == (2000, 4000)
    assert balance(card) == 0
    assert_books_agree()


def test_another_card_of_the_same_value_is_another_order(buyer, stripe_requests):
    first, second = make_card(2000), make_card(2000, code="SECOND-CARD-2222")
    order_with(buyer)
    assert buyer.post("/cart/code/", {"remove": f"remove-card-{first.pk}"}).status_code == 303
    order = order_with(buyer, "SECOND-CARD-2222")
    assert (order.number, order.gift_cards) == (1002, str(second))
    assert (balance(first), balance(second)) == (2000, 0)

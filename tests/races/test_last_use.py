"""A code that may be used once: of many orders at the same moment one gets it, and nothing is lost."""

import pytest
from django.db import connection
from django.test import Client

from shop.discounts.models import DiscountCode, DiscountUse
from shop.orders.models import Order
from shop.payments import sync
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import (
    ADDRESS,
    newest_payment,
    open_shop,
    put_in_cart,
    send,
    submit_checkout,
)
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 50


def make_once(**facts):
    return DiscountCode.objects.create(
        code="ONCE", kind="amount", amount_minor=500, **({"most_uses": 1} | facts)
    )


def buyer_with_code(variant):
    buyer = Client()
    put_in_cart(buyer, variant)
    assert buyer.post("/cart/code/", {"code": "ONCE"}).status_code == 303
    return buyer


def assert_uses(code, number):
    code.refresh_from_db()
    assert code.uses == DiscountUse.objects.standing().count() == number
    with_code = Order.objects.filter(discount_code="ONCE").exclude(status="cancelled")
    assert with_code.count() == number


def test_of_fifty_orders_with_a_code_for_one_exactly_one_is_made():
    open_shop()
    code, variant = make_once(), make_variant(on_hand=100)
    buyers = [buyer_with_code(variant) for _ in range(BUYERS)]
    connection.close()

    def order(n):
        data = ADDRESS | {"email": f"buyer{n}@customer.example", "shown_total": "USD4500"}
        return send(buyers[n], data)

    answers = race(order, BUYERS)
    assert sorted(answer.status_code for answer in answers) == [200] * (BUYERS - 1) + [303]
    told = [answer.content.decode() for answer in answers if answer.status_code == 200]
    assert all("This code has been used up." in page and "$50.00" in page for page in told)
    assert Order.objects.count() == 1
    assert_uses(code, 1)
    variant.refresh_from_db()
    assert variant.reserved == 1


def test_of_ten_orders_of_one_customer_with_a_code_for_each_once_one_is_made():
    open_shop()
    code, variant = make_once(most_uses=None, most_uses_each=1), make_variant(on_hand=100)
    buyers = [buyer_with_code(variant) for _ in range(10)]
    connection.close()

    def order(n):
        return send(buyers[n], ADDRESS | {"shown_total": "USD4500"}).status_code

    assert sorted(race(order, 10)) == [200] * 9 + [303]
    assert_uses(code, 1)


def test_the_use_that_an_expired_order_gives_back_is_taken_by_one_of_those_who_wait():
    open_shop()
    code, variant = make_once(), make_variant(on_hand=100)
    first = buyer_with_code(variant)
    others = [buyer_with_code(variant) for _ in range(8)]
    assert submit_checkout(first).status_code == 303
    order = Order.objects.get()
    payment = newest_payment(order)
    connection.close()

    def act(n):
        if n == 0:
            return sync.close(payment.pk, patient=False).status
        data = ADDRESS | {"email": f"buyer{n}@customer.example", "shown_total": "USD4500"}
        return send(others[n - 1], data).status_code

    answers = race(act, 9)
    assert answers[0] == "expired"
    assert answers[1:].count(303) in {0, 1}
    again = race(lambda n: Client().post(f"{order.get_absolute_url()}pay/").status_code, 1)
    assert set(again) <= {200, 303}
    order.refresh_from_db()
    taken_by_others = Order.objects.exclude(pk=order.pk).count()
    assert (order.status == "pending") == (taken_by_others == 0)
    assert_uses(code, 1)
    assert_books_agree()

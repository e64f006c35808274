"""Discount codes at the checkout, on the order, at Stripe, and when the order comes to nothing."""

import re

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from foundation import jobs
from shop.discounts.models import DiscountCode
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import refund_amounts, sync
from shop.payments.models import Refund
from tests.builders import make_variant
from tests.shop.checkout_builders import (
    ADDRESS,
    newest_payment,
    press,
    put_in_cart,
    send,
    shown_total,
    submit_checkout,
)
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant(db):
    """Offer an instrument of $44.00."""
    return make_variant(on_hand=20)


@pytest.fixture
def buyer(variant):
    """Open a browser with the instrument in its cart."""
    buyer = Client()
    put_in_cart(buyer, variant)
    return buyer


def make_code(code="WELCOME10", **facts):
    return DiscountCode.objects.create(
        code=code, **({"kind": "percent", "percent_basis_points": 1000} | facts)
    )


def once():
    return make_code("ONCE", kind="amount", percent_basis_points=0, amount_minor=500, most_uses=1)


def use(buyer, code):
    assert buyer.post("/cart/code/", {"code": code}).status_code == 303


def order_with(buyer, code, **overrides):
    use(buyer, code)
    answer = submit_checkout(buyer, **overrides)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return Order.objects.latest("number")


def shown(answer):
    return " ".join(answer.content.decode().split())


def uses(code):
    code.refresh_from_db()
    assert code.uses == code.all_uses.standing().count()
    return code.uses


def test_the_order_names_the_code_and_its_amount_and_stripe_is_asked_for_the_rest(buyer, stripe_requests):
    code = make_code()
    order = order_with(buyer, "WELCOME10")
    assert (order.discount_code, order.discount_minor, order.charged_minor) == ("WELCOME10", 440, 4560)
    assert [line.discount_minor for line in order.lines.all()] == [440]
    page = shown(buyer.get(order.get_absolute_url()))
    assert "<dt>Discount (WELCOME10)</dt><dd>-$4.40</dd>" in page
    items = newest_payment(order).params["line_items"]
    assert [item["price_data"]["unit_amount"] for item in items] == [3960, 600]
    press(buyer, order, "pay")
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    assert "Discount (WELCOME10): -$4.40" in re.sub(r":\s+", ": ", mail.outbox[-1].body + mail.outbox[0].body)
    assert uses(code) == 1
    assert_books_agree()


def test_tax_is_computed_on_what_is_left(buyer, stripe_requests):
    make_code()
    order = order_with(
        buyer, "WELCOME10", country="US", region="CA", postal_code="94103", city="San Francisco"
    )
    assert (order.discount_minor, order.tax_added_minor) == (440, 461)  # 7.25 % of 39.60 + 24.00
    assert order.charged_minor == 4400 - 440 + 2400 + 461


def test_free_shipping_goes_off_the_shipping_and_stripe_sees_no_line_for_it(buyer, stripe_requests):
    make_code("SHIP", kind="shipping", percent_basis_points=0)
    order = order_with(buyer, "SHIP")
    assert (order.shipping_minor, order.shipping_discount_minor, order.charged_minor) == (600, 600, 4400)
    assert len(newest_payment(order).params["line_items"]) == 1
    press(buyer, order, "pay")
    jobs.run_due()
    assert not refund_amounts.is_shipping_open(order)
    [line] = order.lines.all()
    assert refund_amounts.proposal(order, units={line.pk: 1}, includes_shipping=True).total_minor == 4400


def test_an_order_of_nothing_is_paid_at_once_and_asks_stripe_nothing(buyer):
    make_code("GIFT", percent_basis_points=10_000)
    make_code("SHIP", kind="shipping", percent_basis_points=0)
    order = order_with(buyer, "GIFT")
    assert order.charged_minor == 600, "the shipping is still to pay"
    other = Client()
    put_in_cart(other, make_variant(price_minor=0))
    free = order_with(other, "SHIP", email="ben@customer.example")
    assert (free.total_minor, free.status, free.payments.count()) == (0, "paid", 0)


def test_what_a_discounted_unit_is_worth_when_it_goes_back(buyer, variant, stripe_requests):
    make_code()
    buyer.post("/cart/add/", {"sku": variant.sku, "quantity": "2"})
    order = order_with(buyer, "WELCOME10")
    press(buyer, order, "pay")
    jobs.run_due()
    [line] = order.lines.all()
    worth = [
        refund_amounts.proposal(order, units={line.pk: n}, includes_shipping=False).total_minor
        for n in (1, 2, 3)
    ]
    assert worth == [3960, 7920, 11_880]


def test_a_code_can_be_typed_at_the_checkout_and_nothing_typed_is_lost(buyer):
    make_code()
    page = send(buyer, ADDRESS | {"code": "welcome10", "update": "code"})
    assert "Discount (WELCOME10)" in shown(page)
    assert 'value="Lindenstraße 1"' in shown(page)
    assert shown_total(page.content.decode()) == "USD4560"
    page = send(buyer, ADDRESS | {"update": "remove-code"})
    assert "WELCOME10" not in shown(page)
    assert shown_total(page.content.decode()) == "USD5000"


def test_a_wrong_code_typed_and_sent_with_the_order_is_told_before_anything_is_charged(buyer):
    data = ADDRESS | {"shown_total": "USD5000", "code": "NONSENSE"}
    answer = send(buyer, data)
    assert answer.status_code == 200
    assert "We do not know this code." in shown(answer)
    assert not Order.objects.exists()
    assert 'name="refused_code" value="NONSENSE"' in shown(answer)
    again = send(buyer, data | {"refused_code": "NONSENSE"})
    assert again.status_code == 303, "who was told may order without it"


def test_a_code_typed_and_sent_with_the_order_shows_the_new_total_first(buyer):
    make_code()
    answer = send(buyer, ADDRESS | {"shown_total": "USD5000", "code": "WELCOME10"})
    assert answer.status_code == 200
    assert "$45.60. Please check it, then order." in shown(answer)
    assert not Order.objects.exists()
    assert send(buyer, ADDRESS | {"shown_total": "USD4560"}).status_code == 303


def test_a_code_used_up_meanwhile_sends_the_buyer_back_with_the_new_total(buyer, variant, stripe_requests):
    code, other = once(), Client()
    use(buyer, "ONCE")
    put_in_cart(other, variant)
    order_with(other, "ONCE", email="ben@customer.example")
    answer = send(buyer, ADDRESS | {"shown_total": "USD4500"})
    page = shown(answer)
    assert answer.status_code == 200
    assert "This code has been used up." in page
    assert "The total for this address is $50.00" in page
    assert Order.objects.count() == uses(code) == 1
    told = ADDRESS | {"shown_total": "USD5000", "code": "ONCE", "refused_code": "ONCE"}
    assert send(buyer, told).status_code == 303
    assert Order.objects.latest("number").discount_code == ""


def test_a_customer_who_used_it_before_is_told_once_the_address_is_known(buyer, variant):
    make_code(most_uses_each=1)
    order_with(buyer, "WELCOME10")
    again = Client()
    put_in_cart(again, variant)
    use(again, "WELCOME10")
    answer = send(again, ADDRESS | {"shown_total": "USD4560"})
    assert "You have used this code before." in shown(answer)
    assert Order.objects.count() == 1


def test_sending_the_same_checkout_twice_makes_one_order_and_one_use(buyer):
    code = once()
    first = order_with(buyer, "ONCE")
    second = submit_checkout(buyer)
    assert second.status_code == 303
    assert (Order.objects.get(), uses(code)) == (first, 1)


def test_a_buyer_who_changes_the_cart_takes_the_last_use_along(buyer, variant):
    code = once()
    order_with(buyer, "ONCE")
    buyer.post("/cart/add/", {"sku": variant.sku, "quantity": "1"})
    assert "Discount (ONCE)" in shown(buyer.get("/cart/"))
    assert submit_checkout(buyer).status_code == 303
    old, new = Order.objects.order_by("number")
    assert (old.status, new.status, new.discount_minor, uses(code)) == ("cancelled", "pending", 500, 1)


def test_an_order_that_dies_gives_the_use_back_and_a_new_try_takes_it_again(buyer):
    code = once()
    order = order_with(buyer, "ONCE")
    sync.close(newest_payment(order).pk, patient=False)
    assert uses(code) == 0
    answer = buyer.post(f"{order.get_absolute_url()}pay/")
    assert answer.status_code == 303
    order.refresh_from_db()
    assert (order.status, uses(code)) == ("pending", 1)


def test_a_new_try_without_a_use_left_says_so(buyer, variant):
    code = once()
    order = order_with(buyer, "ONCE")
    sync.close(newest_payment(order).pk, patient=False)
    other = Client()
    put_in_cart(other, variant)
    order_with(other, "ONCE", email="ben@customer.example")
    answer = buyer.post(f"{order.get_absolute_url()}pay/", follow=True)
    assert "ONCE: This code has been used up." in shown(answer)
    order.refresh_from_db()
    assert (order.status, order.hold, uses(code)) == ("cancelled", "released", 1)
    assert_books_agree()


def test_late_money_without_a_use_left_goes_back(buyer, variant):
    code = once()
    order = order_with(buyer, "ONCE")
    payment = newest_payment(order)
    with transaction.atomic():
        lifecycle.cancel(Order.objects.select_for_update().get(pk=order.pk), reason="test: the hold ended")
    other = Client()
    put_in_cart(other, variant)
    order_with(other, "ONCE", email="ben@customer.example")
    press(buyer, order, "pay")
    jobs.run_due()
    payment.refresh_from_db()
    assert payment.status == "refund_due"
    assert "discount code" in payment.reason
    assert Refund.objects.get().amount_minor == 4500
    assert uses(code) == 1


def test_a_paid_order_that_is_called_off_gives_the_use_back(buyer):
    code = once()
    order = order_with(buyer, "ONCE")
    press(buyer, order, "pay")
    buyer.post(f"{order.get_absolute_url()}cancel/")
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, uses(code)) == ("cancelled", 0)
    assert Refund.objects.get().amount_minor == 4500
    assert_books_agree()


def test_checkout_asks_the_database_no_more_for_many_lines_than_for_few(django_assert_max_num_queries):
    make_code()
    counts = []
    for lines in (1, 2, 12):  # the first one fills what is remembered
        buyer = Client()
        for _ in range(lines):
            put_in_cart(buyer, make_variant(weight_grams=1))
        use(buyer, "WELCOME10")
        send(buyer, ADDRESS | {"update": "1"})
        with django_assert_max_num_queries(20) as asked:
            buyer.get("/checkout/")
        counts.append(len(asked))
    assert counts[2] <= counts[1]

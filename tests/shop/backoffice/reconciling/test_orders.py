"""Orders and the money that paid them."""

import pytest

from shop.orders.models import Order
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import differences, press, session_of
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = pytest.mark.django_db


def test_a_sum_of_refunds_that_is_wrong_becomes_their_sum():
    order = make_order(status="refunded")
    Order.objects.update(refunded_minor=2000)
    found = f"Order {order} counts $20.00 as refunded, but its refunds add up to $50.00."
    assert differences() == [found]
    assert press("take") == ""
    order.refresh_from_db()
    assert order.refunded_minor == 5000
    assert differences() == []


def test_money_that_bought_nothing_does_not_count_in_the_sum():
    make_order(status="refunded")
    Payment.objects.update(status="refund_due")
    Order.objects.update(status="cancelled", refunded_minor=0)
    assert differences() == []


def paid_by_nothing(variant, status="expired"):
    order = make_order((variant, 1))
    Payment.objects.update(status=status)
    return order, [f"Order {order} counts as paid, but no payment paid it."]


def test_a_paid_order_finds_its_payment_at_stripe():
    order, found = paid_by_nothing(make_variant())
    assert differences() == found
    assert press("find") == ""
    assert (order.payments.get().status, order.payments.get().received_minor) == ("paid", 5000)
    assert differences() == []


def test_a_paid_order_without_money_is_called_off():
    variant = make_variant(on_hand=2)
    order, found = paid_by_nothing(variant)
    session_of(order.payments.get()).update(status="expired", payment_status="unpaid")
    assert differences() == found
    assert press("find") == "Stripe has no money for this order."
    assert press("call-off") == ""
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("cancelled", (2, 0))
    assert differences() == []
    assert_books_agree()


def test_an_order_that_stripe_has_money_for_is_not_called_off():
    order, _found = paid_by_nothing(make_variant())
    differences()
    assert press("call-off") == "Stripe has money for this order: let the payment be found instead."
    order.refresh_from_db()
    assert order.status == "paid"


def test_an_order_that_costs_nothing_needs_no_payment():
    make_order()
    Payment.objects.update(status="expired")
    Order.objects.update(gift_card_minor=5000, charged_minor=0)
    assert "counts as paid" not in "".join(differences())


def test_a_sum_put_back_on_cards_that_is_wrong_becomes_its_sum():
    order = make_order()
    Order.objects.update(gift_card_minor=2000, charged_minor=3000)
    order.refunds.create(payment=None, amount_minor=700, status="succeeded")
    found = f"Order {order} counts $0.00 as back on gift cards, but its refunds add up to $7.00."
    assert differences() == [found]
    assert press("take") == ""
    order.refresh_from_db()
    assert (order.gift_card_returned_minor, order.refunded_minor) == (700, 0)
    assert differences() == []


def test_more_put_back_on_cards_than_they_paid_is_not_taken():
    order = make_order()
    order.refunds.create(payment=None, amount_minor=700, status="succeeded")
    differences()
    assert press("take").startswith("The books refuse it")

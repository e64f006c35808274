"""Payments that wait for somebody."""

import datetime as dt

import pytest

from foundation import jobs
from foundation.models import OutboxMail
from shop.backoffice.models import Difference
from shop.orders.models import Order
from shop.payments import calling_off, review, sync
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Payment, Refund
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import differences, pay_silently, press, session_of
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_review():
    """Give an order of $50.00 whose payment brought $49.00."""
    order = make_order(status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    pay_silently(payment)
    session_of(payment).update(amount_total=4900)
    assert sync.sync(payment.pk, patient=True).status == "review"
    return payment


def review_text(payment):
    return f"Payment {payment.pk} of order {payment.order}: $49.00 came instead of $50.00."


def test_another_mismatch_is_told_in_stripes_words(in_review):
    Payment.objects.update(reason="reference: None instead of 7; livemode: True instead of False")
    text = f"Payment {in_review.pk} of order {in_review.order} does not match: reference: None instead of 7;"
    assert differences()[0].startswith(text)


def test_a_payment_in_review_is_accepted(in_review, owner):
    assert differences() == [review_text(in_review)]
    assert press("accept", staff=owner) == ""
    assert (Payment.objects.get().status, Order.objects.get().status) == ("paid", "paid")
    assert differences() == []


def test_a_decision_that_somebody_made_meanwhile_is_left_alone(in_review, owner):
    differences()
    review.accept(payment_id=in_review.pk, staff=owner)
    assert press("send-back", staff=owner) == ""
    assert (Payment.objects.get().status, Refund.objects.count()) == ("paid", 0)


def test_a_payment_in_review_is_sent_back(in_review, owner):
    assert differences() == [review_text(in_review)]
    assert press("send-back", staff=owner) == ""
    jobs.run_due()
    assert DemoRefund.objects.get().amount == 4900
    assert (Order.objects.get().status, differences()) == ("cancelled", [])
    assert_books_agree()


def test_a_decision_that_is_refused_says_why(in_review):
    Payment.objects.update(received_minor=None)
    differences()
    Difference.objects.filter(kind="amount received").delete()
    assert press("accept") == "Stripe has reported no money for this payment."


def test_the_money_of_a_called_off_order_whose_refund_failed_is_due():
    order = make_order()
    calling_off.call_off(order_id=order.pk)
    Refund.objects.update(status="failed", failure="Card closed")
    assert differences() == [f"$50.00 of order {order} should go back to the buyer: Card closed"]


def test_a_refund_due_that_failed_is_sent_again(owner):
    order = make_order(status="cancelled")
    payment = order.payments.get()
    pay_silently(payment)
    Order.objects.update(is_called_off=True)
    sync.sync(payment.pk, patient=True)
    Refund.objects.update(status="failed", failure="Card closed")
    assert differences() == [f"$50.00 of order {order} should go back to the buyer: Card closed"]
    assert press("send-back", staff=owner) == ""
    jobs.run_due()
    assert Refund.objects.latest("pk").status == "succeeded"
    assert differences() == []


def test_a_payment_that_stayed_open_is_ended():
    variant = make_variant(on_hand=2)
    order = make_order((variant, 1), status="pending")
    sync.sync(order.payments.get().pk, patient=True)
    assert differences(pause=dt.timedelta(minutes=40)) == []
    payment = order.payments.get()
    at = payment.hold_until.strftime("%-d %b %Y, %H:%M UTC")
    two_hours = dt.timedelta(hours=2)
    found = [f"Payment {payment.pk} of order {order} is still open; its time was over on {at}."]
    assert differences(pause=two_hours) == found
    assert press("close", pause=two_hours) == ""
    assert stock_of(variant) == (2, 0)
    assert differences(pause=two_hours) == []


def test_a_payment_that_the_worker_still_tries_to_end_is_no_difference():
    sync.sync(make_order(status="pending").payments.get().pk, patient=True)
    assert differences(pause=dt.timedelta(minutes=90)) == []


def test_a_payment_without_a_paid_order_sells_it():
    variant = make_variant(on_hand=2)
    order = make_order((variant, 1), status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    pay_silently(payment)
    Payment.objects.update(status="paid", intent_id=f"pi_{payment.pk}")
    assert differences() == [f"Payment {payment.pk} brought $50.00, but its order {order} is not paid."]
    assert press("sell") == ""
    assert (Order.objects.get().status, stock_of(variant)) == ("paid", (1, 0))
    assert differences() == []
    assert_books_agree()


def test_a_payment_without_a_paid_order_is_not_sold_when_the_stock_is_gone():
    variant = make_variant(on_hand=1)
    order = make_order((variant, 1), status="cancelled")
    pay_silently(order.payments.get())
    Payment.objects.update(status="paid", received_minor=5000)
    make_order((variant, 1))
    assert differences() == [
        f"Payment {order.payments.get().pk} brought $50.00, but its order {order} is not paid."
    ]
    assert press("sell") == "The stock is gone by now: send the money back."


def test_a_payment_without_a_paid_order_goes_back():
    variant = make_variant(on_hand=2)
    order = make_order((variant, 1), status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    pay_silently(payment)
    Payment.objects.update(status="paid", intent_id=f"pi_{payment.pk}")
    differences()
    assert press("send-back") == ""
    jobs.run_due()
    assert (Order.objects.get().status, stock_of(variant)) == ("cancelled", (2, 0))
    assert DemoRefund.objects.get().amount == 5000
    assert OutboxMail.objects.filter(message="order_cancelled").count() == 1
    assert differences() == []

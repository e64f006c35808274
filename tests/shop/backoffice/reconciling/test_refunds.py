"""Refunds at Stripe and refunds here: what one has and the other has not."""

import datetime as dt

import pytest

from foundation import jobs
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Refund
from tests.shop.backoffice.reconciling.looking import differences, press
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


def payment_of(order):
    return order.payments.get()


def refund_at_stripe(order, **fields):
    intent_id = payment_of(order).intent_id
    values = {"refund_id": "re_1", "intent_id": intent_id, "amount": 2000, "currency": "usd"} | fields
    return DemoRefund.objects.create(**values)


def ask_for(order, amount_minor=2000):
    """Ask for a refund that nobody sends."""
    return refunds.request(payment=payment_of(order), amount_minor=amount_minor, restock=False, reason="")


def sent_refund(order):
    refund = ask_for(order)
    refunds.send.call(refund_id=refund.pk)
    refund.refresh_from_db()
    return refund


def refunded_minor(order):
    order.refresh_from_db()
    return order.refunded_minor


def test_a_refund_made_at_stripe_is_taken_over():
    order = make_order()
    refund_at_stripe(order)
    assert differences() == [f"Stripe sent back $20.00 of order {order}; the shop does not know of it."]
    assert press("take") == ""
    assert (Refund.objects.get().stripe_id, refunded_minor(order)) == ("re_1", 2000)
    assert differences() == []


@pytest.mark.parametrize("fields", [{"intent_id": "pi_other"}, {"status": "failed"}, {"young": True}])
def test_a_refund_of_others_a_failed_one_and_a_young_one_are_no_difference(fields):
    order = make_order()
    is_young = fields.pop("young", False)
    refund_at_stripe(order, **fields)
    assert differences(pause=dt.timedelta(minutes=1 if is_young else 3)) == []


def test_a_refund_whose_answer_the_worker_waits_for_is_no_difference():
    order = make_order()
    row = ask_for(order)
    refund_at_stripe(order, metadata={"refund": str(row.pk)})
    assert differences() == []


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        ("succeeded", "failed", "is “Succeeded” here, “Failed” at Stripe."),
        ("pending", "succeeded", "is “Pending” here, “Succeeded” at Stripe."),
        ("failed", "succeeded", "is “Failed” here, “Succeeded” at Stripe."),
        ("pending", "failed", "is “Pending” here, “Failed” at Stripe."),
    ],
)
def test_another_state_than_stripes_is_found_and_taken_over(here, there, words):
    order = make_order()
    row = sent_refund(order)
    if here != "succeeded":
        Refund.objects.update(status=here)
        Order.objects.update(refunded_minor=0)
    DemoRefund.objects.update(status=there)
    assert differences() == [f"Refund {row.pk} of order {order} ($20.00) {words}"]
    assert press("take") == ""
    assert Refund.objects.get().status == there
    assert refunded_minor(order) == (2000 if there == "succeeded" else 0)
    assert differences() == []


def test_a_refund_that_is_pending_on_both_sides_is_no_difference():
    sent_refund(make_order())
    Refund.objects.update(status="pending")
    DemoRefund.objects.update(status="pending")
    Order.objects.update(refunded_minor=0)
    assert differences() == []


def test_a_refund_that_stripe_does_not_know_counts_as_failed():
    order = make_order()
    row = sent_refund(order)
    DemoRefund.objects.all().delete()
    assert differences() == [f"Refund {row.pk} of order {order} ($20.00) is unknown to Stripe."]
    assert press("fail") == ""
    assert (Refund.objects.get().status, refunded_minor(order)) == ("failed", 0)
    assert differences() == []


def test_another_amount_than_stripes_is_taken_over_with_its_sum():
    order = make_order()
    row = sent_refund(order)
    DemoRefund.objects.update(amount=1900)
    assert differences() == [f"Refund {row.pk} of order {order} is $20.00 here, but $19.00 at Stripe."]
    assert press("take") == ""
    assert (Refund.objects.get().amount_minor, refunded_minor(order)) == (1900, 1900)
    assert differences() == []


def test_a_refund_that_nobody_sent_is_sent_once():
    order = make_order()
    jobs.run_due()
    row = ask_for(order)
    jobs.BackgroundJob.objects.all().delete()
    at = row.created_at.strftime("%-d %b %Y, %H:%M UTC")
    assert differences(pause=dt.timedelta(minutes=10)) == []
    found = [f"Refund {row.pk} of order {order} ($20.00) was asked for on {at} and not sent yet."]
    pause = dt.timedelta(minutes=20)
    assert differences(pause=pause) == found
    assert press("send", pause=pause) == ""
    refunds.send.call(refund_id=row.pk)
    assert (Refund.objects.get().status, DemoRefund.objects.count()) == ("succeeded", 1)
    assert differences() == []

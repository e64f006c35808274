"""Disputes at Stripe: each is here, with the same status."""

import datetime as dt

import pytest

from shop.payments.demo.models import DemoDispute
from shop.payments.models import Dispute
from tests.shop.backoffice.reconciling.looking import differences, later, press
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


def dispute_at_stripe(order, **fields):
    """Let the bank dispute an order's payment, and tell nobody."""
    payment = order.payments.get()
    values = {
        "dispute_id": "du_1", "intent_id": payment.intent_id, "amount": 5000, "currency": "usd",
        "reason": "fraudulent", "due_by": payment.created_at + dt.timedelta(days=9),
    }  # fmt: skip
    return DemoDispute.objects.create(**values | fields)


def test_an_unknown_dispute_is_taken_over():
    order = make_order()
    dispute_at_stripe(order)
    assert differences() == [f"The bank disputes $50.00 of order {order}; the shop does not know of it."]
    assert press("take") == ""
    assert Dispute.objects.get().status == "needs_response"
    assert differences() == []


def test_another_status_is_taken_over_however_old_the_dispute_is():
    order = make_order()
    dispute_at_stripe(order)
    differences()
    press("take")
    DemoDispute.objects.update(status="lost")
    with later(dt.timedelta(days=8)):
        found = [text for text in differences() if "dispute" in text]
    here, there = "“Waits for your answer”", "“Lost, the money is gone”"
    assert found == [f"The dispute over $50.00 of order {order} is {here}, but {there} at Stripe."]


def test_a_dispute_of_others_is_no_difference():
    dispute_at_stripe(make_order(), intent_id="pi_other")
    assert differences() == []

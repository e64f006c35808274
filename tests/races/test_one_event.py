"""Paid once, applied once, however many deliveries and workers there are at the same moment."""

import json

import pytest
from django.db import connection
from django.test import Client

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import stripe_api, sync, webhooks
from shop.payments.demo import objects
from shop.payments.demo.models import DemoSession
from shop.payments.models import WebhookEvent
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import buy, newest_payment, open_shop, press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paid(transactional_db):
    open_shop()
    variant = make_variant(on_hand=2)
    order = buy(Client(), variant)
    DemoSession.objects.update(
        status="complete", payment_status="paid", intent_id="pi_1", intent_status="succeeded"
    )
    return order, variant


def test_the_same_webhook_twelve_times_in_parallel_gives_one_paid_order_and_one_mail(paid):
    order, variant = paid
    body = json.dumps(objects.event(DemoSession.objects.get(), "checkout.session.completed"))
    signature = stripe_api.sign(body, secret=webhooks.secret())
    connection.close()

    def deliver(n: int) -> int:
        headers = {"Stripe-Signature": signature}
        answer = Client().post("/payments/stripe/webhook/", body, "application/json", headers=headers)
        jobs.run_due()
        return answer.status_code

    assert race(deliver, 12) == [200] * 12
    jobs.run_due()
    order.refresh_from_db()
    variant.refresh_from_db()
    assert WebhookEvent.objects.count() == 1
    assert (order.status, variant.on_hand, variant.reserved) == ("paid", 1, 0)
    assert OutboxMail.objects.filter(message="order_paid").count() == 1
    assert OutboxMail.objects.exclude(sent_at=None).filter(message="order_paid").count() == 1


def test_page_webhook_and_worker_at_once_sell_the_stock_once(paid):
    order, variant = paid
    payment = newest_payment(order)
    connection.close()
    results = race(lambda n: sync.sync(payment.pk, patient=True).status, 8)
    variant.refresh_from_db()
    assert results == ["paid"] * 8
    assert (variant.on_hand, variant.reserved) == (1, 0)


def test_paying_while_the_hold_is_ended_never_loses_the_money(transactional_db):
    open_shop()
    variant = make_variant(on_hand=2)
    order = buy(Client(), variant)
    payment = newest_payment(order)
    connection.close()

    def end_or_pay(n: int) -> object:
        return press(Client(), order, "pay") if n else sync.close(payment.pk, patient=True)

    race(end_or_pay, 2)
    sync.sync(payment.pk, patient=True)
    order.refresh_from_db()
    variant.refresh_from_db()
    is_paid = DemoSession.objects.get().payment_status == "paid"
    assert order.status == ("paid" if is_paid else "cancelled")
    assert (variant.on_hand, variant.reserved) == ((1, 0) if is_paid else (2, 0))

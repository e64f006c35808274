"""The path from "Order and pay" to paid, and each way it can end."""

import datetime as dt
import json

import pytest
import time_machine
from django.utils import timezone

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.payments import reconcile, stripe_api, sync, webhooks
from shop.payments.demo.models import DemoEvent, DemoSession
from shop.payments.models import Refund, WebhookEvent
from tests.shop.checkout_builders import buy, newest_payment, press, put_in_cart, submit_checkout
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def events_of(order):
    sent = DemoEvent.objects.get(payload__data__object__id=newest_payment(order).session_id)
    body = json.dumps(sent.payload)
    return body.encode(), stripe_api.sign(body, secret=webhooks.secret())


def test_ordering_holds_the_stock_and_leads_to_the_payment(client, variant):
    put_in_cart(client, variant)
    answer = submit_checkout(client)
    order = Order.objects.get()
    assert answer.headers["Location"] == newest_payment(order).url
    assert stock_of(variant) == (2, 1)
    assert (order.status, order.total_minor) == ("pending", 5000)
    assert list(OutboxMail.objects.values_list("message", flat=True)) == ["order_received"]
    assert_books_agree()


def test_paying_makes_the_order_paid_and_sells_the_stock(client, variant):
    order = buy(client, variant)
    answer = press(client, order, "pay")
    assert answer.headers["Location"] == order.site_url
    page = client.get(order.get_absolute_url())
    assert b'data-status="paid"' in page.content
    assert stock_of(variant) == (1, 0)
    assert set(OutboxMail.objects.values_list("message", flat=True)) == {
        "order_received", "order_paid", "staff_new_order",
    }  # fmt: skip
    assert_books_agree()


def test_the_webhook_alone_makes_the_order_paid(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    assert WebhookEvent.objects.get().status == "new"
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    assert WebhookEvent.objects.get().status == "done"


def test_the_worker_alone_makes_the_order_paid_when_every_webhook_is_lost(client, variant):
    order = buy(client, variant)
    session = DemoSession.objects.get()
    DemoSession.objects.update(
        status="complete", payment_status="paid", intent_id="pi_1", intent_status="succeeded"
    )
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        assert reconcile.sync_due() == 1
    order.refresh_from_db()
    assert order.status == "paid"
    assert newest_payment(order).intent_id == "pi_1"
    assert session.session_id == newest_payment(order).session_id


def test_the_same_event_twelve_times_is_applied_once(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    body, signature = events_of(order)
    answers = [
        client.post(
            "/payments/stripe/webhook/", body, "application/json", headers={"Stripe-Signature": signature}
        )
        for _ in range(12)
    ]
    jobs.run_due()
    assert {a.status_code for a in answers} == {200}
    assert WebhookEvent.objects.count() == 1
    assert OutboxMail.objects.filter(message="order_paid").count() == 1
    assert stock_of(variant) == (1, 0)


@pytest.mark.parametrize("action", ["decline", "abandon"])
def test_a_payment_not_made_keeps_the_hold_and_can_be_made_later(client, variant, action):
    order = buy(client, variant)
    press(client, order, action)
    page = client.get(order.get_absolute_url()).content.decode()
    assert 'data-status="pending"' in page
    assert "Pay now" in page
    assert stock_of(variant) == (2, 1)
    again = client.post(f"{order.get_absolute_url()}pay/")
    assert again.headers["Location"] == newest_payment(order).url
    press(client, order, "pay")
    assert b'data-status="paid"' in client.get(order.get_absolute_url()).content


def test_a_declined_card_is_named_on_the_order_page(client, variant):
    order = buy(client, variant)
    press(client, order, "decline")
    assert "Your card was declined." in client.get(order.get_absolute_url()).content.decode()


def test_an_abandoned_payment_gives_its_stock_back_after_the_hold_without_anybody_visiting(client, variant):
    order = buy(client, variant, 2)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=44), tick=False):
        reconcile.sync_due()
        assert stock_of(variant) == (2, 2)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=46), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, order.hold, newest_payment(order).status) == ("cancelled", "released", "expired")
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


def test_money_that_arrives_while_the_hold_ends_wins(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=46), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("paid", (1, 0))


def late_money(order, variant, *, client, stock_left):
    """Cancel the order, sell the rest if asked, then let Stripe report money."""
    payment = newest_payment(order)
    sync.close(payment.pk, patient=True)
    if not stock_left:
        variant.refresh_from_db()
        other = buy(type(client)(), variant, variant.available)
        press(client, other, "pay")
        sync.sync(newest_payment(other).pk, patient=True)
    DemoSession.objects.filter(session_id=payment.session_id).update(
        status="complete", payment_status="paid", intent_id="pi_late", intent_status="succeeded"
    )
    return sync.sync(payment.pk, patient=True)


def test_money_after_release_with_stock_left_makes_the_order_paid(client, variant):
    order = buy(client, variant)
    assert late_money(order, variant, client=client, stock_left=True).status == "paid"
    assert stock_of(variant) == (1, 0)
    assert_books_agree()


def test_money_after_release_without_stock_goes_back(client, variant):
    order = buy(client, variant)
    payment = late_money(order, variant, client=client, stock_left=False)
    assert payment.status == "refund_due"
    jobs.run_due()
    assert Refund.objects.get(payment=payment).status == "succeeded"
    assert OutboxMail.objects.filter(message="staff_alert").count() == 1
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert stock_of(variant) == (0, 0)
    assert_books_agree()

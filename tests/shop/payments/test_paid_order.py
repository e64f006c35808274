"""The path from "Order and pay" to paid, and each way it can end."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.holds import reserved_differences
from shop.orders.models import Order
from shop.payments import reconcile, refunds, sessions, stripe_api, sync, webhooks
from shop.payments.demo import objects, server
from shop.payments.demo.models import DemoSession
from shop.payments.models import Refund, WebhookEvent
from shop.stock.ledger import on_hand_differences
from tests.builders import make_variant
from tests.shop.checkout_builders import buy, newest_payment, open_shop, press, put_in_cart, submit_checkout

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture(autouse=True)
def shop(transactional_db):
    open_shop()


@pytest.fixture
def variant():
    return make_variant(on_hand=2)


def assert_books_agree():
    assert on_hand_differences() + reserved_differences() == []


def stock_of(variant):
    variant.refresh_from_db()
    return variant.on_hand, variant.reserved


def events_of(order):
    session = DemoSession.objects.get(session_id=newest_payment(order).session_id)
    body = json.dumps(objects.event(session, "checkout.session.completed"))
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
    DemoSession.objects.update(status="complete", payment_status="paid", intent_id="pi_1", intent_status="succeeded")
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
        client.post("/payments/stripe/webhook/", body, "application/json", headers={"Stripe-Signature": signature})
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
    assert 'data-status="pending"' in page and "Pay now" in page
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


@pytest.mark.parametrize(
    ("change", "named"),
    [({"amount_total": 1}, "amount"), ({"currency": "eur"}, "currency"), ({"params": {"mode": "payment"}}, "reference")],
)
def test_a_payment_that_does_not_match_is_kept_for_review(client, variant, change, named):
    order = buy(client, variant)
    press(client, order, "pay")
    DemoSession.objects.update(**change)
    payment = sync.sync(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert payment.status == "review" and named in payment.reason
    assert order.status == "pending"
    assert OutboxMail.objects.filter(message="staff_alert").count() == 1


def fail(status):
    return lambda *args: ('{"error": {"message": "no"}}', status, {})


def test_stripe_unreachable_keeps_the_order_and_the_worker_goes_on(client, variant, stripe_requests):
    stripe_requests.server = fail(503)
    order = buy(client, variant)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "We are preparing your payment" in page
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        reconcile.sync_due()
    assert newest_payment(order).status == "open"
    assert stock_of(variant) == (2, 1)


def test_a_lost_answer_is_asked_for_again_and_gives_the_same_session(client, variant, stripe_requests):
    def lose_the_answer(*args):
        server.answer(*args)
        return fail(500)()

    stripe_requests.server = lose_the_answer
    order = buy(client, variant)
    assert newest_payment(order).session_id is None
    stripe_requests.server = server.answer
    sync.sync(newest_payment(order).pk, patient=True)
    assert DemoSession.objects.count() == 1
    assert newest_payment(order).status == "open"


def test_a_session_that_never_existed_is_given_up_and_releases(client, variant, stripe_requests):
    stripe_requests.server = fail(503)
    order = buy(client, variant)
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=50), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, newest_payment(order).status) == ("cancelled", "abandoned")
    assert stock_of(variant) == (2, 0)


def test_an_unreachable_stripe_at_the_end_of_the_hold_keeps_the_stock(client, variant, stripe_requests):
    order = buy(client, variant)
    stripe_requests.server = fail(503)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=46), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("pending", (2, 1))


def test_refunding_everything_goes_through_stripe_and_restocks_on_choice(client, variant):
    order = buy(client, variant, 2)
    press(client, order, "pay")
    jobs.run_due()
    refunds.refund_everything(order_id=order.pk, restock=True)
    with pytest.raises(refunds.RefundRefused):
        refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(variant)) == ("refunded", (2, 0))
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1
    assert b'data-status="refunded"' in client.get(order.get_absolute_url()).content
    assert_books_agree()


def test_a_crash_before_the_session_id_was_stored_is_healed_by_the_event(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    order.payments.update(session_id=None, status="creating", url="")
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, newest_payment(order).status) == ("paid", "paid")
    assert DemoSession.objects.count() == 1


def test_a_second_payment_of_one_order_goes_back(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    jobs.run_due()
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    press(client, order, "pay")
    jobs.run_due()
    second.refresh_from_db()
    assert (second.status, second.refunds.get().status) == ("refund_due", "succeeded")
    order.refresh_from_db()
    assert (order.status, order.refunded_minor, stock_of(variant)) == ("paid", 0, (1, 0))


def test_a_bank_debit_keeps_the_hold_until_the_bank_has_spoken(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(status="complete", intent_id="pi_slow", intent_status="processing")
    payment = sync.sync(newest_payment(order).pk, patient=True)
    assert (payment.status, stock_of(variant)) == ("processing", (2, 1))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2), tick=False):
        reconcile.sync_due()
    assert stock_of(variant) == (2, 1)
    DemoSession.objects.update(payment_status="paid", intent_status="succeeded")
    assert sync.sync(payment.pk, patient=True).status == "paid"


def test_a_bank_that_refuses_cancels_the_order_and_releases(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(status="complete", intent_id="pi_slow", intent_status="requires_payment_method")
    payment = sync.sync(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert (payment.status, order.status, stock_of(variant)) == ("failed", "cancelled", (2, 0))


def test_a_refund_that_stripe_refuses_is_shown_to_the_staff_and_may_be_asked_for_again(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    jobs.run_due()
    DemoSession.objects.update(payment_status="unpaid")
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    assert Refund.objects.get().status == "failed"
    assert OutboxMail.objects.filter(message="staff_alert").count() == 1
    DemoSession.objects.update(payment_status="paid")
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(variant)) == ("refunded", (1, 0))


def test_no_call_to_stripe_is_made_inside_a_transaction(client, variant):
    order = buy(client, variant)
    with pytest.raises(RuntimeError, match="No transaction may stay open"), transaction.atomic():
        sync.sync(newest_payment(order).pk, patient=True)

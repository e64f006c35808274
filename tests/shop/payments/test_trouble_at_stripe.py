"""Stripe is slow, silent, wrong or late: each row of the failure table."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import reconcile, sessions, sync
from shop.payments.demo import server
from shop.payments.demo.models import DemoAnswer, DemoSession
from tests.shop.checkout_builders import buy, newest_payment, press
from tests.shop.payments.checks import stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"amount_total": 1}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"params": {"mode": "payment"}}, "reference"),
    ],
)
def test_a_payment_that_does_not_match_is_kept_for_review(client, variant, change, named):
    order = buy(client, variant)
    press(client, order, "pay")
    DemoSession.objects.update(**change)
    payment = sync.sync(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert payment.status == "review"
    assert named in payment.reason
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


def test_a_crash_before_the_session_id_was_stored_is_healed_by_the_event(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    order.payments.update(session_id=None, status="creating", url="")
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, newest_payment(order).status) == ("paid", "paid")
    assert DemoSession.objects.count() == 1


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
    DemoSession.objects.update(
        status="complete", intent_id="pi_slow", intent_status="requires_payment_method"
    )
    payment = sync.sync(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert (payment.status, order.status, stock_of(variant)) == ("failed", "cancelled", (2, 0))


def test_no_call_to_stripe_is_made_inside_a_transaction(client, variant):
    order = buy(client, variant)
    with pytest.raises(RuntimeError, match="No transaction may stay open"), transaction.atomic():
        sync.sync(newest_payment(order).pk, patient=True)


def test_a_silent_stripe_is_asked_once_a_round_and_others_get_their_turn(client, variant, stripe_requests):
    orders = [buy(type(client)(), variant) for _ in range(2)]
    stripe_requests.server = fail(503)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        assert reconcile.sync_due() == 1
        stripe_requests.server = server.answer
        assert reconcile.sync_due() == 1
    assert sorted(newest_payment(order).checks for order in orders) == [2, 2]


def test_a_session_still_open_at_the_end_of_the_hold_is_expired_at_stripe_first(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(expires_at=timezone.now() + dt.timedelta(hours=5))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=46), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert DemoSession.objects.get().status == "expired"
    assert (order.status, stock_of(variant)) == ("cancelled", (2, 0))


def test_an_old_dead_payment_never_cancels_an_order_that_another_one_paid(client, variant):
    order = buy(client, variant)
    dead = sync.close(newest_payment(order).pk, patient=True)
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    press(client, order, "pay")
    assert sync.sync(second.pk, patient=True).status == "paid"
    assert sync.sync(dead.pk, patient=True).status == "expired"
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("paid", (1, 0))


def test_a_key_that_stripe_knows_with_another_body_never_releases_the_stock(client, variant, stripe_requests):
    stripe_requests.server = fail(503)
    order = buy(client, variant)
    stripe_requests.server = server.answer
    DemoAnswer.objects.create(key=newest_payment(order).idempotency_key, request="other", status=200, body={})
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=50), tick=False):
        reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("pending", (2, 1))

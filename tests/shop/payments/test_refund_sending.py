"""A refund reaches Stripe once, whatever happens to the answers, and is booked once."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import refunds, stripe_api
from shop.payments.demo import doings, server
from shop.payments.demo.models import DemoAnswer, DemoRefund, DemoSession
from shop.payments.models import Refund
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]
LATER = dt.timedelta(hours=25)


@pytest.fixture
def order():
    """A paid order of 50.00."""
    return make_order()


@pytest.fixture
def row(order):
    """A refund of its one unit, 44.00, that nobody has sent yet."""
    return refunds.request(
        payment=order.payments.get(), amount_minor=4400, restock=True, reason="",
        units={order.lines.get().pk: 1},
    )  # fmt: skip


def send(row):
    """Do what the refund's job does."""
    refunds.send.call(refund_id=row.pk)
    row.refresh_from_db()
    return row.status


def lose_the_answer(*args):
    server.answer(*args)
    return '{"error": {"message": "no"}}', 500, {}


def forget_keys():
    """Let a day pass at Stripe."""
    DemoAnswer.objects.all().delete()


def asked(stripe_requests, method, path):
    return [params for verb, where, params in stripe_requests.requests if (verb, where) == (method, path)]


def test_a_refund_carries_its_number_to_stripe(row, stripe_requests):
    assert send(row) == "succeeded"
    [params] = asked(stripe_requests, "POST", "/v1/refunds")
    assert params == {
        "payment_intent": row.payment.intent_id, "amount": "4400", "metadata": {"refund": str(row.pk)},
    }  # fmt: skip


def test_a_lost_answer_is_asked_for_again_and_gives_the_same_refund(row, order, stripe_requests):
    stripe_requests.server = lose_the_answer
    with pytest.raises(stripe_api.Unreachable):
        send(row)
    stripe_requests.server = server.answer
    assert send(row) == "succeeded"
    assert DemoRefund.objects.get().refund_id == row.stripe_id
    order.refresh_from_db()
    assert order.refunded_minor == 4400


def test_a_lost_answer_is_told_by_the_event(row, order, stripe_requests):
    stripe_requests.server = lose_the_answer
    with pytest.raises(stripe_api.Unreachable):
        send(row)
    stripe_requests.server = server.answer
    jobs.run_due()
    row.refresh_from_db()
    assert (row.status, row.stripe_id, row.is_imported) == (
        "succeeded",
        DemoRefund.objects.get().refund_id,
        False,
    )
    assert Refund.objects.count() == 1


def test_a_repeat_a_day_later_finds_the_first_try_although_its_key_is_forgotten(row, stripe_requests):
    stripe_requests.server = lose_the_answer
    with pytest.raises(stripe_api.Unreachable):
        send(row)
    stripe_requests.server = server.answer
    forget_keys()
    Refund.objects.update(created_at=timezone.now() - LATER)
    assert send(row) == "succeeded"
    assert DemoRefund.objects.count() == 1


def test_a_first_try_a_day_later_is_made_and_takes_no_other_refund_for_its_own(row, order):
    doings.refund_in_dashboard(row.payment.intent_id, 100)
    Refund.objects.update(created_at=timezone.now() - LATER)
    assert send(row) == "succeeded"
    assert sorted(DemoRefund.objects.values_list("amount", flat=True)) == [100, 4400]


def test_an_early_repeat_relies_on_its_key_alone(row, stripe_requests):
    send(row)
    assert asked(stripe_requests, "GET", "/v1/refunds") == []


def test_stripe_silent_leaves_the_refund_to_be_tried_again(row, stripe_requests):
    stripe_requests.server = lambda *args: ("{}", 503, {})
    jobs.run_due()
    row.refresh_from_db()
    assert (row.status, row.stripe_id) == ("pending", None)
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        jobs.run_due()
    row.refresh_from_db()
    assert row.status == "succeeded"


def test_a_refund_is_booked_once_however_often_stripe_says_so(row, order):
    for _ in range(3):
        refunds.book(row.pk, {"id": "re_1", "status": "succeeded"})
    order.refresh_from_db()
    assert (order.refunded_minor, order.lines.get().returned_quantity) == (4400, 1)
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1
    assert_books_agree()


def test_a_late_answer_never_undoes_a_newer_one(row, order):
    for status in ("succeeded", "pending", "failed", "succeeded", "pending"):
        refunds.book(row.pk, {"id": "re_1", "status": status})
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.status, order.refunded_minor) == ("failed", 0)


@pytest.mark.parametrize("status", ["pending", "requires_action"])
def test_a_refund_that_stripe_has_not_finished_stays_pending(row, order, status):
    refunds.book(row.pk, {"id": "re_1", "status": status})
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.status, row.stripe_id, order.refunded_minor) == ("pending", "re_1", 0)


def pending_for(row, minutes):
    Refund.objects.filter(pk=row.pk).update(created_at=timezone.now() - dt.timedelta(minutes=minutes))


def test_the_worker_asks_about_a_refund_that_is_pending_for_minutes(row):
    DemoSession.objects.update(method="bank_debit")
    assert send(row) == "pending"
    jobs.run_due()
    doings.settle_refund(row.stripe_id)
    pending_for(row, 6)
    assert refunds.ask_pending() == 1
    jobs.run_due()
    row.refresh_from_db()
    assert row.status == "succeeded"


def test_the_worker_leaves_a_young_refund_alone(row):
    send(row)
    Refund.objects.update(status="pending")
    jobs.BackgroundJob.objects.all().delete()
    pending_for(row, 4)
    assert refunds.ask_pending() == 0


def test_the_worker_leaves_a_refund_to_the_job_that_still_waits_for_it(row):
    pending_for(row, 6)
    assert refunds.ask_pending() == 0
    send(row)


def test_a_refund_whose_job_gave_up_is_sent_again(row):
    jobs.BackgroundJob.objects.update(status=TaskResultStatus.FAILED)
    pending_for(row, 600)
    assert (refunds.ask_pending(), refunds.ask_pending()) == (1, 0)
    jobs.run_due()
    row.refresh_from_db()
    assert row.status == "succeeded"


def test_a_refund_that_fails_later_is_not_counted_any_more_and_the_staff_are_told(row, order):
    jobs.run_due()
    doings.fail_refund(DemoRefund.objects.get().refund_id, reason="lost_or_stolen_card")
    jobs.run_due()
    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.status, row.failure, order.refunded_minor) == ("failed", "lost_or_stolen_card", 0)
    mail = OutboxMail.objects.get(message="staff_alert")
    assert f"Refund {row.pk} failed: lost_or_stolen_card" in mail.text
    assert f"Refund {row.pk} failed: lost_or_stolen_card" in order.events.values_list("text", flat=True)
    assert_books_agree()


def test_what_failed_later_can_be_refunded_again_and_restocks_once(row, order):
    jobs.run_due()
    doings.fail_refund(DemoRefund.objects.get().refund_id)
    jobs.run_due()
    line = order.lines.get().pk
    assert refunds.open_units(order) == {line: 1}
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.refunded_minor, order.lines.get().returned_quantity) == (5000, 1)
    assert_books_agree()


def test_a_refund_canceled_at_stripe_is_a_failed_one(row):
    refunds.book(row.pk, {"id": "re_1", "status": "canceled"})
    row.refresh_from_db()
    assert (row.status, row.failure) == ("failed", "canceled")

"""What each kind of event does, in whatever order and however often it comes."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from foundation import jobs
from foundation.limits import LimitCounter
from foundation.mail import OutboxMail
from shop.giftcards import desk
from shop.giftcards.models import GiftCard
from shop.payments import sync, webhooks
from shop.payments.demo import doings, objects, server
from shop.payments.demo.models import DemoEvent, DemoRefund, DemoSession
from shop.payments.models import Dispute, Payment, Refund, WebhookEvent
from tests.shop.giftcards.builders import make_card
from tests.shop.order_builders import make_order, pay
from tests.shop.payments.deliveries import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def open_payment():
    """A payment that can be paid, opened from a network address."""
    payment = make_order(status="pending").payments.get()
    Payment.objects.update(origin="192.0.2.7")
    return sync.sync(payment.pk, patient=True)


def session_of(payment):
    return DemoSession.objects.get(session_id=payment.session_id)


def count_refusals(payment):
    payment.refresh_from_db()
    return payment.refusals


def test_a_refused_card_is_counted_once_an_event_and_for_its_address(open_payment):
    doings.decline(session_of(open_payment))
    doings.decline(session_of(open_payment))
    jobs.run_due()
    assert count_refusals(open_payment) == 2
    assert LimitCounter.objects.get(bucket="refused cards").count == 2
    for event in WebhookEvent.objects.all():
        webhooks.process.enqueue(row_id=event.pk)
    jobs.run_due()
    assert count_refusals(open_payment) == 2


def test_two_workers_at_one_event_count_its_refused_card_once(open_payment, monkeypatch):
    doings.decline(session_of(open_payment))
    row = WebhookEvent.objects.get()
    real = sync.sync

    def let_the_other_be_first(*args, **options):
        monkeypatch.setattr(sync, "sync", real)
        webhooks.process.call(row_id=row.pk)
        return real(*args, **options)

    monkeypatch.setattr(sync, "sync", let_the_other_be_first)
    webhooks.process.call(row_id=row.pk)
    assert count_refusals(open_payment) == 1


def test_a_refused_card_is_counted_when_stripe_can_be_asked_again(open_payment, stripe_requests):
    doings.decline(session_of(open_payment))
    stripe_requests.server = lambda *args: ("{}", 503, {})
    jobs.run_due()
    assert count_refusals(open_payment) == 0
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=1), tick=False):
        jobs.run_due()
    assert count_refusals(open_payment) == 1


def test_a_refused_card_tells_the_buyer_why(open_payment):
    doings.decline(session_of(open_payment))
    jobs.run_due()
    open_payment.refresh_from_db()
    assert (open_payment.status, open_payment.reason) == ("open", "Your card was declined.")


def test_a_refused_card_is_found_by_metadata_before_its_intent_is_known(open_payment):
    Payment.objects.update(intent_id="")
    doings.decline(session_of(open_payment))
    jobs.run_due()
    assert count_refusals(open_payment) == 1


@pytest.mark.parametrize(
    ("stored", "metadata"),
    [("pi_of_the_payment", {}), ("", {"order": "1"}), ("", {"payment": "999"}), ("", {"payment": "x"})],
)
def test_a_refused_card_of_another_shop_at_the_same_account_counts_for_nobody(open_payment, stored, metadata):
    Payment.objects.update(intent_id=stored)
    doings.decline(session_of(open_payment))
    event = DemoEvent.objects.latest("pk").payload
    event["id"], event["data"]["object"]["id"] = "evt_foreign", "pi_foreign"
    event["data"]["object"]["metadata"] |= metadata
    WebhookEvent.objects.all().delete()
    row = deliver(event)
    jobs.run_due()
    row.refresh_from_db()
    assert (row.status, count_refusals(open_payment)) == ("new", 0)
    assert "pi_foreign" in row.note


def test_a_refusal_told_after_the_payment_changes_no_status(open_payment):
    doings.decline(session_of(open_payment))
    pay(open_payment.order)
    jobs.run_due()
    open_payment.refresh_from_db()
    assert (open_payment.status, open_payment.refusals) == ("paid", 1)


def test_the_worker_is_told_what_the_bank_refused_and_cancels_once(open_payment):
    doings.pay_later(session_of(open_payment))
    doings.bank_refuses(session_of(open_payment))
    jobs.run_due()
    open_payment.refresh_from_db()
    assert (open_payment.status, open_payment.order.status) == ("failed", "cancelled")
    assert OutboxMail.objects.filter(message="payment_failed").count() == 1


@pytest.mark.parametrize(("end", "others"), [("won", False), ("lost", True)])
def test_a_gift_card_that_staff_blocked_stays_blocked_however_a_dispute_ends(owner, end, others):
    order = make_order()
    by_hand, other = (make_card(source=order.reference, number_in_source=n) for n in (1, 2))
    with transaction.atomic():
        desk.block(by_hand, staff=owner)
    stripe_id = doings.open_dispute(order.payments.get().intent_id, 4000)
    jobs.run_due()
    assert blocked(by_hand, other) == [True, True]
    doings.close_dispute(stripe_id, end)
    for event in DemoEvent.objects.order_by("pk"):
        deliver(event.payload)
        deliver(event.payload)
    jobs.run_due()
    assert Dispute.objects.get().status == end
    assert blocked(by_hand, other) == [True, others]


def blocked(*cards):
    """Tell of each card whether it is blocked now."""
    return [GiftCard.objects.get(pk=card.pk).is_blocked for card in cards]


def test_events_of_a_refund_and_a_dispute_are_worked_on_in_any_order():
    payment = make_order().payments.get()
    doings.refund_in_dashboard(payment.intent_id, 1000)
    stripe_id = doings.open_dispute(payment.intent_id, 4000)
    doings.close_dispute(stripe_id, "won")
    events = [event.payload for event in DemoEvent.objects.order_by("-pk")]
    WebhookEvent.objects.all().delete()
    jobs.BackgroundJob.objects.all().delete()
    for event in events * 3:
        deliver(event)
    jobs.run_due()
    assert (Refund.objects.get().status, Dispute.objects.get().status) == ("succeeded", "won")
    assert not WebhookEvent.objects.exclude(status="done").exists()


def test_what_an_event_says_of_a_refund_is_not_believed():
    payment = make_order().payments.get()
    doings.refund_in_dashboard(payment.intent_id, 1000)
    DemoRefund.objects.update(status="failed")
    jobs.run_due()
    payment.order.refresh_from_db()
    assert (Refund.objects.get().status, payment.order.refunded_minor) == ("failed", 0)


@pytest.mark.parametrize("kind", ["refund.created", "charge.dispute.created"])
def test_stripe_is_not_asked_about_objects_of_another_shop(open_payment, stripe_requests, kind):
    asked = len(stripe_requests.requests)
    event = {"id": "evt_1", "type": kind, "livemode": False, "data": {"object": {}}}
    event["data"]["object"] = {"id": "xx_1", "payment_intent": "pi_foreign"}
    row = deliver(event)
    with pytest.raises(webhooks.UnknownObject):
        webhooks.process.call(row_id=row.pk)
    row.refresh_from_db()
    assert (row.status, len(stripe_requests.requests)) == ("new", asked)
    assert row.note == "No payment for xx_1, which is of intent pi_foreign."


def test_an_event_that_was_waiting_loses_its_note_when_it_is_done():
    payment = make_order().payments.get()
    jobs.run_due()
    Payment.objects.update(intent_id="")
    doings.refund_in_dashboard(session_of(payment).intent_id, 1000)
    jobs.run_due()
    row = WebhookEvent.objects.get(kind="refund.created")
    assert row.note
    Payment.objects.update(intent_id=session_of(payment).intent_id)
    webhooks.process.call(row_id=row.pk)
    row.refresh_from_db()
    assert (row.status, row.note, Refund.objects.get().amount_minor) == ("done", "", 1000)


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.refunded", "invoice.paid", "refund"])
def test_other_kinds_are_kept_and_ignored(open_payment, kind):
    intent = objects.intent(session_of(open_payment))
    row = deliver({"id": "evt_1", "type": kind, "livemode": False, "data": {"object": intent}})
    jobs.run_due()
    row.refresh_from_db()
    assert row.status == "ignored"


def test_a_session_of_another_shop_at_the_same_account_is_nobodys(open_payment):
    event = {"id": "evt_1", "type": "checkout.session.completed", "livemode": False}
    session = objects.session(session_of(open_payment))
    session |= {"id": "cs_foreign", "metadata": {"payment": str(open_payment.pk), "order": "1"}}
    row = deliver(event | {"data": {"object": session}})
    jobs.run_due()
    row.refresh_from_db()
    open_payment.refresh_from_db()
    assert (row.status, row.note) == ("new", "No payment for session cs_foreign.")
    assert open_payment.status == "open"

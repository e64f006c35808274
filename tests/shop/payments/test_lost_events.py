"""Events that Stripe could not deliver are fetched from it and worked on like any other."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from foundation import jobs
from shop.payments import review, webhooks
from shop.payments.demo import doings, events, server
from shop.payments.demo.models import DemoEvent
from shop.payments.models import Payment, Refund, WebhookEvent
from tests.shop.order_builders import make_order
from tests.shop.payments.deliveries import deliver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def payment():
    """A paid payment whose events are all worked on."""
    payment = make_order().payments.get()
    jobs.run_due()
    return payment


@pytest.fixture
def lost(payment, monkeypatch):
    """The event of a refund made at Stripe, which never arrived."""
    monkeypatch.setattr(events, "deliver", lambda event_id: None)
    doings.refund_in_dashboard(payment.intent_id, 1000)
    return DemoEvent.objects.get(kind="refund.created")


def test_a_lost_event_is_fetched_once_and_worked_on(lost):
    assert (webhooks.fetch_undelivered(), webhooks.fetch_undelivered()) == (1, 0)
    jobs.run_due()
    assert Refund.objects.get().amount_minor == 1000
    row = WebhookEvent.objects.get(event_id=lost.event_id)
    assert (row.status, row.note, row.payload) == ("done", "fetched", lost.payload)


def test_the_worker_fetches_every_ten_minutes(lost):
    jobs.run_due()
    assert not Refund.objects.exists()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
        jobs.run_due()
        jobs.run_due()
    assert Refund.objects.get().amount_minor == 1000


def test_an_event_that_arrived_although_stripe_does_not_know_it_is_kept_once(lost):
    deliver(lost.payload)
    assert webhooks.fetch_undelivered() == 0
    assert WebhookEvent.objects.filter(event_id=lost.event_id).count() == 1


def test_only_the_kinds_that_the_shop_works_on_are_asked_for(payment, stripe_requests):
    webhooks.fetch_undelivered()
    _method, path, params = stripe_requests.requests[-1]
    assert path == "/v1/events"
    assert set(params["types"]) == set(webhooks.HANDLERS)
    assert len(webhooks.HANDLERS) <= 20  # more, Stripe refuses
    since = dt.datetime.fromtimestamp(int(params["created"]["gte"]), tz=dt.UTC)
    assert dt.timedelta(days=3) <= timezone.now() - since < dt.timedelta(days=3, minutes=1)


def test_stripe_silent_is_no_reason_to_fail(payment, stripe_requests):
    stripe_requests.server = lambda *args: ("{}", 503, {})
    assert webhooks.fetch_undelivered() == 0
    stripe_requests.server = server.answer


def test_a_fetched_event_that_speaks_of_something_unknown_still_says_that_it_was_fetched(lost):
    Payment.objects.update(intent_id="")
    webhooks.fetch_undelivered()
    jobs.run_due()
    row = WebhookEvent.objects.get(event_id=lost.event_id)
    assert (row.status, row.note[:10]) == ("new", "fetched: N")


def test_a_fetched_event_that_nobody_has_looked_at_counts_as_waiting(lost):
    webhooks.fetch_undelivered()
    assert review.oldest_unprocessed() == WebhookEvent.objects.get(event_id=lost.event_id).received_at

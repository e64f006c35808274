"""How the webhook does: what came last, what was refused and why, what waits."""

import datetime as dt

import pytest
import time_machine

from foundation import jobs
from shop.payments import stripe_api, webhooks
from shop.payments.demo import doings, events
from shop.payments.models import Payment, WebhookEvent, WebhookHealth
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    """Begin as a process that has refused nothing."""
    monkeypatch.setattr(webhooks, "_refusals", webhooks._Refusals())


def forge(client, body=b"{}", signature="t=1,v1=0"):
    headers = {"Stripe-Signature": signature}
    return client.post("/payments/stripe/webhook/", body, "application/json", headers=headers).status_code


def test_a_shop_that_heard_nothing_says_so(django_assert_num_queries):
    with django_assert_num_queries(4):
        assert webhooks.health() == webhooks.Health(None, "", None, "", 0, 0, None, "")


def test_a_refused_request_is_noted_with_its_reason(client):
    with time_machine.travel(NOW - dt.timedelta(hours=1), tick=False):
        old = stripe_api.sign("{}", secret=webhooks.secret())
    with time_machine.travel(NOW, tick=False):
        assert forge(client, signature=old) == 400
    found = webhooks.health()
    assert (found.last_refused_at, found.refused_count) == (NOW, 1)
    assert found.refusal.startswith("The signature does not match. Timestamp outside the tolerance zone")


def test_a_wrong_secret_is_told_apart_from_an_old_signature(client):
    assert forge(client, signature=stripe_api.sign("{}", secret="whsec_other")) == 400
    assert "No signatures found matching the expected signature" in webhooks.health().refusal


def test_a_flood_of_refused_requests_is_written_every_ten_seconds_and_counted(
    client, django_assert_num_queries
):
    with time_machine.travel(NOW, tick=False) as clock:
        forge(client)
        with django_assert_num_queries(0):
            assert {forge(client) for _ in range(50)} == {400}
        assert webhooks.health().refused_count == 1
        clock.shift(10)
        forge(client)
    assert webhooks.health().refused_count == 52
    assert WebhookHealth.objects.count() == 1


def test_a_genuine_event_is_no_refusal(stripe_requests):
    make_order()
    assert webhooks.health().refused_count == 0


def test_the_last_event_delivered_is_told(stripe_requests, django_assert_num_queries):
    paid = make_order()
    jobs.run_due()
    doings.refund_in_dashboard(paid.payments.get().intent_id, 100)
    with django_assert_num_queries(4):
        found = webhooks.health()
    last = WebhookEvent.objects.latest("pk")
    assert (found.last_kind, found.last_success_at) == ("refund.created", last.received_at)
    assert (found.waiting, found.oldest_waiting_at) == (1, last.received_at)
    jobs.run_due()
    assert webhooks.health().waiting == 0


def test_a_fetched_event_does_not_hide_that_the_webhook_is_silent(stripe_requests, monkeypatch):
    intent_id = make_order().payments.get().intent_id
    jobs.run_due()
    before = webhooks.health()
    monkeypatch.setattr(events, "deliver", lambda event_id: None)
    doings.refund_in_dashboard(intent_id, 100)
    assert webhooks.fetch_undelivered() == 1
    jobs.run_due()
    after = webhooks.health()
    assert (after.last_kind, after.last_success_at) == (before.last_kind, before.last_success_at)
    assert before.last_kind == "checkout.session.completed"


def test_what_keeps_an_event_waiting_is_told(stripe_requests):
    intent_id = make_order().payments.get().intent_id
    jobs.run_due()
    assert webhooks.health().last_problem == ""
    Payment.objects.update(intent_id="")
    doings.refund_in_dashboard(intent_id, 100)
    jobs.run_due()
    assert webhooks.health().last_problem.startswith("shop.payments.matching.UnknownObject: No payment for")

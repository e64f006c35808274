"""The demo's Stripe lists what it has as Stripe does: newest first, in pages, filtered."""

import datetime as dt
import json

import pytest
import time_machine
from django.utils import timezone

from shop.payments import stripe_api, webhooks
from shop.payments.demo import doings, server
from shop.payments.demo.models import DemoDispute, DemoEvent, DemoRefund, DemoSession

pytestmark = [pytest.mark.django_db]

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def make_session(number=1, **overrides):
    """Keep a paid session, `pi_<number>` for 5000, as the demo would after a purchase."""
    row = {
        "session_id": f"cs_{number}", "params": {}, "status": "complete", "payment_status": "paid",
        "intent_id": f"pi_{number}", "intent_status": "succeeded", "amount_total": 5000, "currency": "usd",
        "expires_at": timezone.now() + dt.timedelta(minutes=45),
    }  # fmt: skip
    return DemoSession.objects.create(**row | overrides)


def get(path):
    """Ask without the library; return status and document."""
    body, status, _headers = server.answer("GET", f"https://api.stripe.com/v1/{path}", {}, "")
    return status, json.loads(body)


def test_more_than_two_pages_of_sessions_are_listed_with_their_intents_newest_first(stripe_requests):
    for number in range(205):
        make_session(number)
    found = stripe_api.list_sessions(since=LONG_AGO)
    assert [session["id"] for session in found] == [f"cs_{number}" for number in reversed(range(205))]
    assert found[0]["payment_intent"]["status"] == "succeeded"
    assert [params.get("starting_after") for _m, _p, params in stripe_requests.requests] == [
        None, "cs_105", "cs_5",
    ]  # fmt: skip


def test_a_list_begins_at_the_second_that_was_asked_for(stripe_requests):
    moment = timezone.now().replace(microsecond=0)
    for number, seconds in enumerate([-1, 0, 1]):
        with time_machine.travel(moment + dt.timedelta(seconds=seconds), tick=False):
            make_session(number)
    assert [s["id"] for s in stripe_api.list_sessions(since=moment)] == ["cs_2", "cs_1"]


def test_sessions_whose_time_is_over_are_listed_as_expired_and_told_once(stripe_requests):
    make_session(status="open", payment_status="unpaid", intent_id="", intent_status="")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        for _time in range(2):
            assert [s["status"] for s in stripe_api.list_sessions(since=LONG_AGO)] == ["expired"]
    assert [event.kind for event in DemoEvent.objects.all()] == ["checkout.session.expired"]


def test_refunds_are_listed_all_or_of_one_payment(stripe_requests):
    make_session(1), make_session(2)
    one, two = (doings.refund_in_dashboard(f"pi_{number}", 100) for number in (1, 2))
    assert [refund["id"] for refund in stripe_api.list_refunds(since=LONG_AGO)] == [two, one]
    assert [refund["id"] for refund in stripe_api.list_refunds(intent_id="pi_1")] == [one]
    assert stripe_api.list_refunds(intent_id="pi_3") == []
    assert stripe_api.list_refunds(since=timezone.now() + dt.timedelta(minutes=1), intent_id="pi_1") == []


def test_disputes_are_listed_and_found_by_their_id(stripe_requests):
    make_session()
    due_by = timezone.now().replace(microsecond=0) + dt.timedelta(days=7)
    dispute_id = doings.open_dispute("pi_1", 5000, "product_not_received", due_by)
    (listed,) = stripe_api.list_disputes(since=LONG_AGO)
    assert listed == stripe_api.retrieve_dispute(dispute_id)
    assert listed["evidence_details"]["due_by"] == int(due_by.timestamp())
    said = {"object": "dispute", "amount": 5000, "currency": "usd", "payment_intent": "pi_1"}
    said |= {"reason": "product_not_received", "status": "needs_response", "livemode": False}
    assert said.items() <= listed.items()


def test_an_unknown_dispute_is_refused(stripe_requests):
    with pytest.raises(stripe_api.Refused, match="No such dispute"):
        stripe_api.retrieve_dispute("du_1")


def test_only_events_that_the_shop_did_not_take_are_listed_as_undelivered(stripe_requests, monkeypatch):
    make_session()
    doings.refund_in_dashboard("pi_1", 100)
    monkeypatch.setattr(webhooks, "receive", lambda *_args: 1 / 0)
    lost = doings.refund_in_dashboard("pi_1", 200)
    doings.open_dispute("pi_1", 100)
    (event,) = stripe_api.list_undelivered_events(since=LONG_AGO, kinds=["refund.created", "refund.failed"])
    assert (event["type"], event["data"]["object"]["id"]) == ("refund.created", lost)
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=False):
        assert stripe_api.list_undelivered_events(since=LONG_AGO, kinds=["refund.created"]) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("refunds?limit=101", "limit"),
        ("refunds?limit=0", "limit"),
        ("refunds?limit=many", "limit"),
        ("refunds?starting_after=re_1", "starting_after"),
        ("refunds?charge=ch_1", "charge"),
        ("disputes?created[lt]=1", "created"),
        ("checkout/sessions?created[gte]=now", "created[gte]"),
        ("checkout/sessions?customer=cus_1", "customer"),
        ("events?" + "&".join(f"types[{n}]=refund.failed" for n in range(21)), "types"),
    ],
)
def test_what_stripe_would_refuse_or_the_demo_does_not_know_is_an_error(query, named):
    status, document = get(query)
    assert (status, document["error"]["param"]) == (400, named)


def test_a_list_brings_ten_unless_more_are_asked_for():
    make_session()
    DemoRefund.objects.bulk_create(
        DemoRefund(refund_id=f"re_{n}", intent_id="pi_1", amount=1, currency="usd") for n in range(11)
    )
    _status, page = get("refunds")
    assert (len(page["data"]), page["has_more"], page["url"]) == (10, True, "/v1/refunds")
    _status, page = get("refunds?limit=11")
    assert (len(page["data"]), page["has_more"]) == (11, False)


def test_a_dispute_past_its_deadline_says_so(stripe_requests):
    make_session()
    dispute_id = doings.open_dispute("pi_1", 5000)
    DemoDispute.objects.update(due_by=LONG_AGO)
    assert stripe_api.retrieve_dispute(dispute_id)["evidence_details"]["past_due"] is True
    doings.close_dispute(dispute_id, "lost")
    assert stripe_api.retrieve_dispute(dispute_id)["evidence_details"]["past_due"] is False

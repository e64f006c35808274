"""What happens at Stripe behind the shop's back: refunds, disputes, and what is told of them."""

import pytest
from django.db import transaction

from shop.payments import stripe_api, webhooks
from shop.payments.demo import doings
from shop.payments.demo.models import DemoEvent, DemoRefund, DemoSession
from shop.payments.demo.rules import ApiError
from shop.payments.models import WebhookEvent
from tests.shop.checkout_builders import buy, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def intent_id(client, variant):
    """The intent of a paid session of 5000; what was told until then is forgotten."""
    press(client, buy(client, variant), "pay")
    DemoEvent.objects.all().delete()
    return DemoSession.objects.get().intent_id


def told():
    """Return kind, status of the object, and whether the shop took it, of every event sent."""
    return [
        (event.kind, event.payload["data"]["object"]["status"], event.is_delivered)
        for event in DemoEvent.objects.order_by("pk")
    ]


def refund(intent_id, amount, **options):
    return stripe_api.create_refund(intent_id=intent_id, amount_minor=amount, key=f"k{amount}", **options)


def test_a_refund_carries_the_shops_metadata_and_is_told(intent_id):
    made = refund(intent_id, 1000, metadata={"refund": "7"})
    assert (made["status"], made["metadata"]) == ("succeeded", {"refund": "7"})
    assert stripe_api.retrieve_refund(made["id"]) == made
    assert told() == [("refund.created", "succeeded", True)]


def test_a_repeated_request_is_the_same_refund_told_once(intent_id):
    assert refund(intent_id, 1000) == refund(intent_id, 1000)
    assert told() == [("refund.created", "succeeded", True)]


def test_a_refund_in_the_dashboard_is_told_and_bounded(intent_id):
    doings.refund_in_dashboard(intent_id, 4000)
    assert told() == [("refund.created", "succeeded", True)]
    for amount in (1001, 0, -1):
        with pytest.raises(ApiError):
            doings.refund_in_dashboard(intent_id, amount)
    with pytest.raises(ApiError, match="No such payment_intent"):
        doings.refund_in_dashboard("pi_none", 1)
    assert DemoRefund.objects.count() == 1


def test_a_refund_that_fails_later_says_why_once_and_its_money_is_there_again(intent_id):
    refund_id = doings.refund_in_dashboard(intent_id, 5000)
    for _time in range(2):
        doings.fail_refund(refund_id, "lost_or_stolen_card")
    assert told()[1:] == [("refund.updated", "failed", True), ("refund.failed", "failed", True)]
    assert stripe_api.retrieve_refund(refund_id)["failure_reason"] == "lost_or_stolen_card"
    doings.refund_in_dashboard(intent_id, 5000)


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("won", ["charge.dispute.closed", "charge.dispute.funds_reinstated"]),
        ("lost", ["charge.dispute.closed"]),
    ],
)
def test_a_dispute_takes_the_money_until_it_is_closed(intent_id, status, kinds):
    dispute_id = doings.open_dispute(intent_id, 5000)
    for _time in range(2):
        doings.close_dispute(dispute_id, status)
    assert told() == [
        ("charge.dispute.created", "needs_response", True),
        ("charge.dispute.funds_withdrawn", "needs_response", True),
        *[(kind, status, True) for kind in kinds],
    ]


def test_a_disputed_payment_is_not_refunded_unless_the_dispute_is_won(intent_id):
    dispute_id = doings.open_dispute(intent_id, 5000)
    with pytest.raises(stripe_api.Refused) as refusal:
        refund(intent_id, 1000)
    assert refusal.value.code == "charge_disputed"
    doings.close_dispute(dispute_id, "won")
    assert refund(intent_id, 1000)["status"] == "succeeded"


def test_every_event_has_its_own_id_and_reaches_the_inbox_whole(intent_id):
    doings.refund_in_dashboard(intent_id, 1)
    doings.refund_in_dashboard(intent_id, 2)
    sent = {event.event_id: event.payload for event in DemoEvent.objects.all()}
    kept = {event.event_id: event.payload for event in WebhookEvent.objects.filter(kind="refund.created")}
    assert sent == kept
    assert len(sent) == 2


def test_nothing_is_told_of_what_was_rolled_back(intent_id, monkeypatch):
    received = []
    monkeypatch.setattr(webhooks, "receive", lambda body, _signature: received.append(body))
    with transaction.atomic():
        doings.refund_in_dashboard(intent_id, 1)
        transaction.set_rollback(True)
    assert (told(), received) == ([], [])
    doings.refund_in_dashboard(intent_id, 2)
    assert len(received) == 1


def test_two_tabs_of_a_payment_page_speak_of_the_same_intent(client, variant):
    buy(client, variant)
    one, other = DemoSession.objects.get(), DemoSession.objects.get()
    doings.decline(one)
    doings.pay(other)
    assert other.intent_id == one.intent_id != ""

"""The demo's payment page plays every way a payment can go, and tells the shop as Stripe does."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from foundation import jobs
from shop.payments import stripe_api, webhooks
from shop.payments.demo import doings, events
from shop.payments.demo.models import DemoEvent, DemoRefund, DemoSession
from shop.payments.models import WebhookEvent
from tests.shop.checkout_builders import buy, newest_payment, press
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def order(client, variant):
    """An order that waits for its payment of 5000."""
    return buy(client, variant)


def page_of(client, order):
    """Return the payment page of the order's newest payment."""
    session = DemoSession.objects.get(session_id=newest_payment(order).session_id)
    return client.get(f"/pay/demo/{session.token}/").content.decode()


def buttons(page):
    """Return the actions that a page offers, in its order."""
    return [part.partition('"')[0] for part in page.split('name="action" value="')[1:]]


def told():
    """Return the kinds of all events, in the order they were sent."""
    return [event.kind for event in DemoEvent.objects.order_by("pk")]


def status_of(order):
    """Return what the shop and its payment say once all jobs ran."""
    jobs.run_due()
    order.refresh_from_db()
    return order.status, newest_payment(order).status


def test_an_open_payment_offers_to_pay_now_or_later_to_decline_or_to_abandon(client, order):
    assert buttons(page_of(client, order)) == ["pay", "pay_later", "decline", "abandon"]


def test_paying_later_waits_for_the_bank_and_the_page_stays_where_it_was(client, order, variant):
    answer = press(client, order, "pay_later")
    assert (answer.status_code, answer.headers["Location"]) == (303, order.site_url)
    assert status_of(order) == ("pending", "processing")
    session = stripe_api.retrieve_session(newest_payment(order).session_id, patient=True)
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    assert session["payment_intent"]["status"] == "processing"
    assert session["url"] == newest_payment(order).url
    assert buttons(client.get(session["url"]).content.decode()) == ["bank_confirms", "bank_refuses"]
    assert told() == ["checkout.session.completed"]
    assert stock_of(variant) == (2, 1)


def test_the_bank_confirms_and_the_order_is_paid(client, order, variant):
    press(client, order, "pay_later")
    press(client, order, "bank_confirms")
    assert status_of(order) == ("paid", "paid")
    assert told() == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
    assert "This payment was paid." in page_of(client, order)
    assert stock_of(variant) == (1, 0)
    assert_books_agree()


def test_the_bank_refuses_and_the_stock_is_free_again(client, order, variant):
    press(client, order, "pay_later")
    press(client, order, "bank_refuses")
    assert status_of(order) == ("cancelled", "failed")
    assert told()[1:] == ["payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    intent = stripe_api.retrieve_session(newest_payment(order).session_id, patient=True)["payment_intent"]
    assert (intent["status"], intent["last_payment_error"]["code"]) == (
        "requires_payment_method", "debit_not_authorized",
    )  # fmt: skip
    assert "The bank refused this payment." in page_of(client, order)
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


def test_a_declined_card_is_told_each_time_and_the_payment_stays_open(client, order):
    press(client, order, "decline")
    press(client, order, "decline")
    assert told() == ["payment_intent.payment_failed"] * 2
    assert WebhookEvent.objects.count() == 2
    intent = DemoEvent.objects.latest("pk").payload["data"]["object"]
    assert intent["metadata"]["payment"] == str(newest_payment(order).pk)
    assert intent["last_payment_error"] == {
        "type": "card_error", "code": "card_declined", "message": "Your card was declined.",
    }  # fmt: skip
    page = page_of(client, order)
    assert "Your card was declined." in page
    assert buttons(page)[0] == "pay"
    press(client, order, "pay")
    assert status_of(order) == ("paid", "paid")


@pytest.mark.parametrize(
    "actions",
    [
        ["abandon"], ["bank_confirms"], ["bank_refuses"], ["refund_fails"], ["steal"], [""],
        ["pay", "pay"], ["pay", "decline"], ["pay", "pay_later"], ["pay", "bank_refuses"],
        ["pay_later", "pay"], ["pay_later", "pay_later"], ["pay_later", "decline"],
    ],
)  # fmt: skip
def test_a_button_out_of_place_or_pressed_twice_changes_nothing(client, order, actions):
    effect = [action for action in actions if action in {"pay", "pay_later"}][:1]
    for action in actions:
        assert press(client, order, action).status_code == 303
    assert told() == ["checkout.session.completed"] * len(effect)
    assert DemoSession.objects.get().is_processing == (effect == ["pay_later"])
    assert DemoSession.objects.get().is_payable == (effect == [])


def test_a_payment_whose_time_is_over_can_no_longer_be_paid(client, order):
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1), tick=False):
        press(client, order, "pay")
        assert buttons(page_of(client, order)) == []
        assert told() == []
        session = stripe_api.retrieve_session(newest_payment(order).session_id, patient=True)
        assert (session["status"], session["url"]) == ("expired", None)
        assert told() == ["checkout.session.expired"]
        assert status_of(order) == ("cancelled", "expired")


def test_a_session_expired_by_the_shop_is_told_too(order):
    stripe_api.expire_session(newest_payment(order).session_id, patient=True)
    with pytest.raises(stripe_api.Refused, match="open"):
        stripe_api.expire_session(newest_payment(order).session_id, patient=True)
    assert told() == ["checkout.session.expired"]


def test_an_event_the_shop_cannot_take_never_breaks_the_page_and_is_delivered_later(
    client, order, monkeypatch
):
    with monkeypatch.context() as broken:
        broken.setattr(webhooks, "receive", lambda *_args: 1 / 0)
        assert press(client, order, "pay").status_code == 303
    sent = DemoEvent.objects.get()
    assert not sent.is_delivered
    assert not WebhookEvent.objects.exists()
    events.deliver(sent.event_id)
    sent.refresh_from_db()
    assert sent.is_delivered
    assert status_of(order) == ("paid", "paid")


def test_a_refund_to_a_bank_is_pending_until_the_page_lets_it_arrive_or_fail(client, order):
    press(client, order, "pay_later")
    press(client, order, "bank_confirms")
    refund_id = doings.refund_in_dashboard(DemoSession.objects.get().intent_id, 1000)
    assert stripe_api.retrieve_refund(refund_id)["status"] == "pending"
    page = page_of(client, order)
    assert "A refund of $10.00 is on its way" in page
    assert buttons(page) == ["refund_arrives", "refund_fails"]
    token = DemoSession.objects.get().token
    client.post(f"/pay/demo/{token}/", {"action": "refund_arrives", "refund": refund_id})
    assert stripe_api.retrieve_refund(refund_id)["status"] == "succeeded"
    assert buttons(page_of(client, order)) == ["refund_fails"]
    client.post(f"/pay/demo/{token}/", {"action": "refund_fails", "refund": refund_id})
    assert stripe_api.retrieve_refund(refund_id)["status"] == "failed"
    assert buttons(page_of(client, order)) == []
    assert told()[-4:] == ["refund.created", "refund.updated", "refund.updated", "refund.failed"]


def test_a_page_never_touches_the_refund_of_another_payment(client, variant, order):
    press(client, order, "pay")
    refund_id = doings.refund_in_dashboard(DemoSession.objects.get().intent_id, 1000)
    other = buy(type(client)(), variant)
    for fields in ({}, {"refund": refund_id}, {"refund": "re_none"}):
        token = DemoSession.objects.get(session_id=newest_payment(other).session_id).token
        client.post(f"/pay/demo/{token}/", {"action": "refund_fails"} | fields)
    assert DemoRefund.objects.get().status == "succeeded"


def test_an_unknown_token_is_not_found(client, order):
    assert client.get("/pay/demo/nothing/").status_code == 404
    assert client.post("/pay/demo/nothing/", {"action": "pay"}).status_code == 404

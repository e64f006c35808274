"""The recorder itself can fail: each kind of mistake is seen."""

import datetime as dt

import pytest

from shop.payments import stripe_api
from tests.stripe_recorder import Recorder, mistakes_in

SESSIONS = "/v1/checkout/sessions"
KEY = {"Idempotency-Key": "k"}


def good(**overrides):
    item = {
        "quantity": "1",
        "price_data": {"currency": "usd", "unit_amount": "4400", "product_data": {"name": "Q"}},
    }
    return {"mode": "payment", "line_items": [item], "success_url": "x", "metadata": {"a": "b"}} | overrides


def test_a_valid_request_has_no_mistakes():
    assert mistakes_in("POST", SESSIONS, KEY, good()) == []


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"mode": "buy"}, "is not one of"),
        ({"payment_method_types": ["card"]}, "unknown"),
        ({"expires_at": "soon"}, "is not <class 'int'>"),
        ({"line_items": [{"quantity": "1", "price_data": {"unit_amount": "1"}}]}, "missing"),
        ({"line_items": "4400"}, "should be a list"),
        ({"line_items": ["4400"]}, "should be nested"),
        ({"metadata": {"a": {"b": "c"}}}, "should map names"),
    ],
)
def test_each_kind_of_mistake_is_seen(overrides, complaint):
    assert any(complaint in m for m in mistakes_in("POST", SESSIONS, KEY, good(**overrides)))


def test_a_missing_idempotency_key_is_seen():
    assert mistakes_in("POST", SESSIONS, {}, good()) == [f"POST {SESSIONS}: no idempotency key"]


def test_an_unknown_call_is_seen():
    assert mistakes_in("POST", "/v1/customers", KEY, {}) == ["POST /v1/customers: not a call this shop makes"]


def test_an_empty_recording_fails():
    with pytest.raises(AssertionError, match="nothing was sent"):
        Recorder(server=lambda *a: ("", 200, {})).assert_valid()


REFUND = {"payment_intent": "pi_1", "amount": "1"}
DATES = {"created": {"gte": "1795000000"}, "limit": "100"}


@pytest.mark.parametrize(
    ("method", "path", "params", "complaint"),
    [
        ("GET", SESSIONS, DATES | {"created": {"since": "1"}}, "unknown"),
        ("GET", SESSIONS, DATES | {"created": {"gte": "yesterday"}}, "is not <class 'int'>"),
        ("GET", SESSIONS, DATES | {"expand": "data.payment_intent"}, "should be a list"),
        ("GET", SESSIONS, {"status": "paid"}, "is not one of"),
        ("POST", "/v1/refunds", REFUND | {"metadata": "7"}, "'7' is not"),
        ("POST", "/v1/refunds", REFUND | {"reason": "because"}, "is not one of"),
        ("GET", "/v1/refunds", {"intent": "pi_1"}, "unknown"),
        ("GET", "/v1/refunds", {"limit": "all"}, "is not <class 'int'>"),
        ("GET", "/v1/disputes", DATES | {"status": "won"}, "unknown"),
        ("GET", "/v1/disputes/du_1", {"amount": "1"}, "unknown"),
        ("GET", "/v1/events", {"delivery_success": "no"}, "is not <class 'bool'>"),
        ("GET", "/v1/events", {"types": "refund.failed"}, "should be a list"),
        ("GET", "/v1/events", {"types": ["refund.lost"]}, "is not one of"),
    ],
)
def test_mistakes_in_lists_refunds_and_disputes_are_seen(method, path, params, complaint):
    assert any(complaint in m for m in mistakes_in(method, path, KEY, params))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        lambda since: stripe_api.list_sessions(since=since),
        lambda since: stripe_api.list_refunds(since=since),
        lambda since: stripe_api.list_refunds(intent_id="pi_1"),
        lambda since: stripe_api.list_disputes(since=since),
        lambda since: stripe_api.list_undelivered_events(
            since=since, kinds=["refund.failed", "refund.created"]
        ),
    ],
)
def test_the_lists_that_the_shop_asks_for_are_valid(stripe_requests, ask):
    assert ask(dt.datetime(2026, 11, 1, tzinfo=dt.UTC)) == []
    stripe_requests.assert_valid()


def test_repeated_parameters_of_a_query_are_read_as_a_list():
    recorder = Recorder(server=lambda *_args: ("{}", 200, {}))
    query = "types%5B0%5D=refund.failed&types%5B1%5D=refund.lost&created%5Bgte%5D=1"
    recorder("GET", f"https://api.stripe.com/v1/events?{query}", {}, "")
    assert recorder.requests == [
        ("GET", "/v1/events", {"types": ["refund.failed", "refund.lost"], "created": {"gte": "1"}})
    ]
    assert len(recorder.mistakes) == 1
    assert "'refund.lost' is not one of" in recorder.mistakes[0]

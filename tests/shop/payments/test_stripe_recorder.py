"""The recorder itself can fail: each kind of mistake is seen."""

import pytest

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
        ({"line_items": "4400"}, "should be nested"),
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

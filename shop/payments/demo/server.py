"""A small Stripe that keeps its objects in the shop's database and answers the real library.

It speaks the wire format (form bodies in, JSON out) for the calls the shop makes: checkout sessions,
refunds, disputes and events, with idempotency keys, automatic expiry and Stripe's errors.
Source: https://docs.stripe.com/api
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from shop.payments.demo import doings, listing, objects, rules
from shop.payments.demo.encoding import decode
from shop.payments.demo.models import DemoAnswer, DemoDispute, DemoRefund, DemoSession
from shop.payments.stripe_api import Answer

Result = tuple[int, dict[str, Any]]


def answer(method: str, url: str, headers: Mapping[str, str], body: str) -> Answer:
    """Answer one request of the library: body, status and headers."""
    parts = urlsplit(url)
    params = decode(body or parts.query)
    key = {name.lower(): value for name, value in headers.items()}.get("idempotency-key", "")
    try:
        status, document = _once(key, method, parts.path, params)
    except rules.ApiError as error:
        status, document = error.status, error.body()
    return json.dumps(document), status, {"request-id": f"req_demo_{secrets.token_hex(6)}"}


def _once(key: str, method: str, path: str, params: dict[str, Any]) -> Result:
    """Answer a key's first request, and every repeat with the same answer."""
    rules.check_maxima({}, key=key)
    if method.upper() != "POST" or not key:
        return _route(method, path, params)
    fingerprint = json.dumps([path, params], sort_keys=True)
    known = DemoAnswer.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                status, document = _route(method, path, params)
                DemoAnswer.objects.create(key=key, request=fingerprint, status=status, body=document)
        except IntegrityError:
            raise rules.ApiError(409, "idempotency_key_in_use", "Another request has this key.") from None
        return status, document
    if known.request != fingerprint:
        raise rules.ApiError(400, "idempotency_error", "Keys can only repeat the same request.")
    return known.status, known.body


def _route(method: str, path: str, params: dict[str, Any]) -> Result:
    for verb, pattern, work in _ROUTES:
        match = re.fullmatch(pattern, path)
        if match and verb == method.upper():
            return 200, work(params, *match.groups())
    raise rules.ApiError(404, "resource_missing", f"Unrecognized request: {method} {path}")


def _create_session(params: dict[str, Any]) -> dict[str, Any]:
    amount, currency, expires_at = rules.check_session(params)
    session = DemoSession.objects.create(
        session_id=f"cs_test_demo_{secrets.token_hex(16)}",
        params=params,
        amount_total=amount,
        currency=currency,
        expires_at=datetime.fromtimestamp(expires_at, tz=UTC),
    )
    return objects.session(session)


def _retrieve_session(params: dict[str, Any], session_id: str) -> dict[str, Any]:
    session = _find_session(session_id)
    return objects.session(session, is_expanded="payment_intent" in params.get("expand", []))


def _expire_session(params: dict[str, Any], session_id: str) -> dict[str, Any]:
    session = _find_session(session_id)
    if not doings.expire(session):
        raise rules.ApiError(400, "", "Only Checkout Sessions with a status of open can be expired.")
    return objects.session(session)


def _find_session(session_id: str) -> DemoSession:
    session = DemoSession.objects.filter(session_id=session_id).first()
    if session is None:
        raise rules.ApiError(404, "resource_missing", f"No such checkout session: {session_id}")
    if session.status == "open" and not session.is_payable:
        doings.expire(session)
    return session


def _create_refund(params: dict[str, Any]) -> dict[str, Any]:
    return objects.refund(doings.refund(params))


def _retrieve_refund(params: dict[str, Any], refund_id: str) -> dict[str, Any]:
    refund = DemoRefund.objects.filter(refund_id=refund_id).first()
    if refund is None:
        raise rules.ApiError(404, "resource_missing", f"No such refund: {refund_id}")
    return objects.refund(refund)


def _retrieve_dispute(params: dict[str, Any], dispute_id: str) -> dict[str, Any]:
    dispute = DemoDispute.objects.filter(dispute_id=dispute_id).first()
    if dispute is None:
        raise rules.ApiError(404, "resource_missing", f"No such dispute: {dispute_id}")
    return objects.dispute(dispute)


_ROUTES: list[tuple[str, str, Callable[..., dict[str, Any]]]] = [
    ("POST", r"/v1/checkout/sessions", _create_session),
    ("GET", r"/v1/checkout/sessions", listing.sessions),
    ("GET", r"/v1/checkout/sessions/(\w+)", _retrieve_session),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", _expire_session),
    ("POST", r"/v1/refunds", _create_refund),
    ("GET", r"/v1/refunds", listing.refunds),
    ("GET", r"/v1/refunds/(\w+)", _retrieve_refund),
    ("GET", r"/v1/disputes", listing.disputes),
    ("GET", r"/v1/disputes/(\w+)", _retrieve_dispute),
    ("GET", r"/v1/events", listing.events),
]

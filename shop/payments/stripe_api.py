"""The door to Stripe: the only module that imports the stripe package.

Answers are plain dicts. Errors, all StripeError of this module:
    Unreachable   nobody knows what Stripe did: ask again later, change nothing
    Refused       Stripe said no; nothing happened there; `code` and `param` say why
    ForgedEvent   a webhook that Stripe did not send (a ValueError)
Source: docs/payments.md; https://docs.stripe.com/api
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any, TypeVar, cast

import stripe
from django.conf import settings
from django.utils import timezone

from foundation import transactions
from shop.payments import event_bodies, patience

Answer = tuple[str, int, dict[str, str]]
Found = dict[str, Any]
Asked = TypeVar("Asked")
Server = Callable[[str, str, Mapping[str, str], str], Answer]

PAGE = 100  # objects a list request brings, the most that Stripe allows
SIGNATURE_TOLERANCE = 300  # seconds, past and future

API_VERSION: str = stripe.api_version
_local_server: Server | None = None
_is_distant = True


class StripeError(Exception):
    """Something between the shop and Stripe."""


class Unreachable(StripeError):
    """No usable answer: time-out, connection lost, rate limit or a fault at Stripe."""


class Refused(StripeError):
    """Stripe understood and refused; the request had no effect."""

    def __init__(self, message: str, *, code: str = "", param: str = "") -> None:
        """Keep Stripe's error code and the parameter it names."""
        super().__init__(message)
        self.code, self.param = code, param


class ForgedEvent(StripeError, ValueError):
    """The body or its signature is not Stripe's, or is too old or from the future."""


class LocalHTTPClient(stripe.HTTPClient):
    """Carries the library's requests to a function in this process instead of the network."""

    name = "local"

    def __init__(self, server: Server) -> None:
        """Answer every request by `server(method, url, headers, body)`."""
        super().__init__()
        self._server = server

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> Answer:
        """Return body, status and headers as the library expects them."""
        return self._server(method, url, headers or {}, post_data or "")

    def close(self) -> None:
        """Nothing to close."""


def use_local_server(server: Server | None, *, is_distant: bool = False) -> None:
    """Send all requests to a function: the demo's database-backed Stripe, or a test's recorder.

    `is_distant` limits how many wait for it at once, as for the real Stripe.
    """
    global _local_server, _is_distant
    _local_server, _is_distant = server, is_distant or server is None


def current_local_server() -> Server | None:
    """Return the function set by use_local_server()."""
    return _local_server


def _client(*, patient: bool) -> stripe.StripeClient:
    """Return a client: one quick try in a request, two retries in the worker (`patient`)."""
    if transactions.is_open():
        raise RuntimeError("No transaction may stay open during a call to Stripe.")
    if _local_server is not None:
        http: stripe.HTTPClient = LocalHTTPClient(_local_server)
    else:
        timeout = settings.STRIPE_TIMEOUT_IN_WORKER if patient else settings.STRIPE_TIMEOUT_IN_REQUEST
        http = stripe.RequestsClient(timeout=timeout)
    key = settings.STRIPE_SECRET_KEY or "sk_test_demo"
    return stripe.StripeClient(key, max_network_retries=2 if patient else 0, http_client=http)


def _ask(work: Callable[[stripe.StripeClient], Asked], *, patient: bool = True) -> Asked:
    """Let `work` use a client; requests (not `patient`) take a seat first. Raises StripeError."""
    client = _client(patient=patient)
    is_limited = _is_distant and not patient
    try:
        with patience.seat() if is_limited else nullcontext():
            return work(client)
    except patience.Busy as error:
        raise Unreachable(str(error)) from error
    except stripe.InvalidRequestError as error:
        raise _refusal(error) from error
    except stripe.StripeError as error:
        raise Unreachable(f"{type(error).__name__}: {error.user_message or error}") from error


def _refusal(error: stripe.StripeError) -> StripeError:
    if error.http_status in {409, 429}:
        return Unreachable(str(error))
    param = getattr(error, "param", "") or ""
    return Refused(str(error.user_message or error), code=error.code or "", param=param)


def create_session(params: dict[str, Any], *, key: str, patient: bool) -> Found:
    """Create the Checkout Session of these frozen parameters, or get it again by its key."""
    return _ask(
        lambda client: client.v1.checkout.sessions.create(
            params=cast("Any", params), options={"idempotency_key": key}
        ).to_dict(),
        patient=patient,
    )


def retrieve_session(session_id: str, *, patient: bool) -> Found:
    """Return a session with its payment intent, as Stripe knows it now."""
    return _ask(
        lambda client: client.v1.checkout.sessions.retrieve(
            session_id, params={"expand": ["payment_intent"]}
        ).to_dict(),
        patient=patient,
    )


def expire_session(session_id: str, *, patient: bool) -> Found:
    """Close an open session. Raises Refused when it is not open (it may have been paid)."""
    return _ask(lambda client: client.v1.checkout.sessions.expire(session_id).to_dict(), patient=patient)


def list_sessions(*, since: datetime) -> list[Found]:
    """Return all sessions created since then with their payment intents, newest first."""
    params = {"created": _since(since), "expand": ["data.payment_intent"], "limit": PAGE}
    return _ask(lambda client: _all(client.v1.checkout.sessions.list(params=cast("Any", params))))


def create_refund(
    *, intent_id: str, amount_minor: int, key: str, metadata: Mapping[str, str] | None = None
) -> Found:
    """Send money back; the key makes a repeat the same refund. The amount is Stripe's (to_stripe)."""
    params: Any = {"payment_intent": intent_id, "amount": amount_minor}
    if metadata:
        params["metadata"] = dict(metadata)
    return _ask(
        lambda client: client.v1.refunds.create(params=params, options={"idempotency_key": key}).to_dict()
    )


def retrieve_refund(refund_id: str) -> Found:
    """Return a refund as Stripe knows it now."""
    return _ask(lambda client: client.v1.refunds.retrieve(refund_id).to_dict())


def list_refunds(*, since: datetime | None = None, intent_id: str = "") -> list[Found]:
    """Return all refunds created since then, or of one payment intent, newest first."""
    params: Any = {"limit": PAGE}
    if since:
        params["created"] = _since(since)
    if intent_id:
        params["payment_intent"] = intent_id
    return _ask(lambda client: _all(client.v1.refunds.list(params=params)))


def retrieve_dispute(dispute_id: str) -> Found:
    """Return a dispute as Stripe knows it now."""
    return _ask(lambda client: client.v1.disputes.retrieve(dispute_id).to_dict())


def list_disputes(*, since: datetime) -> list[Found]:
    """Return all disputes opened since then, newest first."""
    params = {"created": _since(since), "limit": PAGE}
    return _ask(lambda client: _all(client.v1.disputes.list(params=cast("Any", params))))


def list_undelivered_events(*, since: datetime, kinds: Sequence[str]) -> list[Found]:
    """Return the events of these kinds (at most 20) that Stripe could not deliver, newest first.

    Stripe keeps events for 30 days.
    """
    params = {"created": _since(since), "types": list(kinds), "delivery_success": False, "limit": PAGE}
    return _ask(lambda client: _all(client.v1.events.list(params=cast("Any", params))))


def _since(moment: datetime) -> dict[str, int]:
    return {"gte": int(moment.timestamp())}


def _all(page: stripe.ListObject[Any]) -> list[Found]:
    return [found.to_dict() for found in page.auto_paging_iter()]


def read_event(body: bytes, signature: str, *, secret: str) -> dict[str, Any]:
    """Return the event of a webhook. Raises ForgedEvent for anything Stripe did not just send.

    The library raises several unrelated errors on hostile input and accepts signatures from the
    future; both end here.
    """
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, SIGNATURE_TOLERANCE)
        event = event_bodies.read(body)
        signed_at, _signatures = stripe.WebhookSignature._get_timestamp_and_signatures(signature, "v1")
    except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ForgedEvent("The signature does not match.") from error
    if signed_at > timezone.now().timestamp() + SIGNATURE_TOLERANCE:
        raise ForgedEvent("The signature is from the future.")
    if not _looks_like_an_event(event):
        raise ForgedEvent("The body is no event.")
    return event


def _looks_like_an_event(event: Any) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("data"), dict):
        return False
    texts = (event.get("id"), event.get("type"))
    return all(isinstance(text, str) and 0 < len(text) < 255 for text in texts) and isinstance(
        event["data"].get("object"), dict
    )


def sign(body: str, *, secret: str) -> str:
    """Return the signature header Stripe would send now; for the demo and the tests."""
    header: str = stripe.WebhookSignature.generate_signature_header(body, secret)
    return header

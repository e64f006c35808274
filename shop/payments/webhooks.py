"""Stripe's events: verify, keep, answer, and only then work.

receive() is behind the webhook view and, in demo mode, behind the demo's payment page.
Source: docs/payments.md, "Events".
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation import jobs
from shop.payments import refunds, stripe_api, sync
from shop.payments.models import Payment, Refund, WebhookEvent

DEMO_SECRET = "whsec_demo"  # noqa: S105 - signs nothing but the demo's own events


class UnknownObject(Exception):
    """The event speaks of a payment that is not here (yet); the job is retried."""


def secret() -> str:
    """Return the secret that signs events in this mode."""
    return DEMO_SECRET + settings.SECRET_KEY if settings.IS_DEMO else settings.STRIPE_WEBHOOK_SECRET


def receive(body: bytes, signature: str) -> WebhookEvent:
    """Keep a genuine event once and enqueue its work. Raises stripe_api.ForgedEvent."""
    event = stripe_api.read_event(body, signature, secret=secret())
    with transaction.atomic():
        row, is_new = WebhookEvent.objects.get_or_create(
            event_id=event["id"],
            defaults={
                "kind": event["type"][:80],
                "payload": event,
                "livemode": bool(event.get("livemode")),
            },
        )
        if is_new:
            sync.let_page_ask(str(event["data"]["object"].get("id", ""))[:255])
            process.enqueue(row_id=row.pk)
    return row


@jobs.job(priority=jobs.PAYMENT, attempts=20)
def process(*, row_id: int) -> None:
    """Sync what an event speaks of. Raises UnknownObject and Unreachable, to be tried again."""
    row = WebhookEvent.objects.get(pk=row_id)
    if row.status in {WebhookEvent.Status.DONE, WebhookEvent.Status.IGNORED}:
        return
    if row.livemode != (settings.SHOP_MODE == "live"):
        _close(row, WebhookEvent.Status.IGNORED, "livemode does not match this shop")
        return
    handle = _HANDLERS.get(row.kind.rpartition(".")[0])
    if handle is None:
        _close(row, WebhookEvent.Status.IGNORED, "nothing to do")
        return
    handle(row.payload["data"]["object"])
    _close(row, WebhookEvent.Status.DONE)


def _close(row: WebhookEvent, status: str, note: str = "") -> None:
    row.status, row.note, row.processed_at = status, note, timezone.now()
    row.save(update_fields=["status", "note", "processed_at"])


def _session_event(session: dict[str, Any]) -> None:
    payment = _payment_of(session)
    if payment.session_id is None:
        sync.apply(payment.pk, stripe_api.retrieve_session(session["id"], patient=True))
    else:
        sync.sync(payment.pk, patient=True)


def _payment_of(session: dict[str, Any]) -> Payment:
    """Find the payment by its session, or by metadata when the id was never stored."""
    by_session = Payment.objects.filter(session_id=session["id"]).first()
    named = str((session.get("metadata") or {}).get("payment") or "")
    is_number = named.isascii() and named.isdigit() and len(named) < 19
    by_name = Payment.objects.filter(pk=int(named)).first() if is_number else None
    payment = by_session or by_name
    if payment is None:
        raise UnknownObject(f"No payment for session {session['id']}.")
    return payment


def _refund_event(refund: dict[str, Any]) -> None:
    row = Refund.objects.filter(stripe_id=refund["id"]).first()
    if row is None:
        raise UnknownObject(f"No refund {refund['id']}.")
    refunds.book(row.pk, stripe_api.retrieve_refund(refund["id"]))


_HANDLERS = {"checkout.session": _session_event, "refund": _refund_event}

"""Stripe's objects as JSON: the fields the shop reads, shaped and named as in the API."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from shop.payments.demo.models import DemoRefund, DemoSession


def session(row: DemoSession, *, is_expanded: bool = False) -> dict[str, Any]:
    """Return a checkout.session; `url` is there only while it can be paid."""
    params = row.params
    return {
        "id": row.session_id,
        "object": "checkout.session",
        "amount_total": row.amount_total,
        "client_reference_id": params.get("client_reference_id"),
        "currency": row.currency,
        "customer_email": params.get("customer_email"),
        "created": int(row.created_at.timestamp()),
        "expires_at": int(row.expires_at.timestamp()),
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "mode": params.get("mode"),
        "payment_intent": intent(row) if is_expanded and row.intent_id else row.intent_id or None,
        "payment_status": row.payment_status,
        "status": row.status,
        "success_url": params.get("success_url"),
        "cancel_url": params.get("cancel_url"),
        "url": page_url(row) if row.status == "open" else None,
    }


def intent(row: DemoSession) -> dict[str, Any]:
    """Return the payment_intent of a session."""
    error = {"code": "card_declined", "message": row.decline_message} if row.decline_message else None
    return {
        "id": row.intent_id,
        "object": "payment_intent",
        "amount": row.amount_total,
        "currency": row.currency,
        "last_payment_error": error,
        "livemode": False,
        "metadata": row.params.get("payment_intent_data", {}).get("metadata", {}),
        "status": row.intent_status,
    }


def refund(row: DemoRefund) -> dict[str, Any]:
    """Return a refund; the demo's succeed at once."""
    return {
        "id": row.refund_id,
        "object": "refund",
        "amount": row.amount,
        "currency": row.currency,
        "created": int(row.created_at.timestamp()),
        "payment_intent": row.intent_id,
        "status": "succeeded",
    }


def event(row: DemoSession, kind: str) -> dict[str, Any]:
    """Return the event Stripe would send about a session."""
    return {
        "id": f"evt_demo_{row.session_id[-24:]}_{kind.rpartition('.')[2]}",
        "object": "event",
        "type": kind,
        "livemode": False,
        "created": int(row.created_at.timestamp()),
        "data": {"object": session(row)},
    }


def page_url(row: DemoSession) -> str:
    """Return the full address of the demo payment page."""
    return f"{settings.SITE_URL}{reverse('payments_demo:page', args=[row.token])}"

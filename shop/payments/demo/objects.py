"""Stripe's objects as JSON: the fields the shop reads, shaped and named as in the API."""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shop.payments import stripe_api
from shop.payments.demo.models import DemoDispute, DemoRefund, DemoSession


def session(row: DemoSession, *, is_expanded: bool = False) -> dict[str, Any]:
    """Return a checkout.session; `url` is there while it can be paid or the bank is to decide."""
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
        "url": page_url(row) if row.status == "open" or row.is_processing else None,
    }


def intent(row: DemoSession) -> dict[str, Any]:
    """Return the payment_intent of a session."""
    return {
        "id": row.intent_id,
        "object": "payment_intent",
        "amount": row.amount_total,
        "created": int(row.created_at.timestamp()),
        "currency": row.currency,
        "last_payment_error": _last_error(row),
        "livemode": False,
        "metadata": row.params.get("payment_intent_data", {}).get("metadata", {}),
        "status": row.intent_status,
    }


def _last_error(row: DemoSession) -> dict[str, str] | None:
    if not row.decline_message:
        return None
    code = "card_declined" if row.method == "card" else "debit_not_authorized"
    return {"type": "card_error", "code": code, "message": row.decline_message}


def refund(row: DemoRefund) -> dict[str, Any]:
    """Return a refund; `failure_reason` is there when it failed."""
    failure = {"failure_reason": row.failure_reason} if row.status == "failed" else {}
    return {
        "id": row.refund_id,
        "object": "refund",
        "amount": row.amount,
        "currency": row.currency,
        "created": int(row.created_at.timestamp()),
        "metadata": row.metadata,
        "payment_intent": row.intent_id,
        "status": row.status,
    } | failure


def dispute(row: DemoDispute) -> dict[str, Any]:
    """Return a dispute."""
    is_past_due = row.status not in row.CLOSED and row.due_by < timezone.now()
    return {
        "id": row.dispute_id,
        "object": "dispute",
        "amount": row.amount,
        "created": int(row.created_at.timestamp()),
        "currency": row.currency,
        "evidence_details": {"due_by": int(row.due_by.timestamp()), "past_due": is_past_due},
        "livemode": False,
        "metadata": {},
        "payment_intent": row.intent_id,
        "reason": row.reason,
        "status": row.status,
    }


_SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "checkout.session": session,
    "payment_intent": intent,
    "refund": refund,
    "charge.dispute": dispute,
}


def event(row: DemoSession | DemoRefund | DemoDispute, kind: str) -> dict[str, Any]:
    """Return a new event of this kind, such as `checkout.session.completed`, about a row."""
    shape = _SHAPES[kind.rpartition(".")[0]]
    return {
        "id": f"evt_demo_{secrets.token_hex(12)}",
        "object": "event",
        "api_version": stripe_api.API_VERSION,
        "type": kind,
        "livemode": False,
        "created": int(timezone.now().timestamp()),
        "data": {"object": shape(row)},
    }


def page_url(row: DemoSession) -> str:
    """Return the full address of the demo payment page."""
    return f"{settings.SITE_URL}{reverse('payments_demo:page', args=[row.token])}"

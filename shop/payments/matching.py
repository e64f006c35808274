"""Find the payments that Stripe's objects speak of.

Error: UnknownObject. The ids that Stripe gave come first; our own number, which Stripe keeps for us as
metadata, is for objects whose id was never stored, because the answer was lost.
"""

from typing import Any

from django.db.models import QuerySet

from shop.payments.models import Payment, Refund

Found = dict[str, Any]


class UnknownObject(Exception):
    """Stripe speaks of a payment that is not here (yet); try again later."""


def payment_of_session(session: Found) -> Payment:
    """Return the payment of a checkout session. Raises UnknownObject. Two queries."""
    by_session = Payment.objects.filter(session_id=session["id"]).first()
    payment = by_session or _named_in(session).first()
    if payment is None:
        raise UnknownObject(f"No payment for session {session['id']}.")
    return payment


def payment_of_intent(intent: Found) -> Payment:
    """Return the payment of a payment intent. Raises UnknownObject. Two queries."""
    by_intent = Payment.objects.filter(intent_id=intent["id"]).first()
    payment = by_intent or _named_in(intent).filter(intent_id="").first()
    if payment is None:
        raise UnknownObject(f"No payment for intent {intent['id']}.")
    return payment


def _named_in(found: Found) -> QuerySet[Payment]:
    """Return the payment whose number and order's number an object carries: shops may share an account."""
    numbers = {"pk": named_number(found, "payment"), "order__number": named_number(found, "order")}
    return Payment.objects.filter(**numbers)


def payment_behind(found: Found) -> Payment:
    """Return the payment that a refund or a dispute takes its money from. Raises UnknownObject. One query."""
    intent = found.get("payment_intent")
    intent_id = str(intent.get("id") if isinstance(intent, dict) else intent or "")
    payment = Payment.objects.filter(intent_id=intent_id).first() if intent_id else None
    if payment is None:
        raise UnknownObject(f"No payment for {found['id']}, which is of intent {intent_id or 'none'}.")
    return payment


def own_refund(refund: Found, payment: Payment) -> Refund | None:
    """Return the row of this refund: by its id, else the pending one whose answer was lost. Two queries."""
    rows = payment.refunds.all()
    unanswered = rows.filter(status=Refund.Status.PENDING, stripe_id=None)
    by_id = rows.filter(stripe_id=refund["id"]).first()
    return by_id or unanswered.filter(pk=named_number(refund, "refund")).first()


def named_number(found: Found, name: str) -> int:
    """Return a number out of an object's metadata; 0, which no row has, for anything else."""
    text = str((found.get("metadata") or {}).get(name) or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

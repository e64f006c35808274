"""What buyers, banks and the merchant's own dashboard do at Stripe: change a row and tell the shop.

Each doing is guarded by the state it starts from: a second time changes and tells nothing.
Error: rules.ApiError, as Stripe would refuse.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.payments.demo import rules
from shop.payments.demo.events import tell
from shop.payments.demo.models import DemoDispute, DemoRefund, DemoSession

CARD, BANK_DEBIT = "card", "bank_debit"
TIME_TO_ANSWER = timedelta(days=9)

# ---- sessions and their payment ------------------------------------------------------------------


def pay(session: DemoSession) -> None:
    """Take the money from the card."""
    changes = {"status": "complete", "payment_status": "paid", "intent_status": "succeeded"}
    _pay_by(session, CARD, "checkout.session.completed", decline_message="", **changes)


def decline(session: DemoSession) -> None:
    """Refuse the card; the session stays open, as at Stripe."""
    changes = {"intent_status": "requires_payment_method", "decline_message": _("Your card was declined.")}
    _pay_by(session, CARD, "payment_intent.payment_failed", **changes)


def pay_later(session: DemoSession) -> None:
    """Let the buyer pay by bank debit: complete, but the bank has not spoken yet."""
    changes = {"status": "complete", "intent_status": "processing"}
    _pay_by(session, BANK_DEBIT, "checkout.session.completed", decline_message="", **changes)


def bank_confirms(session: DemoSession) -> None:
    """Let the money of a bank debit arrive."""
    changes = {"payment_status": "paid", "intent_status": "succeeded"}
    _change(session, _PROCESSING, "checkout.session.async_payment_succeeded", **changes)


def bank_refuses(session: DemoSession) -> None:
    """Let the bank refuse a debit: this session will never be paid."""
    kinds = ("payment_intent.payment_failed", "checkout.session.async_payment_failed")
    why = _("Your bank refused the payment.")
    _change(session, _PROCESSING, *kinds, intent_status="requires_payment_method", decline_message=why)


def expire(session: DemoSession) -> bool:
    """Close an open session; return whether it was open."""
    return _change(session, {"status": "open"}, "checkout.session.expired", status="expired")


def expire_overdue() -> None:
    """Close every session whose time is over."""
    for session in DemoSession.objects.filter(status="open", expires_at__lte=timezone.now()):
        expire(session)


_PROCESSING = {"status": "complete", "intent_status": "processing"}


def _pay_by(session: DemoSession, method: str, kind: str, **changes: str) -> None:
    """Change a session that can be paid; the first attempt, of two at once too, gives it its intent."""
    payable = {"status": "open", "expires_at__gt": timezone.now()}
    new = Value(f"pi_demo_{secrets.token_hex(12)}")
    intent_id = Case(When(intent_id="", then=new), default=F("intent_id"))
    _change(session, payable, kind, method=method, intent_id=intent_id, **changes)


@transaction.atomic
def _change(session: DemoSession, expected: dict[str, Any], *kinds: str, **changes: Any) -> bool:
    """Change a session in its expected state and tell; return whether it was in that state."""
    is_changed = bool(DemoSession.objects.filter(pk=session.pk, **expected).update(**changes))
    session.refresh_from_db()
    for kind in kinds if is_changed else ():
        tell(kind, session)
    return is_changed


# ---- refunds -------------------------------------------------------------------------------------


@transaction.atomic
def refund(params: dict[str, Any]) -> DemoRefund:
    """Send money back, bounded by what is left; to a card at once, to a bank it is pending first."""
    paid = _paid_session(str(params.get("payment_intent", "")))
    rows = DemoRefund.objects.filter(intent_id=paid.intent_id).exclude(status="failed")
    disputes = DemoDispute.objects.filter(intent_id=paid.intent_id).exclude(
        status__in=("won", "warning_closed")
    )
    left = paid.amount_total - sum(rows.values_list("amount", flat=True))
    amount = rules.check_refund(params, left=left, is_disputed=disputes.exists())
    made = DemoRefund.objects.create(
        refund_id=f"re_demo_{secrets.token_hex(12)}",
        intent_id=paid.intent_id,
        amount=amount,
        currency=paid.currency,
        metadata=params.get("metadata", {}),
        status="pending" if paid.method == BANK_DEBIT else "succeeded",
    )
    tell("refund.created", made)
    return made


def refund_in_dashboard(intent_id: str, amount: int) -> str:
    """Refund a payment behind the shop's back; return the refund's id. Amount as Stripe counts."""
    return refund({"payment_intent": intent_id, "amount": str(amount)}).refund_id


@transaction.atomic
def settle_refund(refund_id: str) -> None:
    """Let a pending refund reach the buyer."""
    if DemoRefund.objects.filter(refund_id=refund_id, status="pending").update(status="succeeded"):
        tell("refund.updated", DemoRefund.objects.get(refund_id=refund_id))


@transaction.atomic
def fail_refund(refund_id: str, reason: str = "unknown") -> None:
    """Let the buyer's bank send a refund back, which may happen days after it succeeded."""
    rows = DemoRefund.objects.filter(refund_id=refund_id).exclude(status="failed")
    if rows.update(status="failed", failure_reason=reason):
        failed = DemoRefund.objects.get(refund_id=refund_id)
        tell("refund.updated", failed)
        tell("refund.failed", failed)


# ---- disputes ------------------------------------------------------------------------------------


@transaction.atomic
def open_dispute(
    intent_id: str, amount: int, reason: str = "fraudulent", due_by: datetime | None = None
) -> str:
    """Let the buyer dispute a payment at the bank, which takes the money; return the dispute's id."""
    dispute = DemoDispute.objects.create(
        dispute_id=f"du_demo_{secrets.token_hex(12)}",
        intent_id=intent_id,
        amount=amount,
        currency=_paid_session(intent_id).currency,
        reason=reason,
        due_by=due_by or timezone.now() + TIME_TO_ANSWER,
    )
    tell("charge.dispute.created", dispute)
    tell("charge.dispute.funds_withdrawn", dispute)
    return dispute.dispute_id


@transaction.atomic
def close_dispute(dispute_id: str, status: str) -> None:
    """End a dispute as `won`, which gives the money back, or `lost`."""
    rows = DemoDispute.objects.filter(dispute_id=dispute_id).exclude(status__in=DemoDispute.CLOSED)
    if rows.update(status=status):
        dispute = DemoDispute.objects.get(dispute_id=dispute_id)
        tell("charge.dispute.closed", dispute)
        if status == "won":
            tell("charge.dispute.funds_reinstated", dispute)


def _paid_session(intent_id: str) -> DemoSession:
    """Return the session of a paid intent, locked. Raises ApiError."""
    paid = DemoSession.objects.select_for_update().filter(intent_id=intent_id, payment_status="paid").first()
    if not intent_id or paid is None:
        raise rules.ApiError(404, "resource_missing", f"No such payment_intent: {intent_id}")
    return paid

"""Disputes: what a bank says about a payment, kept as Stripe knows it, told to the staff.

Raises matching.UnknownObject for the dispute of a payment that is not here. While a dispute is open or
lost, nothing of its order is shipped. Source: docs/payments.md, "Disputes".
"""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.giftcards import issuing
from shop.orders import lifecycle, mails
from shop.orders.models import Order
from shop.payments import matching, refunds, stripe_api, wording
from shop.payments.models import Dispute, Payment
from shop.payments.stripe_amounts import from_stripe

DASHBOARD = "https://dashboard.stripe.com"
TO_ANSWER = ("needs_response", "warning_needs_response", "appeal_needs_response")

Found = dict[str, Any]


def to_answer(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """Keep disputes that wait for the shop's answer, the next deadline first."""
    return disputes.filter(status__in=TO_ANSWER).order_by(F("due_by").asc(nulls_last=True), "pk")


def take(dispute: Found) -> Dispute:
    """Ask Stripe what has become of a dispute and apply it, whatever order the news came in.

    The answer counts only if nobody else applied one since it was asked for; else it is asked for again.
    Raises UnknownObject and stripe_api.StripeError. Locks order and payment.
    """
    while True:
        before = _status_of(dispute["id"])
        fresh = stripe_api.retrieve_dispute(dispute["id"])
        taken = _apply(matching.payment_behind(fresh).pk, fresh, before=before)
        if taken is not None:
            return taken


def _status_of(stripe_id: str) -> str | None:
    return Dispute.objects.filter(stripe_id=stripe_id).values_list("status", flat=True).first()


@transaction.atomic
def _apply(payment_id: int, fresh: Found, *, before: str | None) -> Dispute | None:
    """Write what Stripe says, unless the dispute has changed here since; None then."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if _status_of(fresh["id"]) != before:
        return None
    dispute = Dispute.objects.filter(stripe_id=fresh["id"]).first() or _new(payment, fresh)
    _read(dispute, fresh)
    dispute.save()
    if dispute.status != before:
        _hold_gift_cards(order)
        lifecycle.record(order, _news(dispute))
    if _stage(dispute.status) != _stage(before):
        _tell_staff(order, dispute)
    return dispute


def _hold_gift_cards(order: Order) -> None:
    """Let the cards that the order bought pay nothing as long as the bank has the money, or may take it."""
    is_held = any(each.holds_shipment for each in refunds.disputes_of(order))
    change = issuing.block if is_held else issuing.unblock
    change(order.reference)


def _new(payment: Payment, fresh: Found) -> Dispute:
    return Dispute(payment=payment, stripe_id=fresh["id"], opened_at=_moment(fresh["created"]))


def _read(dispute: Dispute, fresh: Found) -> None:
    due_by = (fresh.get("evidence_details") or {}).get("due_by")
    dispute.amount_minor = from_stripe(int(fresh["amount"]), dispute.payment.currency)
    dispute.reason, dispute.status = str(fresh.get("reason") or "")[:60], str(fresh["status"])[:40]
    dispute.due_by = _moment(due_by) if due_by else None
    dispute.closed_at = None if dispute.is_open else dispute.closed_at or timezone.now()


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _stage(status: str | None) -> str | None:
    """Return what the staff hears of once: an inquiry, a dispute, an appeal, or how it was decided."""
    if status is None or status not in Dispute.OPEN:
        return status
    first_word = status.partition("_")[0]
    return first_word if first_word in {"warning", "appeal"} else "dispute"


def _news(dispute: Dispute) -> str:
    amount = wording.amount(dispute.amount_minor, dispute.payment.currency)
    facts = {"amount": amount, "status": wording.dispute_status(dispute)}
    return _("Dispute over %(amount)s: %(status)s") % facts


def _tell_staff(order: Order, dispute: Dispute) -> None:
    cause = f"dispute {dispute.stripe_id} {_stage(dispute.status)}"
    mails.staff_dispute(order, cause=cause, **facts(order, dispute))


def facts(order: Order, dispute: Dispute) -> dict[str, Any]:
    """Return what the mail to the staff says about a dispute of the order. One query."""
    return {
        "amount": wording.amount(dispute.amount_minor, dispute.payment.currency),
        "reason": wording.dispute_reason(dispute),
        "status": wording.dispute_status(dispute),
        "due_by": dispute.due_by if dispute.status in TO_ANSWER else None,
        "is_open": dispute.is_open,
        "holds_shipment": any(each.holds_shipment for each in refunds.disputes_of(order)),
        "answer_url": dashboard_url(dispute),
    }


def dashboard_url(dispute: Dispute) -> str:
    """Return where a dispute is answered: its page in Stripe's dashboard; empty for the demo's Stripe."""
    if settings.IS_DEMO:
        return ""
    mode = "" if dispute.payment.livemode else "/test"
    return f"{DASHBOARD}{mode}/disputes/{dispute.stripe_id}"

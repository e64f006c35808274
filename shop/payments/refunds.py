"""Money back: the row first, then Stripe, then the books.

Error: RefundRefused. The sum of a payment's refunds that have not failed never exceeds what was
paid; it is checked with order and payment locked. Source: docs/payments.md, "Refunds".
"""

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from foundation import jobs
from shop.money import Money
from shop.orders import lifecycle, mails
from shop.orders.models import Order
from shop.payments import stripe_api
from shop.payments.models import Dispute, Payment, Refund
from shop.stock import reservations


class RefundRefused(Exception):
    """The amount is not there to be refunded; the message is for the staff."""


def received_minor(payment: Payment) -> int:
    """Return what a payment brought, in minor units; 0 unless Stripe reported money."""
    if payment.status not in Payment.FINAL:
        return 0
    if payment.status == Payment.Status.REVIEW or payment.received_minor is not None:
        return payment.received_minor or 0
    return payment.amount_minor


def refundable_minor(payment: Payment) -> int:
    """Return what can still be refunded of a payment, in minor units. Two queries, none without money.

    Money that its bank questions or took back cannot be refunded.
    """
    received = received_minor(payment)
    if not received:
        return 0
    under_way = payment.refunds.exclude(status=Refund.Status.FAILED)
    disputed = payment.disputes.filter(status__in=Dispute.TAKES_MONEY)
    gone = [rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0 for rows in (under_way, disputed)]
    return max(received - sum(gone), 0)


def disputes_of(order: Order) -> list[Dispute]:
    """Return what banks dispute of an order, oldest first. One query."""
    return list(Dispute.objects.filter(payment__order=order).order_by("opened_at", "pk"))


def request(*, payment: Payment, amount_minor: int, restock: bool, reason: str, staff: Any = None) -> Refund:
    """Write a refund and the job that sends it, in the caller's transaction, with the order locked.

    Raises RefundRefused when more is asked for than is left.
    """
    rest = refundable_minor(payment)
    if not 0 < amount_minor <= rest:
        left = Money(rest, payment.currency).display()
        raise RefundRefused(_("Only %(left)s of this payment can be refunded.") % {"left": left})
    refund = Refund.objects.create(
        payment=payment, amount_minor=amount_minor, restock=restock, reason=reason[:200], staff=staff
    )
    send.enqueue(refund_id=refund.pk)
    return refund


@transaction.atomic
def refund_everything(*, order_id: int, restock: bool, reason: str = "", staff: Any = None) -> list[Refund]:
    """Refund all that is left of an order's payments. Raises RefundRefused when nothing is left."""
    order = Order.objects.select_for_update().get(pk=order_id)
    paid = [p for p in order.payments.select_for_update() if refundable_minor(p)]
    if not paid:
        raise RefundRefused(_("Nothing of this order is left to refund."))
    lifecycle.record(order, _("Refund of everything asked for"), staff=staff)
    return [
        request(payment=p, amount_minor=refundable_minor(p), restock=restock, reason=reason, staff=staff)
        for p in paid
    ]


@jobs.job(priority=jobs.PAYMENT, attempts=12)
def send(*, refund_id: int) -> None:
    """Ask Stripe for the refund and book its answer; a repeat is the same refund at Stripe."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.status != Refund.Status.PENDING:
        return
    try:
        answer = _ask_stripe(refund)
    except stripe_api.Refused as refusal:
        answer = {"id": None, "status": "failed", "failure_reason": str(refusal)}
    book(refund_id, answer)


def _ask_stripe(refund: Refund) -> dict[str, Any]:
    if refund.stripe_id:
        return stripe_api.retrieve_refund(refund.stripe_id)
    intent, amount = refund.payment.intent_id, refund.amount_minor
    return stripe_api.create_refund(intent_id=intent, amount_minor=amount, key=refund.idempotency_key)


@transaction.atomic
def book(refund_id: int, answer: dict[str, Any]) -> Refund:
    """Apply Stripe's state of a refund, once. Locks order, payment and refund."""
    row = Refund.objects.values("payment_id", "payment__order_id").get(pk=refund_id)
    order = Order.objects.select_for_update().get(pk=row["payment__order_id"])
    payment = Payment.objects.select_for_update().get(pk=row["payment_id"])
    refund = Refund.objects.select_for_update().get(pk=refund_id)
    if refund.status != Refund.Status.PENDING:
        return refund
    refund.stripe_id = answer["id"]
    if answer["status"] == "succeeded":
        _succeeded(order, payment, refund)
    elif answer["status"] in {"failed", "canceled"}:
        _failed(order, refund, str(answer.get("failure_reason") or answer["status"]))
    refund.save()
    return refund


def _succeeded(order: Order, payment: Payment, refund: Refund) -> None:
    refund.status = Refund.Status.SUCCEEDED
    if payment.status != Payment.Status.PAID:  # it bought nothing, so no goods can come back
        lifecycle.record(order, _("A payment that bought nothing was sent back."))
        return
    reference = f"refund {refund.pk}"
    lifecycle.note_refund(order, amount_minor=refund.amount_minor, reference=reference, staff=refund.staff)
    if refund.restock and order.hold == Order.Hold.CONSUMED:
        quantities = lifecycle.quantities(order)
        reservations.restock(quantities, reference=f"refund {refund.pk}", staff=refund.staff)


def _failed(order: Order, refund: Refund, failure: str) -> None:
    refund.status, refund.failure = Refund.Status.FAILED, failure[:300]
    text = _("Refund %(number)s failed: %(why)s") % {"number": refund.pk, "why": failure}
    lifecycle.record(order, text)
    mails.staff_alert(order, text)

"""Which papers payments and refunds make due. Called last in their transactions, with the order locked."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from shop.orders.models import Order
from shop.papers import issuing
from shop.papers.models import Paper
from shop.payments.models import Payment, Refund


def invoice(order: Order, payment: Payment | None = None) -> Paper:
    """Return the invoice of a paid order, issued now unless it was before; names the payment that paid it."""
    if payment is None:
        payment = order.payments.filter(status=Payment.Status.PAID).first()
    if payment is None:
        return issuing.issue_invoice(order)
    reference = payment.intent_id or payment.session_id or ""
    return issuing.issue_invoice(order, payment_reference=reference, paid_minor=payment.received_minor)


def credit_note(order: Order, refund: Refund) -> Paper | None:
    """Return the credit note of a refund that Stripe confirmed; None for money that had bought nothing."""
    if refund.payment.status != Payment.Status.PAID:
        return None
    invoice(order)
    return issuing.issue_credit_note(
        order,
        reference=_reference(refund),
        amount_minor=refund.amount_minor,
        lines=_units(refund),
        is_shipping=refund.includes_shipping,
    )


def cancel_credit_note(order: Order, refund: Refund) -> None:
    """Cancel the credit note of a refund that failed after all."""
    issuing.cancel_credit_note(order, reference=_reference(refund))


def take_back_invoice(order: Order, *, reason: str) -> None:
    """Credit all that an invoice charged: no money came for it."""
    owed_minor = order.total_minor - order.refunded_minor
    if owed_minor:
        reference = f"{order.reference} no money"
        issuing.issue_credit_note(order, reference=reference, amount_minor=owed_minor, reason=reason)


def issue_missing() -> tuple[int, int]:
    """Issue what was due before the shop issued papers, oldest payment first; return invoices, credit notes.

    One transaction an order, so it can be broken off and run again.
    """
    issued = Paper.objects.values("reference")
    was_paid = Q(payments__status=Payment.Status.PAID) | Q(charged_minor=0)
    orders = Order.objects.filter(was_paid, paid_at__isnull=False)
    refunds = Refund.objects.filter(status=Refund.Status.SUCCEEDED, payment__status=Payment.Status.PAID)
    known = set(issued.values_list("reference", flat=True))
    late = [o for o in orders.distinct().order_by("paid_at", "number") if o.reference not in known]
    unnoted = [refund for refund in refunds.order_by("pk") if _reference(refund) not in known]
    for order in late:
        _locked(order.pk, invoice)
    for refund in unnoted:
        _locked(refund.payment.order_id, lambda order, refund=refund: credit_note(order, refund))
    return len(late), len(unnoted)


@transaction.atomic
def _locked(order_id: int, verb: Any) -> None:
    verb(Order.objects.select_for_update().get(pk=order_id))


def _reference(refund: Refund) -> str:
    return f"refund {refund.pk}"


def _units(refund: Refund) -> list[dict[str, Any]]:
    rows = refund.lines.select_related("order_line")
    return [
        {"sku": row.order_line.sku, "title": row.order_line.title, "quantity": row.quantity} for row in rows
    ]

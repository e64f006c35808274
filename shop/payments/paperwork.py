"""Which papers payments and refunds make due. Called last in their transactions, with the order locked."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q

from shop.orders.models import Order
from shop.papers import issuing
from shop.papers.models import Paper
from shop.payments.models import Payment, Refund
from shop.taxing import tax_added_minor

PRECISION = 1000  # parts of a minor unit, in which units of a line are weighed


def invoice(order: Order, payment: Payment | None = None) -> Paper:
    """Return the invoice of a paid order, issued now unless it was before; names the payment that paid it."""
    if payment is None:
        payment = order.payments.filter(status=Payment.Status.PAID).first()
    if payment is None:
        return issuing.issue_invoice(order)
    reference = payment.intent_id or payment.session_id or ""
    return issuing.issue_invoice(order, payment_reference=reference, paid_minor=payment.received_minor)


def credit_note(order: Order, refund: Refund, *, about: Refund | None = None) -> Paper | None:
    """Return the credit note of a refund that is booked; None for money that had bought nothing.

    `about` is the refund that names units and shipping, when this one goes with it.
    """
    if refund.payment and refund.payment.status != Payment.Status.PAID:
        return None
    invoice(order)
    return issuing.issue_credit_note(
        order,
        reference=_reference(refund),
        amount_minor=refund.amount_minor,
        lines=_units(refund),
        is_shipping=refund.includes_shipping,
        is_on_card=refund.payment is None,
        weights=_weights(order, about or refund),
    )


def cancel_credit_note(order: Order, refund: Refund) -> None:
    """Cancel the credit note of a refund that failed after all."""
    issuing.cancel_credit_note(order, reference=_reference(refund))


def take_back_invoice(order: Order, *, reason: str) -> None:
    """Credit all that an invoice charged: no money came for it."""
    owed_minor = order.total_minor - order.refunded_minor - order.gift_card_returned_minor
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
    counts = Q(payment=None) | Q(payment__status=Payment.Status.PAID)
    refunds = Refund.objects.filter(counts, status=Refund.Status.SUCCEEDED)
    known = set(issued.values_list("reference", flat=True))
    late = [o for o in orders.distinct().order_by("paid_at", "number") if o.reference not in known]
    unnoted = [refund for refund in refunds.order_by("pk") if _reference(refund) not in known]
    for order in late:
        _locked(order.pk, invoice)
    for refund in unnoted:
        _locked(refund.order_id, lambda order, refund=refund: credit_note(order, refund))
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


def _weights(order: Order, refund: Refund) -> dict[int | None, int]:
    """Return tax group (None: no tax) -> how much of a refund is of it; nothing for an amount alone."""
    weights: dict[int | None, int] = {}
    for row in refund.lines.select_related("order_line"):
        line = row.order_line
        part = (line.net_minor + line.tax_added_minor) * row.quantity * PRECISION // line.quantity
        weights[line.tax_group] = weights.get(line.tax_group, 0) + part
    if refund.includes_shipping:
        for group, minor in _shipping_by_group(order):
            weights[group] = weights.get(group, 0) + minor * PRECISION
    return weights


def _shipping_by_group(order: Order) -> Iterator[tuple[int | None, int]]:
    """Give what was charged for shipping in each tax group, with its taxes, and what of it bears none."""
    untaxed_minor = order.shipping_minor - order.shipping_discount_minor
    groups: dict[int, int] = {}
    for tax in order.taxes.prefetch_related("shares"):
        for share in tax.shares.all():
            if share.group not in groups:
                groups[share.group] = share.shipping_minor
                untaxed_minor -= share.shipping_minor
            if tax.is_added:
                groups[share.group] += tax_added_minor(share.shipping_minor, tax.rate_millipercent)
    yield from groups.items()
    yield None, untaxed_minor

"""Issue papers in the transaction that makes them due: an invoice with "paid", a credit note with a refund.

Each function needs the order locked and comes last in its transaction: the row of the series stays locked
until the end, so numbers have no gaps, and a transaction that rolls back takes none. What was issued for a
reference is issued once. Source: docs/papers.md.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders import placing
from shop.orders.models import Order
from shop.papers import drawing, facts, tax_shares
from shop.papers.facts import Facts
from shop.papers.models import Paper

INVOICE, CREDIT_NOTE = Paper.Kind.INVOICE, Paper.Kind.CREDIT_NOTE


def issue_invoice(order: Order, *, payment_reference: str = "", paid_minor: int | None = None) -> Paper:
    """Return the invoice of a paid order, issued now unless it was before. Eight queries.

    `paid_minor` is what came, if that is not what was charged.
    """
    known = Paper.objects.filter(kind=INVOICE, reference=order.reference).first()
    if known is not None:
        return known
    says = facts.of_order(order, payment_reference=payment_reference, paid_minor=paid_minor)
    return _issue(INVOICE, order, order.reference, says)


def issue_credit_note(
    order: Order,
    *,
    reference: str,
    amount_minor: int,
    lines: list[dict[str, Any]] | None = None,
    is_shipping: bool = False,
    is_on_card: bool = False,
    weights: Mapping[int | None, int] | None = None,
    reason: str = "",
) -> Paper | None:
    """Return the credit note of a confirmed refund; None when the order has no invoice to correct.

    `lines` are the units it pays back: sku, title, quantity. `weights` say how much of it is of each tax
    group (None: no tax); `is_on_card` that it went onto a gift card. One that stands already is returned as
    it is; after it was cancelled, the same refund gets another.
    """
    invoice = Paper.objects.filter(kind=INVOICE, reference=order.reference).first()
    if invoice is None:
        return None
    standing, turn = _standing(reference)
    if standing is not None:
        return standing
    says = facts.frame(order)
    taxes = tax_shares.taxes_of_part(
        invoice.facts, amount_minor=amount_minor, weights=weights or {}, credited=_credited(order)
    )
    says |= {"lines": lines or [], "taxes": taxes, "total_minor": amount_minor}
    says["about"] = _about(order.papers.restated(order).last() or invoice) | {
        "includes_shipping": is_shipping, "is_on_card": is_on_card, "reason": reason,
    }  # fmt: skip
    return _issue(CREDIT_NOTE, order, f"{reference} {turn}" if turn else reference, says)


def issue_corrected_invoice(order: Order) -> Paper | None:
    """Return the invoice that repeats the last one with the order's addresses of now.

    None when there is no invoice, or when it prints these addresses already. What was issued stays.
    """
    invoices = list(order.papers.restated(order))
    if not invoices:
        return None
    says = facts.corrected(order, invoices[-1].facts)
    if facts.is_addressed_as(says, invoices[-1].facts):
        return None
    says["corrects"] = _about(invoices[-1])
    return _issue(INVOICE, order, f"{order.reference} corrected {len(invoices)}", says)


def cancel_credit_note(order: Order, *, reference: str) -> Paper | None:
    """Return the invoice that cancels the credit note of a refund that failed late; None without one."""
    standing, turn = _standing(reference)
    if standing is None:
        return None
    says = facts.frame(order)
    says |= {key: standing.facts[key] for key in ("lines", "taxes", "total_minor")}  # type: ignore[typeddict-item]
    says["about"] = _about(standing) | {"reason": _("The refund could not be paid out.")}
    return _issue(INVOICE, order, f"{reference} {turn} cancelled" if turn else f"{reference} cancelled", says)


def _standing(reference: str) -> tuple[Paper | None, int]:
    """Return a refund's credit note that nothing cancelled, and how many were cancelled. One query."""
    papers = list(Paper.objects.of_refund(reference).order_by("pk"))
    cancelled = sum(paper.kind == INVOICE for paper in papers)
    notes = [paper for paper in papers if paper.kind == CREDIT_NOTE]
    return (notes[-1] if len(notes) > cancelled else None), cancelled


def _credited(order: Order) -> list[tuple[int, Facts]]:
    """Return what went back of an order so far, and with -1 what was cancelled again. One query."""
    invoices = order.papers.restated(order).values("pk")
    papers = order.papers.exclude(pk__in=invoices)
    return [(1 if paper.kind == CREDIT_NOTE else -1, paper.facts) for paper in papers]


def _about(paper: Paper) -> dict[str, Any]:
    return {"kind": paper.kind, "number": paper.number, "issued_on": paper.facts["issued_on"]}


def _issue(kind: str, order: Order, reference: str, says: Facts) -> Paper:
    number = placing.next_number(kind)
    paper = Paper.objects.create(
        kind=kind, number=number, order=order, reference=reference, facts=says, issued_at=timezone.now()
    )
    drawing.draw.enqueue(paper_id=paper.pk)
    return paper

"""The books of money that went back: at the order, on the shelf, on paper, in a mail; each change once.

Source: docs/payments.md, "Refunds". Lock order: Order, Payment, Refund, GiftCard, Variant.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.composed_text import fit
from shop.orders import gift_cards, lifecycle, mails
from shop.orders.models import Order
from shop.payments import paperwork, wording
from shop.payments.models import Payment, Refund
from shop.payments.refund_amounts import open_units


@transaction.atomic
def book(refund_id: int, answer: dict[str, Any]) -> Refund:
    """Apply Stripe's state of a refund, each change once. Locks order, payment and refund."""
    ids = Refund.objects.values("payment_id", "order_id").get(pk=refund_id)
    order = Order.objects.select_for_update().get(pk=ids["order_id"])
    payment = Payment.objects.select_for_update().get(pk=ids["payment_id"])
    row = Refund.objects.select_for_update().get(pk=refund_id)
    row.payment = payment
    row.stripe_id = row.stripe_id or answer["id"]
    if answer["status"] == "succeeded" and row.status == Refund.Status.PENDING:
        succeed(order, row)
    elif answer["status"] in {"failed", "canceled"} and row.status != Refund.Status.FAILED:
        _failed(order, payment, row, str(answer.get("failure_reason") or answer["status"]))
    row.save()
    lifecycle.recount_parcels(order, open_units=open_units(order))
    return row


def succeed(order: Order, row: Refund, *, about: Refund | None = None) -> None:
    """Book what went back, with the order locked; the caller saves the row. `about` may name the units."""
    row.status, reference = Refund.Status.SUCCEEDED, f"refund {row.pk}"
    if row.payment and row.payment.status != Payment.Status.PAID:  # it bought nothing: no goods can come back
        lifecycle.record(order, _("A payment that bought nothing was sent back."))
        mails.refunded(order, wording.amount(row.amount_minor, row.currency), reference=reference)
        return
    note = lifecycle.note_refund if row.payment else lifecycle.note_card_return
    note(order, amount_minor=row.amount_minor, reference=reference, staff=row.staff)
    if row.restock:
        units = dict(row.lines.values_list("order_line_id", "quantity"))
        lifecycle.put_back(order, units, reference=reference, staff=row.staff)
    paperwork.credit_note(order, row, about=about)


def _failed(order: Order, payment: Payment, row: Refund, failure: str) -> None:
    was_counted = row.status == Refund.Status.SUCCEEDED and payment.status == Payment.Status.PAID
    row.status, row.failure = Refund.Status.FAILED, fit(failure, 300)
    gift_cards.reinstate(order, cause=str(row))
    if was_counted:
        lifecycle.take_back_refund(order, amount_minor=row.amount_minor)
    text = _("Refund %(number)s failed: %(why)s") % {"number": row.pk, "why": failure}
    lifecycle.record(order, text)
    mails.staff_alert(order, text)
    if was_counted:
        paperwork.cancel_credit_note(order, row)

"""Money back: the row first, then Stripe, then the books.

Error: RefundRefused. The sum of a payment's refunds that have not failed never exceeds what was
paid; it is checked with order and payment locked. Source: docs/payments.md, "Refunds".

    pending -> succeeded    Stripe sent the money: counted at the order, units back on the shelf by choice
    pending -> failed       Stripe refused, or the bank did
    succeeded -> failed     the bank sent the money back days later: no longer counted
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.compat import TaskResultStatus

from foundation import jobs
from shop.money import Money, charge_step
from shop.orders import lifecycle, mails
from shop.orders.models import Order
from shop.payments import paperwork, refund_amounts, stripe_api, wording
from shop.payments.models import Dispute, Payment, Refund, RefundLine
from shop.payments.refund_amounts import (
    is_shipping_open,
    open_units,
    proposal_minor,
    received_minor,
    refundable_minor,
)
from shop.payments.stripe_amounts import to_stripe

__all__ = [
    "RefundRefused", "ask_pending", "book", "disputes_of", "is_shipping_open", "open_units",
    "proposal_minor", "received_minor", "refund", "refund_everything", "refundable_minor", "request", "send",
]  # fmt: skip

KEY_LIVES = timedelta(hours=23)  # Stripe forgets idempotency keys after 24
ASK_AFTER = timedelta(minutes=5)


class RefundRefused(Exception):
    """What was asked for is not there to be refunded; the message is for the staff."""


def disputes_of(order: Order) -> list[Dispute]:
    """Return what banks dispute of an order, oldest first. One query."""
    return list(Dispute.objects.filter(payment__order=order).order_by("opened_at", "pk"))


@transaction.atomic
def refund(
    *,
    order_id: int,
    units: Mapping[int, int],
    includes_shipping: bool,
    amount_minor: int | None,
    shown_minor: int,
    restock: bool,
    reason: str,
    staff: Any,
) -> list[Refund]:
    """Refund units (line id -> units), shipping, an amount in minor units, or all of these. Locks the order.

    Without an amount it is what units and shipping are worth, if that is still the `shown_minor` that the
    staff saw. Raises RefundRefused. The money comes from the payment that bought the goods, then from others.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    payments = list(order.payments.select_for_update())
    goods = {pk: count for pk, count in units.items() if count}
    _require_open(order, goods, includes_shipping=includes_shipping)
    if restock and not goods:
        raise RefundRefused(_("Choose the units that come back into stock."))
    if amount_minor is None:
        amount_minor = _proposal_as_shown(order, goods, includes_shipping, shown_minor)
    rest = sum(refundable_minor(payment) for payment in payments)
    _require_refundable(amount_minor, rest=rest, currency=order.currency)
    amount = Money(amount_minor, order.currency).display()
    lifecycle.record(order, _("Refund of %(amount)s asked for") % {"amount": amount}, staff=staff)
    return _request_from(
        payments, amount_minor, units=goods, includes_shipping=includes_shipping, restock=restock,
        reason=reason, staff=staff,
    )  # fmt: skip


def _require_open(order: Order, units: Mapping[int, int], *, includes_shipping: bool) -> None:
    left = open_units(order)
    if any(not 0 < count <= left.get(pk, 0) for pk, count in units.items()):
        raise RefundRefused(_("Some of these units have been refunded already. Please look again."))
    if includes_shipping and not is_shipping_open(order):
        raise RefundRefused(_("The shipping has been refunded already, or was free."))


def _proposal_as_shown(
    order: Order, units: Mapping[int, int], includes_shipping: bool, shown_minor: int
) -> int:
    worth = proposal_minor(order, units=units, includes_shipping=includes_shipping)
    if worth != shown_minor:
        amount = Money(worth, order.currency).display()
        text = _("Meanwhile this is worth %(amount)s. Please look again.") % {"amount": amount}
        raise RefundRefused(text)
    return worth


def _require_refundable(amount_minor: int, *, rest: int, currency: str) -> None:
    if not 0 < amount_minor <= rest:
        left = Money(rest, currency).display()
        raise RefundRefused(_("Only %(left)s of this payment can be refunded.") % {"left": left})
    if amount_minor % charge_step(currency):
        raise RefundRefused(_("Amounts in %(currency)s must end in 0.") % {"currency": currency})


@transaction.atomic
def refund_everything(*, order_id: int, restock: bool, reason: str = "", staff: Any = None) -> list[Refund]:
    """Refund all that is left of an order: open units, shipping and money. Locks the order.

    Raises RefundRefused when no money is left.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    payments = list(order.payments.select_for_update())
    rest = sum(refundable_minor(payment) for payment in payments)
    if not rest:
        raise RefundRefused(_("Nothing of this order is left to refund."))
    lifecycle.record(order, _("Refund of everything asked for"), staff=staff)
    return _request_from(
        payments, rest, units=open_units(order), includes_shipping=is_shipping_open(order), restock=restock,
        reason=reason, staff=staff,
    )  # fmt: skip


def _request_from(
    payments: Sequence[Payment], amount_minor: int, *, units: Mapping[int, int], includes_shipping: bool,
    restock: bool, reason: str, staff: Any,
) -> list[Refund]:  # fmt: skip
    """Take an amount from the payment that bought the goods, with the goods, and the rest from others."""
    made = []
    for payment in sorted(payments, key=lambda payment: payment.status != Payment.Status.PAID):
        part, bought = min(refundable_minor(payment), amount_minor), payment.status == Payment.Status.PAID
        if part:
            made.append(request(
                payment=payment, amount_minor=part, restock=restock, reason=reason, staff=staff,
                units=units if bought else {}, includes_shipping=includes_shipping and bought,
            ))  # fmt: skip
        amount_minor -= part
    return made


def request(
    *, payment: Payment, amount_minor: int, restock: bool, reason: str, staff: Any = None,
    units: Mapping[int, int] | None = None, includes_shipping: bool = False,
) -> Refund:  # fmt: skip
    """Write a refund and the job that sends it, in the caller's transaction, with the order locked.

    `units` (line id -> units) are what it pays back. Raises RefundRefused when more money is asked for
    than is left.
    """
    _require_refundable(amount_minor, rest=refundable_minor(payment), currency=payment.currency)
    row = Refund.objects.create(
        payment=payment, amount_minor=amount_minor, restock=restock, reason=reason[:200], staff=staff,
        includes_shipping=includes_shipping,
    )  # fmt: skip
    lines = (units or {}).items()
    RefundLine.objects.bulk_create(
        RefundLine(refund=row, order_line_id=pk, quantity=count) for pk, count in lines if count
    )
    send.enqueue(refund_id=row.pk)
    return row


@jobs.job(priority=jobs.PAYMENT, attempts=12)
def send(*, refund_id: int) -> None:
    """Ask Stripe for the refund, or about it, and book its answer; a repeat is the same refund at Stripe."""
    row = Refund.objects.select_related("payment").get(pk=refund_id)
    if row.status != Refund.Status.PENDING:
        return
    try:
        answer = _ask_stripe(row)
    except stripe_api.Refused as refusal:
        answer = {"id": None, "status": "failed", "failure_reason": str(refusal)}
    book(refund_id, answer)


def _ask_stripe(row: Refund) -> dict[str, Any]:
    if row.stripe_id:
        return stripe_api.retrieve_refund(row.stripe_id)
    if row.created_at < timezone.now() - KEY_LIVES and (made := _made_before(row)):
        return made
    return stripe_api.create_refund(
        intent_id=row.payment.intent_id,
        amount_minor=to_stripe(row.amount_minor, row.payment.currency),
        key=row.idempotency_key,
        metadata={"refund": str(row.pk)},
    )


def _made_before(row: Refund) -> dict[str, Any] | None:
    """Return the refund of an earlier try whose answer was lost: its key may be forgotten by now."""
    for made in stripe_api.list_refunds(intent_id=row.payment.intent_id):
        if (made.get("metadata") or {}).get("refund") == str(row.pk):
            return made
    return None


def ask_pending() -> int:
    """Have each refund that has been pending for minutes sent or asked about again; return how many.

    Those whose job still waits for its next try are left to it. Two queries, and one a refund.
    """
    alive = jobs.BackgroundJob.objects.filter(
        task_path=send.module_path, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    cared_for = set(alive.values_list("args_kwargs__kwargs__refund_id", flat=True))
    old = Refund.objects.filter(status=Refund.Status.PENDING, created_at__lt=timezone.now() - ASK_AFTER)
    forgotten = [pk for pk in old.values_list("pk", flat=True) if pk not in cared_for]
    for pk in forgotten:
        send.enqueue(refund_id=pk)
    return len(forgotten)


@transaction.atomic
def book(refund_id: int, answer: dict[str, Any]) -> Refund:
    """Apply Stripe's state of a refund, each change once. Locks order, payment and refund."""
    ids = Refund.objects.values("payment_id", "payment__order_id").get(pk=refund_id)
    order = Order.objects.select_for_update().get(pk=ids["payment__order_id"])
    payment = Payment.objects.select_for_update().get(pk=ids["payment_id"])
    row = Refund.objects.select_for_update().get(pk=refund_id)
    row.stripe_id = row.stripe_id or answer["id"]
    if answer["status"] == "succeeded" and row.status == Refund.Status.PENDING:
        _succeeded(order, payment, row)
    elif answer["status"] in {"failed", "canceled"} and row.status != Refund.Status.FAILED:
        _failed(order, payment, row, str(answer.get("failure_reason") or answer["status"]))
    row.save()
    lifecycle.recount_parcels(order, open_units=open_units(order))
    return row


def _succeeded(order: Order, payment: Payment, row: Refund) -> None:
    row.status, reference = Refund.Status.SUCCEEDED, f"refund {row.pk}"
    if payment.status != Payment.Status.PAID:  # it bought nothing, so no goods can come back
        lifecycle.record(order, _("A payment that bought nothing was sent back."))
        amount = wording.amount(row.amount_minor, refund_amounts.currency_of(payment))
        mails.refunded(order, amount, reference=reference)
        return
    lifecycle.note_refund(order, amount_minor=row.amount_minor, reference=reference, staff=row.staff)
    if row.restock:
        units = dict(row.lines.values_list("order_line_id", "quantity"))
        lifecycle.put_back(order, units, reference=reference, staff=row.staff)
    paperwork.credit_note(order, row)


def _failed(order: Order, payment: Payment, row: Refund, failure: str) -> None:
    was_counted = row.status == Refund.Status.SUCCEEDED and payment.status == Payment.Status.PAID
    row.status, row.failure = Refund.Status.FAILED, failure[:300]
    if was_counted:
        lifecycle.take_back_refund(order, amount_minor=row.amount_minor)
    text = _("Refund %(number)s failed: %(why)s") % {"number": row.pk, "why": failure}
    lifecycle.record(order, text)
    mails.staff_alert(order, text)
    if was_counted:
        paperwork.cancel_credit_note(order, row)

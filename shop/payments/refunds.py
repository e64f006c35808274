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
from foundation.composed_text import fit
from shop.giftcards.cards import CardRefused
from shop.money import Money, charge_step
from shop.orders import gift_cards, lifecycle
from shop.orders.models import Order
from shop.payments import refund_booking, stripe_api
from shop.payments.models import Dispute, Payment, Refund, RefundLine
from shop.payments.refund_amounts import (
    Worth,
    card_left_minor,
    cards_bought_minor,
    is_shipping_open,
    left,
    of_amount,
    open_units,
    proposal,
    received_minor,
    refundable_minor,
)
from shop.payments.refund_booking import book
from shop.payments.stripe_amounts import to_stripe

__all__ = [
    "RefundRefused", "Worth", "ask_pending", "book", "cards_kept", "disputes_of", "is_shipping_open", "left",
    "of_amount", "open_units", "proposal", "put_back_on_cards", "put_on_cards", "received_minor", "refund",
    "refund_everything", "refundable_minor", "request", "send",
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
        worth = _proposal_as_shown(order, goods, includes_shipping, shown_minor)
    else:
        worth = of_amount(order, amount_minor)
        if why_not := cards_kept(order, units=goods, amount_minor=amount_minor):
            raise RefundRefused(why_not)
    _require_refundable(worth.total_minor, rest=left(order).total_minor, currency=order.currency)
    amount = Money(worth.total_minor, order.currency).display()
    lifecycle.record(order, _("Refund of %(amount)s asked for") % {"amount": amount}, staff=staff)
    return _request_from(
        order, payments, worth, units=goods, includes_shipping=includes_shipping, restock=restock,
        reason=reason, staff=staff,
    )  # fmt: skip


def _require_open(order: Order, units: Mapping[int, int], *, includes_shipping: bool) -> None:
    left = open_units(order)
    if any(not 0 < count <= left.get(pk, 0) for pk, count in units.items()):
        raise RefundRefused(_("Some of these units have been refunded already. Please look again."))
    if includes_shipping and not is_shipping_open(order):
        raise RefundRefused(_("The shipping has been refunded already, or was free."))


def cards_kept(order: Order, *, units: Mapping[int, int], amount_minor: int) -> str:
    """Return why an amount cannot go back with these units (line id -> units); empty when it can.

    It would pay back gift cards that stay usable. Six queries, one for orders that bought none.
    """
    kept_minor = cards_bought_minor(order, besides=units)
    most_minor = max(left(order).total_minor - kept_minor, 0) if kept_minor else amount_minor
    if amount_minor <= most_minor:
        return ""
    amounts = {"kept": kept_minor, "most": most_minor}
    words = {name: Money(minor, order.currency).display() for name, minor in amounts.items()}
    return (
        _("%(kept)s were paid for gift cards: choose these as well, or at most %(most)s can go back.") % words
    )


def _proposal_as_shown(
    order: Order, units: Mapping[int, int], includes_shipping: bool, shown_minor: int
) -> Worth:
    worth = proposal(order, units=units, includes_shipping=includes_shipping)
    if worth.total_minor != shown_minor:
        amount = Money(worth.total_minor, order.currency).display()
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
    rest = left(order)
    if not rest.total_minor:
        raise RefundRefused(_("Nothing of this order is left to refund."))
    lifecycle.record(order, _("Refund of everything asked for"), staff=staff)
    return _request_from(
        order, payments, rest, units=open_units(order), includes_shipping=is_shipping_open(order),
        restock=restock, reason=reason, staff=staff,
    )  # fmt: skip


def _request_from(
    order: Order, payments: Sequence[Payment], worth: Worth, *, units: Mapping[int, int],
    includes_shipping: bool, restock: bool, reason: str, staff: Any,
) -> list[Refund]:  # fmt: skip
    """Take money from the payment that bought the goods, with the goods, the rest from others and cards."""
    gift_cards.lock(order)
    made, money_minor = [], worth.money_minor
    for payment in sorted(payments, key=lambda payment: payment.status != Payment.Status.PAID):
        part, bought = min(refundable_minor(payment), money_minor), payment.status == Payment.Status.PAID
        if part:
            made.append(request(
                payment=payment, amount_minor=part, restock=restock, reason=reason, staff=staff,
                units=units if bought else {}, includes_shipping=includes_shipping and bought,
            ))  # fmt: skip
        money_minor -= part
    if worth.card_minor:
        about = next((one for one in made if one.payment and one.payment.status == Payment.Status.PAID), None)
        made.append(put_on_cards(
            order, worth.card_minor, restock=restock, reason=reason, staff=staff, about=about,
            units={} if about else units, includes_shipping=includes_shipping and not about,
        ))  # fmt: skip
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
    row = _write(
        payment.order, units or {}, payment=payment, amount_minor=amount_minor, restock=restock,
        reason=fit(reason, 200), staff=staff, includes_shipping=includes_shipping,
    )  # fmt: skip
    send.enqueue(refund_id=row.pk)
    return row


def put_on_cards(
    order: Order, amount_minor: int, *, restock: bool, reason: str, staff: Any = None,
    units: Mapping[int, int] | None = None, includes_shipping: bool = False, about: Refund | None = None,
) -> Refund:  # fmt: skip
    """Put what gift cards paid back onto them, at once, with the order locked; Stripe is not asked.

    `units` (line id -> units) are what it pays back, unless `about` is the refund of money that names them.
    Raises RefundRefused beyond what they paid.
    """
    _require_refundable(amount_minor, rest=card_left_minor(order), currency=order.currency)
    row = _write(
        order, units or {}, payment=None, amount_minor=amount_minor, restock=restock, reason=fit(reason, 200),
        staff=staff, includes_shipping=includes_shipping,
    )  # fmt: skip
    refund_booking.succeed(order, row, about=about)
    row.save()
    lifecycle.recount_parcels(order, open_units=open_units(order))
    return row


def put_back_on_cards(order: Order, *, reason: str, staff: Any = None) -> None:
    """Put all that gift cards paid and no refund has put back onto them, with the order locked."""
    if rest := card_left_minor(order):
        put_on_cards(order, rest, restock=False, reason=reason, staff=staff)


def _write(order: Order, units: Mapping[int, int], **fields: Any) -> Refund:
    """Write a refund and take gift cards out of use whose purchase it pays back. Raises RefundRefused."""
    row = Refund.objects.create(order=order, **fields)
    RefundLine.objects.bulk_create(
        RefundLine(refund=row, order_line_id=pk, quantity=count) for pk, count in units.items() if count
    )
    try:
        gift_cards.take_back_refunded(
            order, units, open_units=open_units(order), cause=str(row), staff=row.staff
        )
    except CardRefused as error:
        raise RefundRefused(str(error)) from error
    return row


@jobs.job(priority=jobs.PAYMENT, attempts=12)
def send(*, refund_id: int) -> None:
    """Ask Stripe for the refund, or about it, and book its answer; a repeat is the same refund at Stripe."""
    row = Refund.objects.select_related("payment").get(pk=refund_id)
    if row.payment is None or row.status != Refund.Status.PENDING:
        return
    try:
        answer = _ask_stripe(row, row.payment)
    except stripe_api.Refused as refusal:
        answer = {"id": None, "status": "failed", "failure_reason": str(refusal)}
    book(refund_id, answer)


def _ask_stripe(row: Refund, payment: Payment) -> dict[str, Any]:
    if row.stripe_id:
        return stripe_api.retrieve_refund(row.stripe_id)
    if row.created_at < timezone.now() - KEY_LIVES and (made := _made_before(row, payment)):
        return made
    return stripe_api.create_refund(
        intent_id=payment.intent_id,
        amount_minor=to_stripe(row.amount_minor, payment.currency),
        key=row.idempotency_key,
        metadata={"refund": str(row.pk)},
    )


def _made_before(row: Refund, payment: Payment) -> dict[str, Any] | None:
    """Return the refund of an earlier try whose answer was lost: its key may be forgotten by now."""
    for made in stripe_api.list_refunds(intent_id=payment.intent_id):
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

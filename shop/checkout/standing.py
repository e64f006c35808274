"""Where an order stands for its buyer: one word out of order, payments and refunds, and what can be done.

Disputes are between the shop and the bank: they only end what the buyer can do here.
"""

from dataclasses import dataclass
from enum import StrEnum, auto

from django.db.models import Sum

from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.models import Payment, Refund


class Stage(StrEnum):
    """What the order page says; the words are in wording.py."""

    PREPARING = auto()
    OPEN = auto()
    REFUSED = auto()
    AT_BANK = auto()
    ENDING = auto()
    CANCELLING = auto()
    REVIEW = auto()
    PAID = auto()
    PARTLY_SHIPPED = auto()
    SHIPPED = auto()
    WITHDRAWN = auto()
    REFUNDING = auto()
    REFUNDED = auto()
    FAILED = auto()
    REPLACED = auto()
    ORDERED_AGAIN = auto()
    OVER = auto()
    CALLED_OFF = auto()
    CALLED_OFF_AT_BANK = auto()
    TOO_LATE = auto()
    OWED = auto()


WAITING = {Stage.PREPARING, Stage.OPEN, Stage.REFUSED}


@dataclass(frozen=True, slots=True)
class Standing:
    """An order's stage, its newest attempt to pay, and the money that goes or went back, in minor units."""

    order: Order
    stage: Stage
    payment: Payment | None
    returning_minor: int
    returned_minor: int

    @property
    def can_pay(self) -> bool:
        """Whether the buyer can go on to the payment."""
        return self.stage in WAITING

    @property
    def can_try_again(self) -> bool:
        """Whether the buyer can pay an order whose payment came to nothing."""
        return self.stage == Stage.FAILED

    @property
    def can_cancel(self) -> bool:
        """Whether the buyer can call the order off. One query when it is paid."""
        if self.stage in WAITING | {Stage.AT_BANK, Stage.ENDING}:
            return True
        is_whole = self.order.fulfilment == Order.Fulfilment.UNFULFILLED
        return self.stage == Stage.PAID and is_whole and not _is_disputed(self.order)


def _is_disputed(order: Order) -> bool:
    return any(dispute.holds_shipment for dispute in refunds.disputes_of(order))


def of(order: Order) -> Standing:
    """Return where an order stands. Two queries; up to four more when it is cancelled."""
    attempts = list(order.payments.all())  # newest first
    returning, returned = _money_back(order)
    active = next((payment for payment in attempts if payment.is_active), None)
    if order.status == Order.Status.PAID:
        stage = _paid(order, returning)
    elif order.status == Order.Status.PENDING:
        stage = _pending(active)
    else:
        stage = _cancelled(order, attempts, has_refunds=bool(returning or returned))
    newest = active or next(iter(attempts), None)
    return Standing(order, stage, newest, returning, returned)


def _money_back(order: Order) -> tuple[int, int]:
    """Return what is on its way back and what went back, in minor units. One query."""
    rows = Refund.objects.filter(order=order).values_list("status").order_by("status")
    sums = dict(rows.annotate(sum=Sum("amount_minor")))
    return sums.get(Refund.Status.PENDING, 0), sums.get(Refund.Status.SUCCEEDED, 0)


def _paid(order: Order, returning_minor: int) -> Stage:
    if order.is_refunded:
        return Stage.REFUNDED
    is_all = order.refunded_minor + returning_minor >= order.charged_minor
    if returning_minor and is_all and order.gift_card_returned_minor == order.gift_card_minor:
        return Stage.REFUNDING
    if all(line.withdrawn_until >= line.quantity for line in order.lines.all()):
        return Stage.WITHDRAWN
    if order.fulfilment == Order.Fulfilment.PARTIAL:
        return Stage.PARTLY_SHIPPED
    has_left = order.fulfilment in {Order.Fulfilment.SHIPPED, Order.Fulfilment.DELIVERED}
    return Stage.SHIPPED if has_left else Stage.PAID


def _pending(payment: Payment | None) -> Stage:
    if payment is None:
        return Stage.REVIEW
    if payment.closing == Payment.Closing.CALLED_OFF:
        return Stage.CANCELLING
    if payment.status == Payment.Status.PROCESSING:
        return Stage.AT_BANK
    if flow.is_ending(payment):
        return Stage.ENDING
    if payment.status == Payment.Status.CREATING:
        return Stage.PREPARING
    return Stage.REFUSED if payment.reason else Stage.OPEN


def _cancelled(order: Order, attempts: list[Payment], *, has_refunds: bool) -> Stage:
    if any(payment.status == Payment.Status.REVIEW for payment in attempts):
        return Stage.REVIEW
    if any(refunds.refundable_minor(payment) for payment in attempts):
        return Stage.OWED
    if order.is_called_off:
        is_at_bank = any(payment.is_active for payment in attempts)
        return Stage.CALLED_OFF_AT_BANK if is_at_bank else Stage.CALLED_OFF
    return Stage.TOO_LATE if has_refunds else _unpaid(order, attempts)


def _unpaid(order: Order, attempts: list[Payment]) -> Stage:
    if flow.may_try_again(order):
        return Stage.FAILED
    if attempts and attempts[0].closing == Payment.Closing.REPLACED:
        return Stage.REPLACED
    return Stage.OVER if order.carts.exists() else Stage.ORDERED_AGAIN


def going_back_minor(order: Order) -> int:
    """Return what the buyer gets back who cancels now, in minor units. Up to three queries."""
    return refunds.left(order).total_minor

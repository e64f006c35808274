"""What the staff does with an order, each under the order's lock.

Errors, for the staff to read: shop.orders.lifecycle.IllegalTransition, shop.payments.refunds.RefundRefused.
A button acts on what its page showed: when that is not so any more, it refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shop.backoffice import accounts, corrections, queues
from shop.money import Money
from shop.orders import lifecycle, parcels
from shop.orders.models import Order, Shipment
from shop.payments import calling_off, refunds
from shop.payments.models import Refund

REVIEW_FIRST = gettext_lazy("A payment of this order needs review: decide about it first.")


@transaction.atomic
def ship(
    *, order_id: int, carrier: str, tracking_number: str, units: Mapping[int, int] | None = None,
    shown_left: int | None = None, shown: str | None = None, staff: Any,
) -> Shipment:  # fmt: skip
    """Note a parcel with units of lines (line id -> units), or all that is left, and tell the buyer, once.

    Units are shipped only while `shown_left` is still how many are left, so that a second press, or
    another tab, never ships a second time; and only to the address that the page showed: `shown` is what
    corrections.shown() wrote into it. Raises IllegalTransition.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    try:
        corrections.require_as_shown(order, shown, corrections.BEFORE_IT_SHIPS, staff=staff)
    except corrections.Overtaken as error:
        raise lifecycle.IllegalTransition(str(error)) from error
    if queues.is_refund_under_way(order):
        raise lifecycle.IllegalTransition(_("A refund of this order is on its way: nothing to ship."))
    if any(dispute.holds_shipment for dispute in refunds.disputes_of(order)):
        raise lifecycle.IllegalTransition(_("The bank disputes the payment: nothing to ship."))
    open_units = refunds.open_units(order)
    if units is not None:
        _require_left_as_shown(order, open_units, shown_left)
    return lifecycle.ship(
        order, carrier=carrier, tracking_number=tracking_number, units=units, open_units=open_units,
        staff=staff,
    )  # fmt: skip


def left_to_ship(order: Order) -> dict[int, int]:
    """Return line id -> units that are left to ship. Four queries."""
    return parcels.units_left(order, refunds.open_units(order))


def _require_left_as_shown(order: Order, open_units: Mapping[int, int], shown_left: int | None) -> None:
    left = sum(parcels.units_left(order, open_units).values())
    if left and left != shown_left:
        sentence = ngettext(
            "Meanwhile %(left)d unit is left to ship. Please look again.",
            "Meanwhile %(left)d units are left to ship. Please look again.",
            left,
        )
        raise lifecycle.IllegalTransition(sentence % {"left": left})


@dataclass(frozen=True, slots=True)
class Refundable:
    """What of an order can still go back: units of lines (line id -> units), shipping, minor units."""

    units: Mapping[int, int]
    has_shipping: bool
    left_minor: int


def refundable(order: Order) -> Refundable:
    """Return what can still go back of an order. Four queries, and three a payment that brought money."""
    is_paid = order.status == Order.Status.PAID
    open_units = refunds.open_units(order) if is_paid else {}
    return Refundable(
        units={pk: count for pk, count in open_units.items() if count},
        has_shipping=is_paid and refunds.is_shipping_open(order),
        left_minor=queues.refundable_minor(order),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What the staff wants to refund: everything, or else units of lines, shipping and an amount.

    `amount_minor` is None for what units and shipping are worth.
    """

    is_everything: bool
    units: Mapping[int, int]
    includes_shipping: bool
    amount_minor: int | None
    restock: bool
    reason: str


@transaction.atomic
def refund(*, order_id: int, wish: Wish, shown_minor: int, left_minor: int, staff: Any) -> list[Refund]:
    """Ask for a refund of `shown_minor`, if `left_minor` is still all that can go back, in minor units.

    So a second press, or another tab, never refunds a second time. Raises RefundRefused. The worker sends it.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    left = _left_as_shown(order, left_minor)
    if shown_minor != (left if wish.is_everything else wish.amount_minor or shown_minor):
        raise _changed(order, left)
    if wish.is_everything:
        return refunds.refund_everything(
            order_id=order_id, restock=wish.restock, reason=wish.reason, staff=staff
        )
    return refunds.refund(
        order_id=order_id, units=wish.units, includes_shipping=wish.includes_shipping,
        amount_minor=wish.amount_minor, shown_minor=shown_minor, restock=wish.restock, reason=wish.reason,
        staff=staff,
    )  # fmt: skip


def _left_as_shown(order: Order, left_minor: int) -> int:
    if accounts.read(order).to_review:
        raise refunds.RefundRefused(REVIEW_FIRST)
    left = queues.refundable_minor(order)
    if not left:
        raise refunds.RefundRefused(_("Nothing of this order is left to refund."))
    if left != left_minor:
        raise _changed(order, left)
    return left


def _changed(order: Order, left_minor: int) -> refunds.RefundRefused:
    left = Money(left_minor, order.currency).display()
    return refunds.RefundRefused(
        _("Meanwhile %(left)s is left to refund. Please look again.") % {"left": left}
    )


@transaction.atomic
def call_off(*, order_id: int, shown_minor: int, staff: Any) -> Order:
    """Call an order off, if what goes back is still what was shown, in minor units.

    Raises IllegalTransition. The worker ends the payment or sends the money.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    _require_undecided(order)
    left = queues.refundable_minor(order)
    if left != shown_minor:
        amount = Money(left, order.currency).display()
        raise lifecycle.IllegalTransition(
            _("Meanwhile %(amount)s would go back. Please look again.") % {"amount": amount}
        )
    return calling_off.call_off(order_id=order_id, staff=staff)


def _require_undecided(order: Order) -> None:
    account = accounts.read(order)
    if order.status == Order.Status.CANCELLED or account.is_ending:
        raise lifecycle.IllegalTransition(_("The order is cancelled already."))
    if order.is_refunded:
        raise lifecycle.IllegalTransition(_("Everything went back already."))
    if account.to_review:
        raise lifecycle.IllegalTransition(REVIEW_FIRST)

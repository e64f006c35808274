"""The legal transitions of an order; nothing else changes a status.

Every function needs the order locked (`Order.objects.select_for_update()`) in the caller's
transaction. Error: IllegalTransition. Source: docs/payments.md.

    pending -> paid         money arrived, held stock becomes sold
    pending -> cancelled    the payment is known to be dead; held stock, discount code and gift cards go back
    cancelled -> paid       money arrived after all; stock, code and gift cards could be taken again
    cancelled -> pending    the buyer tries again to pay; stock, code and gift cards could be taken again
    paid -> cancelled       called off before shipment, sold stock goes back on the shelf

    unfulfilled -> partial -> shipped    parcels left; shipped when all has but what was refunded or withdrawn
    shipped <-> delivered                the day of delivery of every parcel is known, or one is not any more

An order that was called off stays cancelled.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shop.discounts import codes
from shop.giftcards import cards
from shop.money import Money
from shop.orders import gift_cards, mails, parcels, sources
from shop.orders.models import Order, OrderEvent, Shipment
from shop.stock import reservations


class IllegalTransition(Exception):
    """The order is not in a state that allows this."""


def quantities(order: Order) -> dict[int, int]:
    """Return variant id -> units of an order. One query."""
    return dict(order.lines.values_list("variant_id", "quantity"))


def mark_paid(order: Order) -> None:
    """Make held stock sold and the order paid; hold again first if the hold is gone.

    Gift cards that were bought are issued; what was ordered leaves the cart, so lock with
    sources.lock_order(). Raises NotEnoughStock, CodeRefused or CardRefused (the caller
    rolls back), and IllegalTransition when it is paid already or called off.
    """
    if order.status == Order.Status.PAID or order.is_called_off:
        raise IllegalTransition(_("The order is paid already, or was called off."))
    wanted = quantities(order)
    if order.hold != Order.Hold.HELD:
        _hold_again(order)
    reservations.consume(wanted, reference=order.reference)
    order.status, order.hold = Order.Status.PAID, Order.Hold.CONSUMED
    order.paid_at, order.cancelled_at = timezone.now(), None
    if order.is_by_email:
        order.fulfilment = Order.Fulfilment.DELIVERED
    order.save(update_fields=["status", "hold", "paid_at", "cancelled_at", "fulfilment"])
    record(order, _("Paid"))
    sources.tell_paid(order)
    gift_cards.issue(order)
    mails.paid(order)
    mails.staff_new_order(order)


def cancel(order: Order, *, reason: str, is_called_off: bool = False, staff: Any = None) -> None:
    """Cancel an unpaid order and give stock and discount code back, once. Raises IllegalTransition."""
    if order.status == Order.Status.CANCELLED:
        return
    if order.status != Order.Status.PENDING:
        raise IllegalTransition(_("Only an order that waits for its payment can be cancelled."))
    codes.give_back(order.reference)
    cards.give_back(order.reference)
    reservations.release(quantities(order))  # a pending order always holds its stock
    _cancelled(order, reason=reason, is_called_off=is_called_off, staff=staff)


def call_off(order: Order, *, reason: str, staff: Any = None) -> None:
    """Cancel a paid order of which nothing has left; goods and discount code go back, once.

    Money and gift cards that paid are the caller's affair, these locked already; those that were bought are
    taken out of use. Raises IllegalTransition, also when one of these was spent.
    """
    if order.status != Order.Status.PAID or order.is_called_off:
        raise IllegalTransition(_("Only a paid order can be called off."))
    if order.fulfilment != Order.Fulfilment.UNFULFILLED:
        raise IllegalTransition(_("The parcel has left already, so the order cannot be cancelled."))
    codes.give_back(order.reference)
    gift_cards.lock(order)
    _take_cards_back(order, staff)
    put_back(order, _still_out(order), reference=f"{order.reference} called off", staff=staff)
    _cancelled(order, reason=reason, is_called_off=True, staff=staff)


def _take_cards_back(order: Order, staff: Any) -> None:
    try:
        gift_cards.take_back_all(order, cause="called off", staff=staff)
    except cards.CardRefused as error:
        text = _("Gift cards of this order were used already, so it cannot be cancelled.")
        raise IllegalTransition(text) from error


def _cancelled(order: Order, *, reason: str, is_called_off: bool, staff: Any) -> None:
    order.status, order.hold = Order.Status.CANCELLED, Order.Hold.RELEASED
    order.cancelled_at, order.is_called_off = timezone.now(), is_called_off
    order.save(update_fields=["status", "hold", "cancelled_at", "is_called_off"])
    record(order, reason, staff=staff)


def reopen(order: Order) -> None:
    """Hold the stock again for a cancelled order that its buyer wants to pay after all.

    Raises NotEnoughStock, CodeRefused or CardRefused (the caller rolls back), and IllegalTransition.
    """
    if order.status != Order.Status.CANCELLED or order.is_called_off or order.paid_at:
        raise IllegalTransition(_("This order cannot be paid any more."))
    _hold_again(order)
    order.status, order.hold, order.cancelled_at = Order.Status.PENDING, Order.Hold.HELD, None
    order.save(update_fields=["status", "hold", "cancelled_at"])
    record(order, _("Another try to pay"))


def _hold_again(order: Order) -> None:
    """Take discount code, gift cards and stock once more. Raises CodeRefused, CardRefused, NotEnoughStock."""
    codes.use_again(order.reference)
    cards.spend_again(order.reference)
    reservations.reserve(quantities(order))


def put_back(order: Order, units: Mapping[int, int], *, reference: str, staff: Any = None) -> None:
    """Put units of lines (line id -> units) back on the shelf, never more than were sold.

    `reference` names the cause; the same cause is booked once.
    """
    still_out = _still_out(order)
    back = {pk: min(count, still_out.get(pk, 0)) for pk, count in units.items()}
    variants = dict(order.lines.values_list("pk", "variant_id"))
    quantities = {variants[pk]: count for pk, count in back.items() if count}
    for pk, count in back.items():
        order.lines.filter(pk=pk).update(returned_quantity=F("returned_quantity") + count)
    if quantities:
        reservations.restock(quantities, reference=reference, staff=staff)


def _still_out(order: Order) -> dict[int, int]:
    """Return line id -> units that were sold and have not come back. One query."""
    if order.hold != Order.Hold.CONSUMED:
        return {}
    rows = order.lines.values_list("pk", "quantity", "returned_quantity")
    return {pk: quantity - returned for pk, quantity, returned in rows}


def ship(
    order: Order, *, carrier: str, tracking_number: str, units: Mapping[int, int] | None = None,
    open_units: Mapping[int, int] | None = None, staff: Any = None,
) -> Shipment:  # fmt: skip
    """Note that a parcel left and tell the buyer: units of lines (line id -> units), or all that is left.

    `open_units` are the units that no refund pays back, see parcels.units_left(). Raises IllegalTransition.
    """
    left = _require_left(order, open_units)
    inside = left if units is None else {pk: count for pk, count in units.items() if count}
    _require_there(order, inside, left)
    rest = {pk: count - inside.get(pk, 0) for pk, count in left.items() if count > inside.get(pk, 0)}
    shipment = parcels.pack(order, inside, carrier=carrier, tracking_number=tracking_number, staff=staff)
    order.fulfilment = Order.Fulfilment.PARTIAL if rest else Order.Fulfilment.SHIPPED
    order.save(update_fields=["fulfilment"])
    record(order, _what_left(order, shipment, is_all=not rest), staff=staff)
    mails.shipped(order, shipment, left=rest)
    return shipment


def _require_left(order: Order, open_units: Mapping[int, int] | None) -> dict[int, int]:
    """Return what is left to ship. Raises IllegalTransition when that is nothing."""
    if order.status != Order.Status.PAID or order.is_refunded:
        raise IllegalTransition(_("Only a paid order can be shipped."))
    if order.fulfilment in {Order.Fulfilment.SHIPPED, Order.Fulfilment.DELIVERED}:
        raise IllegalTransition(_("The order has been shipped already."))
    left = parcels.units_left(order, open_units)
    if not left:
        raise IllegalTransition(_("Nothing of this order is left to ship."))
    return left


def _require_there(order: Order, inside: Mapping[int, int], left: Mapping[int, int]) -> None:
    """Raise IllegalTransition for an empty parcel, and for more units than are left to ship."""
    if not inside or min(inside.values()) < 0:
        raise IllegalTransition(_("Choose at least one unit for the parcel."))
    if any(count > left.get(pk, 0) for pk, count in inside.items()):
        what = ", ".join(parcels.in_words(order, left))
        raise IllegalTransition(_("Only this is left to ship: %(what)s. Please look again.") % {"what": what})


def _what_left(order: Order, shipment: Shipment, *, is_all: bool) -> str:
    if order.is_pickup:
        return _("Ready to be picked up") if is_all else _("Partly ready to be picked up")
    text = _("Shipped with %(parcel)s") if is_all else _("Partly shipped with %(parcel)s")
    return text % {"parcel": shipment}


def recount_parcels(order: Order, *, open_units: Mapping[int, int]) -> None:
    """Say anew whether everything has left, and arrived, of an order of which a part has.

    A refund came or failed, its buyer withdrew, or a parcel was delivered.

    `open_units` (line id -> units) are those that no refund pays back.
    """
    if order.fulfilment == Order.Fulfilment.UNFULFILLED or not parcels.units_shipped(order):
        return
    order.fulfilment = Order.Fulfilment.PARTIAL
    if not parcels.units_left(order, open_units):
        is_delivered = parcels.are_delivered(order)
        order.fulfilment = Order.Fulfilment.DELIVERED if is_delivered else Order.Fulfilment.SHIPPED
    order.save(update_fields=["fulfilment"])


def note_delivery(
    order: Order, shipment: Shipment, day: date | None, *, open_units: Mapping[int, int], staff: Any = None
) -> None:
    """Note on which day a parcel of an order reached its buyer, or that nobody knows. `open_units` as above.

    Raises IllegalTransition for a day before it left, or one that is still to come.
    """
    if day is not None and not timezone.localdate(shipment.shipped_at) <= day <= timezone.localdate():
        raise IllegalTransition(_("A parcel arrives between the day it was shipped and today."))
    if shipment.delivered_on == day:
        return
    shipment.delivered_on = day
    shipment.save(update_fields=["delivered_on"])
    words = {"parcel": shipment, "day": date_format(day, "j F Y") if day else ""}
    text = _("Delivered on %(day)s: %(parcel)s") if day else _("Day of delivery taken back: %(parcel)s")
    record(order, text % words, staff=staff)
    recount_parcels(order, open_units=open_units)


def note_refund(order: Order, *, amount_minor: int, reference: str, staff: Any = None) -> None:
    """Add a refund that Stripe confirmed, in minor units, and tell the buyer once for each reference."""
    order.refunded_minor += amount_minor
    order.save(update_fields=["refunded_minor"])
    amount = Money(amount_minor, order.currency).display()
    record(order, _("Refunded %(amount)s") % {"amount": amount}, staff=staff)
    mails.refunded(order, amount, reference=reference)


def note_card_return(order: Order, *, amount_minor: int, reference: str, staff: Any = None) -> None:
    """Put what gift cards paid back onto them, in minor units, and tell the buyer once for each reference."""
    cards.refund(order.reference, amount_minor, cause=reference, staff=staff)
    order.gift_card_returned_minor += amount_minor
    order.save(update_fields=["gift_card_returned_minor"])
    amount = Money(amount_minor, order.currency).display()
    words = {"amount": amount, "cards": order.gift_cards}
    record(order, _("Put %(amount)s back on gift card %(cards)s") % words, staff=staff)
    mails.put_on_card(order, amount, reference=reference)


def take_back_refund(order: Order, *, amount_minor: int) -> None:
    """Subtract a refund, in minor units, that Stripe first confirmed and then could not pay out."""
    order.refunded_minor -= amount_minor
    order.save(update_fields=["refunded_minor"])


def record(order: Order, text: str, *, staff: Any = None) -> None:
    """Append a line to the order's history."""
    OrderEvent.objects.create(order=order, text=text, staff=staff)

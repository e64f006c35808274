"""The legal transitions of an order; nothing else changes a status.

Every function needs the order locked (`Order.objects.select_for_update()`) in the caller's
transaction. Error: IllegalTransition. Source: docs/payments.md.

    pending -> paid         money arrived, held stock becomes sold
    pending -> cancelled    the payment is known to be dead, held stock and discount code go back
    cancelled -> paid       money arrived after all; stock and code could be taken again
    cancelled -> pending    the buyer tries again to pay; stock and code could be taken again
    paid -> cancelled       called off before shipment, sold stock goes back on the shelf

An order that was called off stays cancelled.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.discounts import codes
from shop.money import Money
from shop.orders import mails
from shop.orders.models import Order, OrderEvent, Shipment
from shop.stock import reservations


class IllegalTransition(Exception):
    """The order is not in a state that allows this."""


def quantities(order: Order) -> dict[int, int]:
    """Return variant id -> units of an order. One query."""
    return dict(order.lines.values_list("variant_id", "quantity"))


def mark_paid(order: Order) -> None:
    """Make held stock sold and the order paid; hold again first if the hold is gone.

    Raises NotEnoughStock or CodeRefused (the caller rolls back), and IllegalTransition when it is paid
    already or called off.
    """
    if order.status == Order.Status.PAID or order.is_called_off:
        raise IllegalTransition(_("The order is paid already, or was called off."))
    wanted = quantities(order)
    if order.hold != Order.Hold.HELD:
        _hold_again(order)
    reservations.consume(wanted, reference=order.reference)
    order.status, order.hold = Order.Status.PAID, Order.Hold.CONSUMED
    order.paid_at, order.cancelled_at = timezone.now(), None
    order.save(update_fields=["status", "hold", "paid_at", "cancelled_at"])
    record(order, _("Paid"))
    mails.paid(order)
    mails.staff_new_order(order)


def cancel(order: Order, *, reason: str, is_called_off: bool = False, staff: Any = None) -> None:
    """Cancel an unpaid order and give stock and discount code back, once. Raises IllegalTransition."""
    if order.status == Order.Status.CANCELLED:
        return
    if order.status != Order.Status.PENDING:
        raise IllegalTransition(_("Only an order that waits for its payment can be cancelled."))
    codes.give_back(order.reference)
    reservations.release(quantities(order))  # a pending order always holds its stock
    _cancelled(order, reason=reason, is_called_off=is_called_off, staff=staff)


def call_off(order: Order, *, reason: str, staff: Any = None) -> None:
    """Cancel a paid order of which nothing has left; goods and discount code go back, once.

    The money is the caller's affair. Raises IllegalTransition.
    """
    if order.status != Order.Status.PAID or order.is_called_off:
        raise IllegalTransition(_("Only a paid order can be called off."))
    if order.fulfilment != Order.Fulfilment.UNFULFILLED:
        raise IllegalTransition(_("The parcel has left already, so the order cannot be cancelled."))
    codes.give_back(order.reference)
    put_back(order, _still_out(order), reference=f"{order.reference} called off", staff=staff)
    _cancelled(order, reason=reason, is_called_off=True, staff=staff)


def _cancelled(order: Order, *, reason: str, is_called_off: bool, staff: Any) -> None:
    order.status, order.hold = Order.Status.CANCELLED, Order.Hold.RELEASED
    order.cancelled_at, order.is_called_off = timezone.now(), is_called_off
    order.save(update_fields=["status", "hold", "cancelled_at", "is_called_off"])
    record(order, reason, staff=staff)


def reopen(order: Order) -> None:
    """Hold the stock again for a cancelled order that its buyer wants to pay after all.

    Raises NotEnoughStock or CodeRefused (the caller rolls back), and IllegalTransition.
    """
    if order.status != Order.Status.CANCELLED or order.is_called_off or order.paid_at:
        raise IllegalTransition(_("This order cannot be paid any more."))
    _hold_again(order)
    order.status, order.hold, order.cancelled_at = Order.Status.PENDING, Order.Hold.HELD, None
    order.save(update_fields=["status", "hold", "cancelled_at"])
    record(order, _("Another try to pay"))


def _hold_again(order: Order) -> None:
    """Take the discount code and the stock once more. Raises CodeRefused and NotEnoughStock."""
    codes.use_again(order.reference)
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


def ship(order: Order, *, carrier: str, tracking_number: str, staff: Any = None) -> Shipment:
    """Note that the parcel left and tell the buyer. Raises IllegalTransition."""
    if order.status != Order.Status.PAID or order.is_refunded:
        raise IllegalTransition(_("Only a paid order can be shipped."))
    if order.fulfilment != Order.Fulfilment.UNFULFILLED:
        raise IllegalTransition(_("The order has been shipped already."))
    shipment = Shipment.objects.create(
        order=order, carrier=carrier, tracking_number=tracking_number, staff=staff
    )
    order.fulfilment = Order.Fulfilment.SHIPPED
    order.save(update_fields=["fulfilment"])
    record(order, _("Shipped with %(parcel)s") % {"parcel": shipment}, staff=staff)
    mails.shipped(order, shipment)
    return shipment


def note_refund(order: Order, *, amount_minor: int, reference: str, staff: Any = None) -> None:
    """Add a refund that Stripe confirmed, in minor units, and tell the buyer once for each reference."""
    order.refunded_minor += amount_minor
    order.save(update_fields=["refunded_minor"])
    amount = Money(amount_minor, order.currency).display()
    record(order, _("Refunded %(amount)s") % {"amount": amount}, staff=staff)
    mails.refunded(order, amount, reference=reference)


def take_back_refund(order: Order, *, amount_minor: int) -> None:
    """Subtract a refund, in minor units, that Stripe first confirmed and then could not pay out."""
    order.refunded_minor -= amount_minor
    order.save(update_fields=["refunded_minor"])


def record(order: Order, text: str, *, staff: Any = None) -> None:
    """Append a line to the order's history."""
    OrderEvent.objects.create(order=order, text=text[:300], staff=staff)

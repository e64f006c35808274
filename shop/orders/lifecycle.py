"""The legal transitions of an order; nothing else changes a status.

Every function needs the order locked (`Order.objects.select_for_update()`) in the caller's
transaction. Error: IllegalTransition. Source: docs/payments.md.

    pending -> paid         money arrived, held stock becomes sold
    pending -> cancelled    the payment is known to be dead, held stock goes back
    cancelled -> paid       money arrived after all, and the stock could be held again
"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

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

    Raises NotEnoughStock (nothing changed) and IllegalTransition when it is paid already.
    """
    if order.status == Order.Status.PAID:
        raise IllegalTransition(_("The order is paid already."))
    wanted = quantities(order)
    if order.hold != Order.Hold.HELD:
        reservations.reserve(wanted)
    reservations.consume(wanted, reference=order.reference)
    order.status, order.hold = Order.Status.PAID, Order.Hold.CONSUMED
    order.paid_at, order.cancelled_at = timezone.now(), None
    order.save(update_fields=["status", "hold", "paid_at", "cancelled_at"])
    record(order, _("Paid"))
    mails.paid(order)
    mails.staff_new_order(order)


def cancel(order: Order, *, reason: str) -> None:
    """Cancel an unpaid order and give its stock back, once. Raises IllegalTransition."""
    if order.status == Order.Status.CANCELLED:
        return
    if order.status != Order.Status.PENDING:
        raise IllegalTransition(_("Only an order that waits for its payment can be cancelled."))
    reservations.release(quantities(order))  # a pending order always holds its stock
    order.status, order.hold = Order.Status.CANCELLED, Order.Hold.RELEASED
    order.cancelled_at = timezone.now()
    order.save(update_fields=["status", "hold", "cancelled_at"])
    record(order, reason)


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


def note_refund(order: Order, *, amount_minor: int, staff: Any = None) -> None:
    """Add a refund that Stripe confirmed, in minor units, and tell the buyer."""
    order.refunded_minor += amount_minor
    order.save(update_fields=["refunded_minor"])
    amount = Money(amount_minor, order.currency).display()
    record(order, _("Refunded %(amount)s") % {"amount": amount}, staff=staff)
    mails.refunded(order, amount_minor)


def record(order: Order, text: str, *, staff: Any = None) -> None:
    """Append a line to the order's history."""
    OrderEvent.objects.create(order=order, text=text[:300], staff=staff)

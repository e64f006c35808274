"""What the staff does with an order, each under the order's lock.

Errors, for the staff to read: shop.orders.lifecycle.IllegalTransition, shop.payments.refunds.RefundRefused.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shop.backoffice import queues
from shop.money import Money
from shop.orders import lifecycle
from shop.orders.models import Order, Shipment
from shop.payments import refunds
from shop.payments.models import Refund


@transaction.atomic
def ship(*, order_id: int, carrier: str, tracking_number: str, staff: Any) -> Shipment:
    """Note the parcel and tell the buyer, once. Raises IllegalTransition."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if queues.is_refund_under_way(order):
        raise lifecycle.IllegalTransition(_("A refund of this order is on its way: nothing to ship."))
    return lifecycle.ship(order, carrier=carrier, tracking_number=tracking_number, staff=staff)


@transaction.atomic
def refund_everything(
    *, order_id: int, shown_minor: int, restock: bool, reason: str, staff: Any
) -> list[Refund]:
    """Ask for all that is left to go back, if it is what the staff was shown, in minor units.

    Raises RefundRefused. The worker sends it.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    left = queues.refundable_minor(order)
    if left and left != shown_minor:
        amount = Money(left, order.currency).display()
        raise refunds.RefundRefused(_("Meanwhile %(amount)s is left to refund.") % {"amount": amount})
    return refunds.refund_everything(order_id=order_id, restock=restock, reason=reason, staff=staff)

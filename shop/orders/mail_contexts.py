"""What each mail of an order says: the context of its templates, for sending it and for previews of it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.money import Money
from shop.orders import addresses, delivery, parcels, summary
from shop.orders.models import Order, Shipment

Context = dict[str, Any]


def of_order(order: Order, *, has_paid: bool = True) -> Context:
    """Return what every mail of an order is made of: lines, totals, the ways to it and back. One query.

    Before money has come (not `has_paid`) anybody can have typed the address: nothing typed is quoted.
    """
    return {
        "order": order,
        "greeting": _("Hi %(name)s,") % {"name": order.name} if has_paid else _("Hello,"),
        "lines": summary.of_lines(order),
        "totals": summary.of_order(order),
        "delivery": delivery.sentence(order),
        "address_lines": addresses.address_lines(order) if has_paid else [],
        "billing_lines": addresses.billing_lines(order) if has_paid and order.has_other_billing else [],
        "withdrawal_url": order.withdrawal_url,
    }


def of_received(order: Order) -> Context:
    """Return the context of a mail about an order that waits for its payment."""
    return of_order(order, has_paid=False)


def of_parcel(order: Order, shipment: Shipment, *, left: Mapping[int, int] | None = None) -> Context:
    """Return the context of a mail about a parcel that left, and about the units (line id -> units) left.

    Without `left`, what is left as far as orders know: refunds are not asked.
    """
    rest = parcels.units_left(order) if left is None else left
    parcel, still_to_come = parcels.of_shipment(shipment), parcels.in_words(order, rest)
    return of_order(order) | {"shipment": shipment, "parcel": parcel, "still_to_come": still_to_come}


def of_refund(order: Order, amount: str, *, is_on_card: bool = False) -> Context:
    """Return the context of a mail about money that went back, or about value back on gift cards."""
    return of_order(order) | {"amount": amount, "gift_cards": order.gift_cards if is_on_card else ""}


def of_cancellation(order: Order, *, refund_minor: int = 0, refund: str = "") -> Context:
    """Return the context of a mail that calls the order off; empty amounts say that nothing was charged.

    What goes back is in minor units of the order's currency, or, as text, in another one.
    """
    amount = refund or (Money(refund_minor, order.currency).display() if refund_minor else "")
    facts = {"amount": amount, "withdrawal_url": ""}
    return of_order(order, has_paid=bool(amount) or order.paid_at is not None) | facts


def of_failed_payment(order: Order, reason: str) -> Context:
    """Return the context of a mail about a payment that came to nothing, with the last day to try again."""
    until = timezone.now() + settings.ORDER_RETRY
    facts = {"reason": reason, "until": until, "withdrawal_url": ""}
    return of_order(order, has_paid=False) | facts


def for_staff(order: Order, **facts: Any) -> Context:
    """Return the context of a mail to the staff, with the order's address in the admin."""
    admin_url = f"{settings.SITE_URL}/admin/shop/order/{order.pk}/change/"
    return of_order(order) | {"admin_url": admin_url, "withdrawal_url": ""} | facts

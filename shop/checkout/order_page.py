"""What the public order page shows: status, lines, totals, payment and parcels."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django_countries import countries

from shop.checkout import flow
from shop.orders import summary
from shop.orders.models import Order, Shipment
from shop.payments import stripe_api, sync
from shop.payments.models import Payment

logger = logging.getLogger(__name__)

TOWN_BEFORE_CODE = {"AU", "CA", "GB", "US"}  # "San Francisco, CA 94103"; elsewhere "50674 Köln"


def find(token: str) -> Order:
    """Return the order of a token, brought up to date with Stripe. Raises Http404."""
    order = Order.objects.filter(token=token).first()
    if order is None:
        raise Http404
    if order.status != Order.Status.PENDING:
        return order
    payment = flow.active_payment(order)
    if payment is not None and sync.may_ask_from_page(payment):
        _try_to_sync(payment)
    order.refresh_from_db()  # the worker may have been quicker, also since the first look
    return order


def _try_to_sync(payment: Payment) -> None:
    try:
        sync.sync(payment.pk, patient=False)
    except stripe_api.StripeError as error:
        logger.warning("The order page could not ask Stripe about %s: %s", payment, error)


def context(order: Order) -> dict[str, Any]:
    """Return the template's context. Five queries."""
    payment = flow.active_payment(order)
    shipments = list(order.shipments.all())
    return {
        "order": order,
        "lines": summary.of_lines(order),
        "totals": summary.of_order(order),
        "payment": payment,
        "status_label": status_label(order),
        "steps": steps(order, shipments),
        "address_lines": address_lines(order),
        "headline": headline(order),
        "explanation": explanation(order, payment),
        "can_pay": payment is not None and payment.status in {"creating", "open"},
    }


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order's way: done or still to come."""

    label: str
    is_done: bool
    at: datetime | None = None
    detail: str = ""


def steps(order: Order, shipments: list[Shipment]) -> list[Step]:
    """Return the order's way from order to parcel."""
    way = [Step(_("Ordered"), is_done=True, at=order.created_at)]
    if order.status == Order.Status.CANCELLED:
        return [*way, Step(_("Cancelled"), is_done=True, at=order.cancelled_at)]
    way.append(Step(_("Paid"), is_done=order.paid_at is not None, at=order.paid_at))
    if order.is_refunded:
        return [*way, Step(_("Refunded"), is_done=True)]
    if not shipments:
        return [*way, Step(_("Shipped"), is_done=False)]
    return way + [Step(_("Shipped"), is_done=True, at=s.shipped_at, detail=str(s)) for s in shipments]


def address_lines(order: Order) -> list[str]:
    """Return the address as printed on a parcel, without blank lines."""
    lines = [order.name, order.line1, order.line2, *_town_lines(order), country_name(order)]
    return [line for line in lines if line]


def _town_lines(order: Order) -> list[str]:
    """Return town, postal code and region in the order that the country's post wants."""
    if str(order.country) in TOWN_BEFORE_CODE:
        code = f"{order.region} {order.postal_code}".strip()
        return [", ".join(part for part in (order.city, code) if part)]
    return [f"{order.postal_code} {order.city}".strip(), order.region]


def country_name(order: Order) -> str:
    """Return the name of the country the order goes to."""
    return str(countries.name(str(order.country)))


def status_label(order: Order) -> str:
    """Return the status in a word or two."""
    return _("Refunded") if order.is_refunded else str(order.get_status_display())


def headline(order: Order) -> str:
    """Return the order page's headline."""
    return {
        "pending": _("Your order waits for its payment"),
        "paid": _("Thank you, your order is paid"),
        "cancelled": _("This order was cancelled"),
        "refunded": _("This order was refunded"),
    }[order.public_status]


def explanation(order: Order, payment: Payment | None) -> str:
    """Return what happens next, in a sentence or two."""
    if order.public_status == "refunded":
        return _("The full amount went back the way it came. Banks take up to ten days to show it.")
    if order.status == Order.Status.PAID:
        return _("We pack it by hand and write to you when the parcel leaves.")
    if order.status == Order.Status.CANCELLED:
        return _("Nothing was charged and the instruments went back on the shelf. Your cart is as it was.")
    if payment is None:
        return _("We are checking your payment and will write to you.")
    return _waiting(payment)


def _waiting(payment: Payment) -> str:
    if payment.status == Payment.Status.CREATING:
        return _("We are preparing your payment. Reload this page in a moment.")
    if payment.status == Payment.Status.PROCESSING:
        return _("Your bank is working on the payment. We will write to you when it is there.")
    if payment.reason:
        return _("The last try was not accepted: %(reason)s You can try again.") % {"reason": payment.reason}
    return _("Your instruments are set aside for you until the time to pay is over.")

"""Make an order out of plain lines: frozen prices, a number without gaps, stock held.

Raises codes.CodeRefused and reservations.NotEnoughStock. Lock order: discount code, variants by id, number.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shop import pricing
from shop.discounts import codes
from shop.discounts.codes import AppliedCode
from shop.orders import mails
from shop.orders.models import NumberSequence, Order, OrderEvent, OrderLine
from shop.stock import reservations


@dataclass(frozen=True, slots=True)
class PlainLine:
    """What is bought: a variant and its frozen facts; price in minor units, weight in grams a unit."""

    variant_id: int
    sku: str
    title: str
    unit_price_minor: int
    quantity: int
    weight_grams: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write and where to ship; `country` is an ISO 3166 code."""

    email: str
    name: str
    line1: str
    city: str
    country: str
    postal_code: str = ""
    line2: str = ""
    region: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the totals rest on: the chosen shipping, the tax rule of the destination, a discount code.

    Delivery in days from payment; None when nobody promised anything, as for pick-up.
    `line_discounts_minor` is what the code takes off each line, in their order; empty without one.
    """

    totals: pricing.Totals
    shipping_name: str
    tax: pricing.Tax
    code: AppliedCode | None = None
    line_discounts_minor: tuple[int, ...] = ()
    is_pickup: bool = False
    delivery_days_from: int | None = None
    delivery_days_to: int | None = None


def place(*, lines: Sequence[PlainLine], contact: Contact, terms: Terms) -> Order:
    """Use the code, hold the stock and write the order, inside the caller's transaction.

    Raises CodeRefused and NotEnoughStock; the caller rolls back by letting them pass.
    """
    used = codes.take(terms.code, email=contact.email) if terms.code else None
    reservations.reserve({line.variant_id: line.quantity for line in lines})
    order = Order.objects.create(
        number=next_number(),
        is_demo=settings.IS_DEMO,
        currency=settings.SHOP_CURRENCY,
        shipping_name=terms.shipping_name,
        is_pickup=terms.is_pickup,
        delivery_days_from=terms.delivery_days_from,
        delivery_days_to=terms.delivery_days_to,
        discount_code=terms.code.code if terms.code else "",
        tax_name=terms.tax.name,
        tax_rate_basis_points=terms.tax.rate_basis_points,
        **asdict(contact),
        **asdict(terms.totals),
    )
    if used:
        codes.record_use(used, reference=order.reference, email=contact.email)
    discounts = terms.line_discounts_minor or (0,) * len(lines)
    OrderLine.objects.bulk_create(
        _frozen(order, line, off_minor) for line, off_minor in zip(lines, discounts, strict=True)
    )
    OrderEvent.objects.create(order=order, text=_("Ordered"))
    mails.received(order)
    return order


def _frozen(order: Order, line: PlainLine, discount_minor: int) -> OrderLine:
    total_minor = line.unit_price_minor * line.quantity
    return OrderLine(order=order, total_minor=total_minor, discount_minor=discount_minor, **asdict(line))


def next_number(series: str = "order") -> int:
    """Return the next number of a series; its row stays locked until the transaction ends, so ask last."""
    with transaction.atomic():
        NumberSequence.objects.get_or_create(name=series)
        NumberSequence.objects.filter(name=series).update(next_number=F("next_number") + 1)
        return NumberSequence.objects.get(name=series).next_number - 1

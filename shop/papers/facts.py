"""What a paper says, frozen as JSON: who, what, how much tax. Amounts are minor units, dates ISO 8601.

The keys are those of `Facts`; a version that adds some must still be able to print the older ones.
"""

from typing import Any, TypedDict

from django.conf import settings
from django.utils import timezone

from foundation.models import SiteIdentity
from shop.orders import addresses
from shop.orders.models import Order, OrderLine


class Tax(TypedDict):
    """One tax on one group of goods: their net amount and the tax; `is_added` when prices do not contain it.

    The taxes of a `group` are taken of the same net amount, and groups have no goods in common. The rate is
    in thousandths of a percent.
    """

    name: str
    rate_millipercent: int
    group: int
    base_minor: int
    tax_minor: int
    is_added: bool


class Facts(TypedDict, total=False):
    """What a paper says; `total_minor` and `taxes` are what it charges or, a credit note, gives back."""

    language: str
    is_demo: bool
    issued_on: str
    seller: dict[str, Any]
    buyer: dict[str, Any]
    delivery: dict[str, Any]
    order: dict[str, Any]
    currency: str
    lines: list[dict[str, Any]]
    sums: dict[str, Any]
    taxes: list[Tax]
    is_reverse_charge: bool
    total_minor: int
    payment: dict[str, Any]
    about: dict[str, Any]
    corrects: dict[str, Any]


def of_order(order: Order, *, payment_reference: str, paid_minor: int | None) -> Facts:
    """Return the facts of an order's invoice. Four queries."""
    facts = frame(order)
    facts["taxes"] = taxes_of(order)
    facts["lines"] = [_line(line, facts["taxes"]) for line in order.lines.all()]
    facts["sums"] = _sums(order)
    facts["total_minor"] = order.total_minor
    facts["is_reverse_charge"] = order.is_reverse_charge
    paid = order.charged_minor if paid_minor is None else paid_minor
    facts["payment"] = {"reference": payment_reference, "paid_minor": paid, "paid_on": _day(order.paid_at)}
    return facts


def corrected(order: Order, invoice: Facts) -> Facts:
    """Return the facts of an invoice with the addresses of now; amounts and payment stay. One query."""
    now = frame(order)
    return {**invoice, **{name: now[name] for name in ("issued_on", "buyer", "delivery")}}  # type: ignore[typeddict-item]


def is_addressed_as(one: Facts, other: Facts) -> bool:
    """Whether two papers print the same addresses and VAT number."""

    def printed(facts: Facts) -> list[Any]:
        delivery = facts.get("delivery", {})
        buyer = facts["buyer"]
        sent_to = delivery["lines"] if delivery.get("is_apart") else []
        return [buyer["lines"], buyer.get("vat_number", ""), sent_to]

    return printed(one) == printed(other)


def frame(order: Order) -> Facts:
    """Return what every paper of an order says: seller, buyer, order, currency and today. One query.

    `buyer` is whom it is for and stands in the address; `delivery` is where the order goes.
    """
    return {
        "language": settings.LANGUAGE_CODE,
        "is_demo": order.is_demo,
        "issued_on": timezone.localdate().isoformat(),
        "seller": _seller(SiteIdentity.objects.filter(pk=1).first() or SiteIdentity(pk=1)),
        "buyer": {
            "name": order.company or order.billing_name or order.name,
            "lines": addresses.billing_lines(order),
            "country": str(order.billing_country or order.country),
            "email": order.email,
            "vat_number": order.vat_number,
        },
        "delivery": {
            "lines": addresses.address_lines(order),
            "country": str(order.country),
            "is_apart": order.has_other_billing and not (order.is_pickup or order.is_by_email),
        },
        "order": {"number": order.number, "ordered_on": _day(order.created_at)},
        "currency": order.currency,
    }


def taxes_of(order: Order) -> list[Tax]:
    """Return what each tax of an order comes to in each group; none where none applies. Two queries."""
    return [
        {
            "name": tax.name,
            "rate_millipercent": tax.rate_millipercent,
            "group": share.group,
            "base_minor": share.base_minor,
            "tax_minor": share.tax_minor,
            "is_added": tax.is_added,
        }
        for tax in order.taxes.prefetch_related("shares")
        for share in tax.shares.all()
    ]


def _seller(identity: SiteIdentity) -> dict[str, Any]:
    return {
        "name": identity.name,
        "lines": identity.address_lines,
        "tax_number": identity.tax_number,
        "email": identity.email,
        "phone": identity.phone,
        "site": settings.SITE_URL,
    }


def _line(line: OrderLine, taxes: list[Tax]) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor,
        "discount_minor": line.discount_minor,
        "total_minor": line.net_minor,
        "tax_rates": [tax["rate_millipercent"] for tax in taxes if tax["group"] == line.tax_group],
    }


def _sums(order: Order) -> dict[str, Any]:
    return {
        "lines_minor": order.lines_minor,
        "discount_minor": order.discount_minor,
        "discount_code": order.discount_code,
        "shipping_name": order.shipping_name,
        "shipping_minor": order.shipping_minor,
        "shipping_discount_minor": order.shipping_discount_minor,
        "gift_card_minor": order.gift_card_minor,
    }


def _day(moment: Any) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""

"""What an order would cost: cart lines, destination and shipping to totals, from the database alone.

Error: NoShipping, when the shop cannot send this parcel there.
"""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from shop import pricing
from shop.cart.models import CartLine
from shop.discounts.codes import AppliedCode
from shop.money import charge_step
from shop.orders.placing import PlainLine, Terms
from shop.shipping import rates
from shop.tax import rules


class NoShipping(Exception):
    """No rate carries this parcel to this country; str() is for the buyer."""


def plain_lines(lines: Sequence[CartLine]) -> list[PlainLine]:
    """Return the cart's lines with today's facts, as an order freezes them."""
    return [
        PlainLine(
            variant_id=line.variant_id,
            sku=line.variant.sku,
            title=line.variant.full_title,
            unit_price_minor=line.price.minor,
            quantity=line.quantity,
            weight_grams=line.variant.weight_grams,
        )
        for line in lines
    ]


def shipping_choices(
    lines: Sequence[PlainLine], country: str, *, code: AppliedCode | None = None
) -> list[rates.Quote]:
    """Return the ways to ship these lines there, at what the code leaves of their sum. One query.

    Raises NoShipping when there is none.
    """
    weight = sum(line.weight_grams * line.quantity for line in lines)
    items_minor = sum(line.total_minor for line in _priced(lines, code)) - sum(_discounts(lines, code))
    quotes = rates.quotes(country, weight, items_minor)
    if not quotes:
        raise NoShipping(_("We cannot ship this order to this country. Please write to us."))
    return quotes


def terms(
    lines: Sequence[PlainLine],
    *,
    chosen: rates.Quote,
    country: str,
    region: str,
    code: AppliedCode | None = None,
) -> Terms:
    """Return totals with the chosen shipping, the destination's tax and a discount code. One query."""
    tax = rules.rule_for(country, region)
    totals = pricing.total(
        _priced(lines, code),
        shipping_minor=chosen.price_minor,
        tax=tax,
        discount=code.discount if code else pricing.NO_DISCOUNT,
        step_minor=charge_step(settings.SHOP_CURRENCY),
    )
    return Terms(
        totals=totals,
        shipping_name=chosen.name,
        tax=tax,
        code=code,
        line_discounts_minor=_discounts(lines, code),
        is_pickup=chosen.is_pickup,
        delivery_days_from=None if chosen.is_pickup else chosen.days_from,
        delivery_days_to=None if chosen.is_pickup else chosen.days_to,
    )


def _priced(lines: Sequence[PlainLine], code: AppliedCode | None) -> list[pricing.Line]:
    """Return the lines for the arithmetic; a code applies to those it is for."""
    chosen = code.variant_ids if code else frozenset()
    return [
        pricing.Line(line.unit_price_minor, line.quantity, is_discounted=line.variant_id in chosen)
        for line in lines
    ]


def _discounts(lines: Sequence[PlainLine], code: AppliedCode | None) -> tuple[int, ...]:
    """Return what the code takes off each line, in minor units."""
    discount = code.discount if code else pricing.NO_DISCOUNT
    return pricing.line_discounts(
        _priced(lines, code), discount, step_minor=charge_step(settings.SHOP_CURRENCY)
    )

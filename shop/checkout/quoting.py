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
            unit_price_minor=line.variant.price_minor,
            quantity=line.quantity,
            weight_grams=line.variant.weight_grams,
        )
        for line in lines
    ]


def shipping_choices(lines: Sequence[PlainLine], country: str) -> list[rates.Quote]:
    """Return the ways to ship these lines there. Raises NoShipping when there is none. One query."""
    weight = sum(line.weight_grams * line.quantity for line in lines)
    quotes = rates.quotes(country, weight, 0)
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
    step = charge_step(settings.SHOP_CURRENCY)
    discount = code.discount if code else pricing.NO_DISCOUNT
    chosen_ids = code.variant_ids if code else frozenset()
    priced = [
        pricing.Line(line.unit_price_minor, line.quantity, is_discounted=line.variant_id in chosen_ids)
        for line in lines
    ]
    totals = pricing.total(
        priced, shipping_minor=chosen.price_minor, tax=tax, discount=discount, step_minor=step
    )
    return Terms(
        totals=totals,
        shipping_name=chosen.name,
        tax=tax,
        code=code,
        line_discounts_minor=pricing.line_discounts(priced, discount, step_minor=step),
    )

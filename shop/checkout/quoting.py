"""What an order would cost: cart lines, destination and shipping to a bill, from the database alone.

Error: NoShipping, when the shop cannot send this parcel there.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from shop import pricing
from shop.cart.models import CartLine
from shop.discounts.codes import AppliedCode
from shop.money import charge_step
from shop.orders.placing import PlainLine, Terms
from shop.shipping import rates
from shop.taxing import Tax


class NoShipping(Exception):
    """No rate carries this parcel to this country; str() is for the buyer."""


def plain_lines(lines: Sequence[CartLine]) -> list[PlainLine]:
    """Return the cart's lines with today's facts."""
    return [
        PlainLine(
            variant_id=line.variant_id,
            sku=line.variant.sku,
            title=line.variant.full_title,
            unit_price_minor=line.price.minor,
            quantity=line.quantity,
            weight_grams=line.variant.weight_grams,
            tax_class=line.variant.product.tax_class_id,
            gift_value_minor=line.variant.gift_value_minor,
        )
        for line in lines
    ]


def shipping_choices(
    lines: Sequence[PlainLine], country: str, *, tax: Tax, code: AppliedCode | None = None
) -> list[rates.Quote]:
    """Return the ways to ship these lines there, at what this buyer pays for them. At most one query.

    Weight and sum are those of the goods, after what the code takes off, at the prices that the shop shows:
    the sum from which shipping is free is one of these. Gift cards need no parcel. Raises NoShipping when
    there is none.
    """
    if all(line.is_gift_card for line in lines):
        return [rates.by_email()]
    weight = sum(line.weight_grams * line.quantity for line in lines if not line.is_gift_card)
    shown = _shown(lines, code)
    goods_minor = sum(line.total_minor for line in shown if not line.is_voucher)
    off_minor = sum(pricing.line_discounts(shown, _discount(code), step_minor=_step()))
    quotes = rates.quotes(country, weight, goods_minor - off_minor)
    if not quotes:
        raise NoShipping(_("We cannot ship this order to this country. Please write to us."))
    priced = _priced(lines, tax, code)
    return [_untaxed(quote, priced, tax) for quote in quotes]


def _untaxed(quote: rates.Quote, priced: Sequence[pricing.Line], tax: Tax) -> rates.Quote:
    price_minor = pricing.untaxed_shipping_minor(quote.price_minor, priced, tax, step_minor=_step())
    return replace(quote, price_minor=price_minor)


def terms(
    lines: Sequence[PlainLine], *, chosen: rates.Quote, tax: Tax, code: AppliedCode | None = None
) -> Terms:
    """Return the bill with one of shipping_choices(), the destination's tax and a discount code."""
    bill = pricing.bill(
        _priced(lines, tax, code),
        shipping_minor=chosen.price_minor,
        tax=tax,
        discount=_discount(code),
        step_minor=_step(),
    )
    has_days = not (chosen.is_pickup or chosen.is_by_email)
    return Terms(
        bill=bill,
        shipping_name=chosen.name,
        tax=tax,
        code=code,
        is_pickup=chosen.is_pickup,
        is_by_email=chosen.is_by_email,
        delivery_days_from=chosen.days_from if has_days else None,
        delivery_days_to=chosen.days_to if has_days else None,
    )


def _priced(lines: Sequence[PlainLine], tax: Tax, code: AppliedCode | None) -> list[pricing.Line]:
    """Return the lines for the arithmetic, at what this buyer pays."""
    return pricing.untaxed(_shown(lines, code), tax, step_minor=_step())


def _shown(lines: Sequence[PlainLine], code: AppliedCode | None) -> list[pricing.Line]:
    """Return the lines for the arithmetic, at the shop's prices; a code applies to those it is for."""
    chosen = code.variant_ids if code else frozenset()
    return [
        pricing.Line(
            line.unit_price_minor,
            line.quantity,
            is_discounted=line.variant_id in chosen,
            tax_class=line.tax_class,
            is_voucher=line.is_gift_card,
        )
        for line in lines
    ]


def _discount(code: AppliedCode | None) -> pricing.Discount:
    return code.discount if code else pricing.NO_DISCOUNT


def _step() -> int:
    return charge_step(settings.SHOP_CURRENCY)

"""What an order would cost: cart lines, destination and shipping to a bill, from the database alone.

Error: NoShipping, when the shop cannot send this parcel there.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from shop import pricing
from shop.addresses.places import Destination
from shop.cart.gift_cards import CartCard
from shop.cart.models import CartLine
from shop.discounts.codes import AppliedCode
from shop.giftcards.cards import CardPayment
from shop.money import Money, charge_step, smallest_charge
from shop.orders.placing import PlainLine, Terms
from shop.payments.stripe_amounts import largest_charge
from shop.shipping import rates
from shop.taxing import TaxRule


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
            withdrawal_rule=line.variant.product.withdrawal_rule,
        )
        for line in lines
    ]


def needs_parcel(lines: Sequence[PlainLine]) -> bool:
    """Whether anything of this is sent by post; gift cards go by e-mail."""
    return not all(line.is_gift_card for line in lines)


def shipping_choices(
    lines: Sequence[PlainLine], to: Destination | str, *, tax: TaxRule, code: AppliedCode | None = None
) -> list[rates.Quote]:
    """Return the ways to ship these lines there, at what this buyer pays for them. One query; three for none.

    Weight and sum are those of the goods, after what the code takes off, at the prices that the shop shows:
    the sum from which shipping is free is one of these. Gift cards need no parcel. Raises NoShipping when
    there is none.
    """
    if not needs_parcel(lines):
        return [rates.by_email()]
    weight = sum(line.weight_grams * line.quantity for line in lines if not line.is_gift_card)
    shown = _shown(lines, code)
    goods_minor = sum(line.total_minor for line in shown if not line.is_voucher)
    off_minor = sum(pricing.line_discounts(shown, _discount(code), step_minor=_step()))
    quotes = rates.quotes(to, weight, goods_minor - off_minor)
    if not quotes:
        raise NoShipping(_why_not(Destination(to) if isinstance(to, str) else to))
    priced = _priced(lines, tax, code)
    offered = [_untaxed(quote, priced, tax) for quote in quotes]
    standard_minor = offered[0].price_minor  # the cheapest that is sent, or a pick-up if nothing is
    return [replace(quote, standard_minor=standard_minor) for quote in offered]


def _why_not(to: Destination) -> str:
    if not rates.knows_parts_of(to.country):
        return _("We cannot ship this order to this country. Please write to us.")
    if not rates.is_known(to) and not (to.region.strip() or to.postal_code.strip()):
        return _("We ship to parts of this country. Enter your postal code and region, then update.")
    return _("We cannot ship this order to this address. Please write to us.")


def _untaxed(quote: rates.Quote, priced: Sequence[pricing.Line], tax: TaxRule) -> rates.Quote:
    if quote.is_pickup:
        return quote
    price_minor = pricing.untaxed_shipping_minor(quote.price_minor, priced, tax, step_minor=_step())
    return replace(quote, price_minor=price_minor)


def terms(
    lines: Sequence[PlainLine],
    *,
    chosen: rates.Quote,
    tax: TaxRule,
    code: AppliedCode | None = None,
    cards: Sequence[CartCard] = (),
) -> Terms:
    """Return the bill with one of shipping_choices(), the destination's taxes, a code, gift cards."""
    bill = pricing.bill(
        _priced(lines, tax, code),
        shipping_minor=chosen.price_minor,
        tax=tax,
        discount=_discount(code),
        step_minor=_step(),
    )
    paid = paid_by_cards(bill.totals.total_minor, _vouchers_minor(lines), cards)
    has_days = not (chosen.is_pickup or chosen.is_by_email)
    return Terms(
        bill=bill.less_gift_card(sum(card.amount_minor for card in paid)),
        shipping_name=chosen.name,
        tax=tax,
        code=code,
        gift_cards=paid,
        is_pickup=chosen.is_pickup,
        is_by_email=chosen.is_by_email,
        delivery_days_from=chosen.days_from if has_days else None,
        delivery_days_to=chosen.days_to if has_days else None,
        standard_shipping_minor=chosen.standard_minor,
    )


def charge_problem(terms: Terms) -> str:
    """Return why an order of these terms is too large or too small to be charged, or an empty text."""
    currency, totals = settings.SHOP_CURRENCY, terms.totals
    least, most = smallest_charge(currency), largest_charge(currency)
    if max(totals.lines_minor, totals.total_minor) > most:
        sentence = _("One order can come to %(most)s at most. Please split it, or write to us.")
        return sentence % {"most": Money(most, currency).display()}
    if 0 < totals.charged_minor < least:
        sentence = _(
            "%(amount)s is less than can be paid by card: the least is %(least)s. Please add something."
        )
        amount = Money(totals.charged_minor, currency).display()
        return sentence % {"amount": amount, "least": Money(least, currency).display()}
    return ""


def _vouchers_minor(lines: Sequence[PlainLine]) -> int:
    """Return what the gift cards cost that are bought: these are not paid by gift card."""
    return sum(line.unit_price_minor * line.quantity for line in lines if line.is_gift_card)


def paid_by_cards(
    total_minor: int, vouchers_minor: int, cards: Sequence[CartCard]
) -> tuple[CardPayment, ...]:
    """Return what each card pays, in turn; so much less that the rest, if there is one, can be charged."""
    most_minor = min(total_minor - vouchers_minor, sum(card.spendable_minor for card in cards))
    if 0 < total_minor - most_minor < smallest_charge(settings.SHOP_CURRENCY):
        most_minor = max(total_minor - smallest_charge(settings.SHOP_CURRENCY), 0)
    most_minor -= most_minor % _step()
    paid = []
    for card in cards:
        amount_minor = min(card.spendable_minor, most_minor)
        most_minor -= amount_minor
        if amount_minor:
            paid.append(CardPayment(card.card_id, card.hint, amount_minor))
    return tuple(paid)


def _priced(lines: Sequence[PlainLine], tax: TaxRule, code: AppliedCode | None) -> list[pricing.Line]:
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

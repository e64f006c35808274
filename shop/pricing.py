"""Arithmetic of an order: lines, discount, shipping and tax to a bill. Pure, no Django.

All amounts are integer minor units of one currency. Error: PricingError (a ValueError).
Source: docs/pricing.md, whose worked tables the tests assert.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shop import taxing
from shop.sharing import divide_half_up, spread
from shop.taxing import Assessment, Bearer, TaxGroup, TaxPart, TaxRule, net_minor, total_millipercent

BASIS = 10_000  # basis points in one whole


class PricingError(ValueError):
    """Amounts that cannot be an order: negative, or not adding up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: unit price in minor units (tax included when the tax says so) and quantity.

    `is_discounted` says whether the order's discount applies to it, `tax_class` which rates; a voucher, such
    as a gift card, bears no tax: what is bought with it does.
    """

    unit_price_minor: int
    quantity: int
    is_discounted: bool = True
    tax_class: int | None = None
    is_voucher: bool = False

    def __post_init__(self) -> None:
        """Refuse negative prices and quantities below one."""
        if self.unit_price_minor < 0 or self.quantity < 1:
            raise PricingError("A line needs a price of at least 0 and a quantity of at least 1.")

    @property
    def total_minor(self) -> int:
        """Price times quantity, in minor units."""
        return self.unit_price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off: a part of the lines it applies to, an amount of them, or the shipping."""

    percent_basis_points: int = 0
    amount_minor: int = 0
    is_shipping_free: bool = False


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class LineShare:
    """What a line comes to: its unit price, what a discount takes off it, its part of the added taxes.

    `tax_group` says which taxes it bears: those with a share of that group; None for none, as of a gift card.
    """

    unit_price_minor: int
    discount_minor: int
    tax_group: int | None
    tax_added_minor: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Amounts of one order in minor units; refuses to exist when they do not add up.

    lines - discount + shipping + tax_added == total == gift_card + charged.
    `discount_minor` is what goes off the lines and off the shipping; the latter is
    `shipping_discount_minor`, so that shipping itself stays what its rate says.
    `tax_included_minor` is stated for information: it is contained in lines and shipping.
    """

    lines_minor: int
    shipping_minor: int
    total_minor: int
    charged_minor: int
    discount_minor: int = 0
    shipping_discount_minor: int = 0
    tax_added_minor: int = 0
    tax_included_minor: int = 0
    gift_card_minor: int = 0

    def __post_init__(self) -> None:
        """Raise PricingError unless every amount is whole, not negative, and all add up."""
        amounts = [getattr(self, name) for name in self.__slots__]
        if any(type(amount) is not int or amount < 0 for amount in amounts):
            raise PricingError(f"Totals must be whole and not negative: {self}")
        total = self.lines_minor - self.discount_minor + self.shipping_minor + self.tax_added_minor
        if total != self.total_minor or total != self.gift_card_minor + self.charged_minor:
            raise PricingError(f"Totals do not add up: {self}")
        if self.lines_discount_minor not in range(self.lines_minor + 1):
            raise PricingError(f"The discount is not between nothing and all of the lines: {self}")
        if self.shipping_discount_minor > self.shipping_minor:
            raise PricingError(f"More goes off the shipping than it costs: {self}")

    @property
    def lines_discount_minor(self) -> int:
        """What goes off the lines."""
        return self.discount_minor - self.shipping_discount_minor

    @property
    def tax_minor(self) -> int:
        """The tax of the order, contained or added."""
        return self.tax_added_minor + self.tax_included_minor


@dataclass(frozen=True, slots=True)
class Bill:
    """An order added up: its totals, each line's share, each tax's part, and the shipping's added taxes."""

    totals: Totals
    lines: tuple[LineShare, ...]
    taxes: tuple[TaxPart, ...]
    shipping_tax_added_minor: int = 0

    def less_gift_card(self, amount_minor: int) -> "Bill":
        """Return the bill with so much of its total paid by gift card. Raises PricingError beyond it."""
        charged_minor = self.totals.total_minor - amount_minor
        totals = replace(self.totals, gift_card_minor=amount_minor, charged_minor=charged_minor)
        return replace(self, totals=totals)


def line_discounts(lines: Sequence[Line], discount: Discount, *, step_minor: int = 1) -> tuple[int, ...]:
    """Return what goes off each line, in whole steps, never more than the line.

    A percentage is taken of the sum of the lines it applies to, rounded half up once, and shared out.
    """
    weights = [line.total_minor if line.is_discounted else 0 for line in lines]
    eligible_minor = sum(weights)
    points = eligible_minor * discount.percent_basis_points
    percent_minor = divide_half_up(points, BASIS * step_minor) * step_minor
    off_minor = min(percent_minor + discount.amount_minor, eligible_minor)
    return tuple(spread(off_minor, weights, step_minor=step_minor))


def untaxed(lines: Sequence[Line], tax: TaxRule, *, step_minor: int = 1) -> list[Line]:
    """Return the lines at what this buyer pays: under reverse charge without the tax that prices contain."""
    if not (tax.is_reverse_charge and tax.is_inclusive):
        return list(lines)
    return [_untaxed(line, tax, step_minor) for line in lines]


def _untaxed(line: Line, tax: TaxRule, step_minor: int) -> Line:
    if line.is_voucher:
        return line
    rate = total_millipercent(tax.rates_of(line.tax_class))
    return replace(line, unit_price_minor=net_minor(line.unit_price_minor, rate, step_minor=step_minor))


def untaxed_shipping_minor(
    shipping_minor: int, lines: Sequence[Line], tax: TaxRule, *, step_minor: int = 1
) -> int:
    """Return what shipping costs this buyer: under reverse charge without the tax that it contains.

    `lines` as untaxed() gives them; goods that bear different rates share the shipping.
    """
    if not (tax.is_reverse_charge and tax.is_inclusive and tax.covers_shipping):
        return shipping_minor
    weights = _weights_of_groups(lines, [line.total_minor for line in lines], tax)
    parts = zip(weights, spread(shipping_minor, list(weights.values()), step_minor=step_minor), strict=True)
    return sum(
        net_minor(part, total_millipercent(tax.rates_of_shipping(rates)), step_minor=step_minor)
        for rates, part in parts
    )


def bill(
    lines: Sequence[Line],
    *,
    shipping_minor: int,
    tax: TaxRule,
    discount: Discount = NO_DISCOUNT,
    step_minor: int = 1,
) -> Bill:
    """Add up an order. Each tax is computed once on the sum it applies to. Raises PricingError.

    Lines and shipping come at what this buyer pays (untaxed()). `step_minor` is the smallest amount that
    can be charged (money.charge_step): the discount and added taxes are rounded to it.
    """
    off = line_discounts(lines, discount, step_minor=step_minor)
    off_shipping = shipping_minor if discount.is_shipping_free else 0
    nets = [line.total_minor - less for line, less in zip(lines, off, strict=True)]
    bearers = [
        Bearer(_rates(line, tax), net) for line, net in zip(lines, nets, strict=True)
    ] + _shipping_bearers(lines, nets, tax, shipping_minor - off_shipping, step_minor)
    found = taxing.assess(bearers, tax, step_minor=step_minor)
    return Bill(
        totals=_totals(lines, sum(off), shipping_minor, off_shipping, found.parts),
        lines=_line_shares(lines, off, found),
        taxes=found.parts,
        shipping_tax_added_minor=sum(found.added_minor[len(lines) :]),
    )


def _line_shares(lines: Sequence[Line], off: Sequence[int], found: Assessment) -> tuple[LineShare, ...]:
    """Return each line's share; the bearers of the taxes begin with the lines."""
    parts = zip(lines, off, found.groups, found.added_minor, strict=False)
    return tuple(LineShare(line.unit_price_minor, less, group, due) for line, less, group, due in parts)


def _rates(line: Line, tax: TaxRule) -> TaxGroup:
    """Return the taxes that a line bears now; () for what bears none."""
    return () if line.is_voucher else tax.owed(tax.rates_of(line.tax_class))


def _weights_of_groups(lines: Sequence[Line], amounts: Sequence[int], tax: TaxRule) -> dict[TaxGroup, int]:
    """Return rates -> sum of the amounts of their lines, highest first; the standard rates if all are 0."""
    weights: dict[TaxGroup, int] = {}
    for line, amount in zip(lines, amounts, strict=True):
        if not line.is_voucher:
            rates = tax.rates_of(line.tax_class)
            weights[rates] = weights.get(rates, 0) + amount
    if not sum(weights.values()):
        return {tax.rates_of(None): 1}
    return dict(sorted(weights.items(), key=lambda item: (-total_millipercent(item[0]), item[0])))


def _shipping_bearers(
    lines: Sequence[Line], nets: Sequence[int], tax: TaxRule, shipping_minor: int, step_minor: int
) -> list[Bearer]:
    """Return the taxed parts of the shipping: each is taxed as its goods in the parcel are."""
    if not tax.covers_shipping:
        return []
    is_anything_left = any(net for line, net in zip(lines, nets, strict=True) if not line.is_voucher)
    amounts = nets if is_anything_left else [line.total_minor for line in lines]
    weights = _weights_of_groups(lines, amounts, tax)
    parts = spread(shipping_minor, list(weights.values()), step_minor=step_minor)
    return [
        Bearer(tax.owed(tax.rates_of_shipping(rates)), part, is_shipping=True)
        for rates, part in zip(weights, parts, strict=True)
        if part
    ]


def _totals(
    lines: Sequence[Line],
    off_minor: int,
    shipping_minor: int,
    off_shipping_minor: int,
    taxes: Sequence[TaxPart],
) -> Totals:
    lines_minor = sum(line.total_minor for line in lines)
    added = sum(part.tax_minor for part in taxes if part.is_added)
    included = sum(part.tax_minor for part in taxes if not part.is_added)
    total_minor = lines_minor - off_minor + shipping_minor - off_shipping_minor + added
    return Totals(
        lines_minor=lines_minor,
        shipping_minor=shipping_minor,
        discount_minor=off_minor + off_shipping_minor,
        shipping_discount_minor=off_shipping_minor,
        tax_added_minor=added,
        tax_included_minor=included,
        total_minor=total_minor,
        charged_minor=total_minor,
    )

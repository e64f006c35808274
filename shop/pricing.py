"""Arithmetic of an order: lines, discount, shipping and tax to totals. Pure, no Django.

All amounts are integer minor units of one currency. Error: PricingError (a ValueError).
Source: docs/pricing.md, whose worked tables the tests assert.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.sharing import divide_half_up, spread

BASIS = 10_000  # basis points in one whole


class PricingError(ValueError):
    """Amounts that cannot be an order: negative, or not adding up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: unit price in minor units (tax included when the tax says so) and quantity.

    `is_discounted` says whether the order's discount applies to it.
    """

    unit_price_minor: int
    quantity: int
    is_discounted: bool = True

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
class Tax:
    """A tax rule of a destination; `is_inclusive` means that prices already contain it."""

    name: str = ""
    rate_basis_points: int = 0
    is_inclusive: bool = True
    covers_shipping: bool = True


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


def tax_added_minor(net_minor: int, rate_basis_points: int, *, step_minor: int = 1) -> int:
    """Return the tax to add to a net amount, minor units, rounded half up once to whole steps."""
    return divide_half_up(net_minor * rate_basis_points, BASIS * step_minor) * step_minor


def tax_contained_minor(gross_minor: int, rate_basis_points: int) -> int:
    """Return the tax contained in a gross amount, minor units, rounded half up once."""
    return divide_half_up(gross_minor * rate_basis_points, BASIS + rate_basis_points)


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


def total(
    lines: Sequence[Line],
    *,
    shipping_minor: int,
    tax: Tax,
    discount: Discount = NO_DISCOUNT,
    step_minor: int = 1,
) -> Totals:
    """Add up an order. Tax is computed once on the sum it applies to. Raises PricingError.

    `step_minor` is the smallest amount that can be charged (money.charge_step): the discount and added
    tax are rounded to it.
    """
    lines_minor = sum(line.total_minor for line in lines)
    off_shipping_minor = shipping_minor if discount.is_shipping_free else 0
    off_minor = sum(line_discounts(lines, discount, step_minor=step_minor)) + off_shipping_minor
    net_minor = lines_minor + shipping_minor - off_minor
    untaxed_minor = 0 if tax.covers_shipping else shipping_minor - off_shipping_minor
    added, included = _taxes(net_minor - untaxed_minor, tax, step_minor)
    return Totals(
        lines_minor=lines_minor,
        shipping_minor=shipping_minor,
        discount_minor=off_minor,
        shipping_discount_minor=off_shipping_minor,
        tax_added_minor=added,
        tax_included_minor=included,
        total_minor=net_minor + added,
        charged_minor=net_minor + added,
    )


def _taxes(taxed_minor: int, tax: Tax, step_minor: int) -> tuple[int, int]:
    """Return the tax to add to a sum and the tax contained in it; one of them is 0."""
    if tax.is_inclusive:
        return 0, tax_contained_minor(taxed_minor, tax.rate_basis_points)
    return tax_added_minor(taxed_minor, tax.rate_basis_points, step_minor=step_minor), 0

"""Arithmetic of an order: lines, discounts, shipping and tax to totals. Pure, no Django.

All amounts are integer minor units of one currency. Error: PricingError (a ValueError).
Source: docs/pricing.md, whose worked tables the tests assert.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BASIS = 10_000  # basis points in one whole


class PricingError(ValueError):
    """Amounts that cannot be an order: negative, or not adding up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: unit price in minor units (tax included when the tax says so) and quantity."""

    unit_price_minor: int
    quantity: int

    def __post_init__(self) -> None:
        """Refuse negative prices and quantities below one."""
        if self.unit_price_minor < 0 or self.quantity < 1:
            raise PricingError("A line needs a price of at least 0 and a quantity of at least 1.")

    @property
    def total_minor(self) -> int:
        """Price times quantity, in minor units."""
        return self.unit_price_minor * self.quantity


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
    `tax_included_minor` is stated for information: it is contained in lines and shipping.
    """

    lines_minor: int
    shipping_minor: int
    total_minor: int
    charged_minor: int
    discount_minor: int = 0
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

    @property
    def tax_minor(self) -> int:
        """The tax of the order, contained or added."""
        return self.tax_added_minor + self.tax_included_minor


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded half up; both not negative, denominator positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def tax_added_minor(net_minor: int, rate_basis_points: int, *, step_minor: int = 1) -> int:
    """Return the tax to add to a net amount, minor units, rounded half up once to whole steps."""
    return divide_half_up(net_minor * rate_basis_points, BASIS * step_minor) * step_minor


def tax_contained_minor(gross_minor: int, rate_basis_points: int) -> int:
    """Return the tax contained in a gross amount, minor units, rounded half up once."""
    return divide_half_up(gross_minor * rate_basis_points, BASIS + rate_basis_points)


def total(lines: Sequence[Line], *, shipping_minor: int, tax: Tax, step_minor: int = 1) -> Totals:
    """Add up an order. Tax is computed once on the sum it applies to. Raises PricingError.

    `step_minor` is the smallest amount that can be charged (money.charge_step): added tax is rounded to it.
    """
    lines_minor = sum(line.total_minor for line in lines)
    taxed_minor = lines_minor + (shipping_minor if tax.covers_shipping else 0)
    if tax.is_inclusive:
        added, included = 0, tax_contained_minor(taxed_minor, tax.rate_basis_points)
    else:
        added, included = tax_added_minor(taxed_minor, tax.rate_basis_points, step_minor=step_minor), 0
    total_minor = lines_minor + shipping_minor + added
    return Totals(
        lines_minor=lines_minor,
        shipping_minor=shipping_minor,
        tax_added_minor=added,
        tax_included_minor=included,
        total_minor=total_minor,
        charged_minor=total_minor,
    )

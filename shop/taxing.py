"""Arithmetic of taxes: what is added to net amounts or contained in gross ones, rate by rate. No Django.

All amounts are integer minor units of one currency, rates basis points (1900 is 19 %).
Source: docs/pricing.md, "Tax", whose worked tables the tests assert.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shop.sharing import divide_half_up, spread

BASIS = 10_000  # basis points in one whole


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of a destination; `is_inclusive` means that prices already contain it.

    `class_rates` maps tax classes to rates of their own, in basis points. With `is_reverse_charge` the
    buyer owes the tax: none is added, and what prices contain of it comes off them.
    """

    name: str = ""
    rate_basis_points: int = 0
    is_inclusive: bool = True
    covers_shipping: bool = True
    class_rates: Mapping[int, int] = field(default_factory=dict)
    is_reverse_charge: bool = False

    def rate_of(self, tax_class: int | None) -> int:
        """Return the rate of goods of a class, in basis points; without one of its own the standard rate."""
        if tax_class is None:
            return self.rate_basis_points
        return self.class_rates.get(tax_class, self.rate_basis_points)


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What one rate comes to: on `base_minor`, a net amount, `tax_minor` is added or contained.

    `shipping_minor` is the part of the shipping, after discounts, that bears this rate.
    """

    name: str
    rate_basis_points: int
    is_added: bool
    base_minor: int
    tax_minor: int
    shipping_minor: int


def tax_added_minor(net_minor: int, rate_basis_points: int, *, step_minor: int = 1) -> int:
    """Return the tax to add to a net amount, minor units, rounded half up once to whole steps."""
    return divide_half_up(net_minor * rate_basis_points, BASIS * step_minor) * step_minor


def tax_contained_minor(gross_minor: int, rate_basis_points: int) -> int:
    """Return the tax contained in a gross amount, minor units, rounded half up once."""
    return divide_half_up(gross_minor * rate_basis_points, BASIS + rate_basis_points)


def net_minor(gross_minor: int, rate_basis_points: int, *, step_minor: int = 1) -> int:
    """Return a price without the tax it contains, minor units, rounded half up once to whole steps."""
    return divide_half_up(gross_minor * BASIS, (BASIS + rate_basis_points) * step_minor) * step_minor


def parts(
    rates: Sequence[int | None],
    nets: Sequence[int],
    shipping_parts: Mapping[int, int],
    tax: Tax,
    step_minor: int,
) -> Iterator[TaxPart]:
    """Give what each rate comes to, highest rate first; nothing where no tax is known."""
    if not tax.name and not tax.rate_basis_points and not tax.class_rates:
        return
    used = {rate for rate in rates if rate is not None} | {
        rate for rate, part in shipping_parts.items() if part
    }
    for rate in sorted(used, reverse=True):
        goods_minor = sum(net for net, its in zip(nets, rates, strict=True) if its == rate)
        shipping_minor = shipping_parts.get(rate, 0)
        yield _part(rate, goods_minor + shipping_minor, shipping_minor, tax, step_minor)


def _part(rate: int, taxed_minor: int, shipping_minor: int, tax: Tax, step_minor: int) -> TaxPart:
    is_added = not (tax.is_inclusive or tax.is_reverse_charge)
    if is_added:
        due_minor = tax_added_minor(taxed_minor, rate, step_minor=step_minor)
    else:
        due_minor = tax_contained_minor(taxed_minor, rate)
    base_minor = taxed_minor if is_added else taxed_minor - due_minor
    return TaxPart(tax.name, rate, is_added, base_minor, due_minor, shipping_minor)


def shares_of_added(
    rates: Sequence[int | None], nets: Sequence[int], taxes: Sequence[TaxPart], step_minor: int
) -> tuple[list[int], int]:
    """Return each line's part of the added tax, and the shipping's: of each rate, by what bears it."""
    of_lines, of_shipping = [0] * len(nets), 0
    for part in taxes:
        if part.is_added:
            weights = [
                net if rate == part.rate_basis_points else 0 for net, rate in zip(nets, rates, strict=True)
            ]
            *shares, last = spread(part.tax_minor, [*weights, part.shipping_minor], step_minor=step_minor)
            of_lines = [before + share for before, share in zip(of_lines, shares, strict=True)]
            of_shipping += last
    return of_lines, of_shipping

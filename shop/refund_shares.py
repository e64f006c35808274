"""What each part of an order is worth when it goes back: the charge, shared out exactly. Pure, no Django.

All amounts are integer minor units of one currency; `step_minor` is the smallest one that can be charged
(money.charge_step). Running sums are rounded, so that shares, and refunds in any parts, add up exactly.
Source: docs/pricing.md, "Refunds", whose worked table the tests assert.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from shop.pricing import Totals, divide_half_up, tax_added_minor


@dataclass(frozen=True, slots=True)
class Shares:
    """What was charged for each line and for shipping; together `Totals.charged_minor`."""

    lines_minor: tuple[int, ...]
    shipping_minor: int


def of_charge(
    line_totals_minor: Sequence[int], totals: Totals, *, rate_basis_points: int = 0, step_minor: int = 1
) -> Shares:
    """Share what was charged over lines and shipping.

    The discount belongs to the lines, the added tax to whatever it was added to, the gift card to all.
    """
    goods = _less(line_totals_minor, spread(totals.discount_minor, line_totals_minor, step_minor=step_minor))
    taxed_shipping = totals.shipping_minor if _is_shipping_taxed(totals, rate_basis_points) else 0
    taxes = spread(totals.tax_added_minor, [*goods, taxed_shipping], step_minor=step_minor)
    parts = [net + tax for net, tax in zip([*goods, totals.shipping_minor], taxes, strict=True)]
    charged = _less(parts, spread(totals.gift_card_minor, parts, step_minor=step_minor))
    return Shares(lines_minor=tuple(charged[:-1]), shipping_minor=charged[-1])


def of_units(share_minor: int, quantity: int, *, before: int, count: int, step_minor: int = 1) -> int:
    """Return what `count` of a line's units are worth after `before` others went back."""
    until = _reached(share_minor, before + count, quantity, step_minor)
    return until - _reached(share_minor, before, quantity, step_minor)


def spread(amount_minor: int, weights: Sequence[int], *, step_minor: int = 1) -> list[int]:
    """Share an amount out by weight; the shares add up to it exactly."""
    whole = sum(weights)
    reached = [_reached(amount_minor, part, whole, step_minor) for part in accumulate(weights)]
    return [until - before for before, until in pairwise([0, *reached])]


def _reached(amount_minor: int, part: int, whole: int, step_minor: int) -> int:
    """Return what belongs to the first `part` of `whole`, in whole steps; all of it to the whole."""
    if part == whole:
        return amount_minor
    return min(step_minor * divide_half_up(amount_minor * part, whole * step_minor), amount_minor)


def _less(amounts: Sequence[int], taken: Sequence[int]) -> list[int]:
    return [amount - less for amount, less in zip(amounts, taken, strict=True)]


def _is_shipping_taxed(totals: Totals, rate_basis_points: int) -> bool:
    """Whether the added tax is that of goods and shipping, rather than that of the goods alone."""
    goods = totals.lines_minor - totals.discount_minor
    with_shipping = tax_added_minor(goods + totals.shipping_minor, rate_basis_points)
    without = tax_added_minor(goods, rate_basis_points)
    added = totals.tax_added_minor
    return abs(added - with_shipping) <= abs(added - without)

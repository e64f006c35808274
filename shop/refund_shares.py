"""What each part of an order is worth when it goes back: the charge, shared out exactly. Pure, no Django.

All amounts are integer minor units of one currency; `step_minor` is the smallest one that can be charged
(money.charge_step). Shares, and refunds in any parts, add up exactly.
Source: docs/pricing.md, "Refunds", whose worked table the tests assert.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.pricing import Totals, tax_added_minor
from shop.sharing import reached, spread


@dataclass(frozen=True, slots=True)
class Shares:
    """What was charged for each line and for shipping; together `Totals.charged_minor`."""

    lines_minor: tuple[int, ...]
    shipping_minor: int


def of_charge(
    line_nets_minor: Sequence[int], totals: Totals, *, rate_basis_points: int = 0, step_minor: int = 1
) -> Shares:
    """Share what was charged over lines, given after their discounts, and shipping.

    The added tax belongs to whatever it was added to, the gift card to all.
    """
    shipping = totals.shipping_minor - totals.shipping_discount_minor
    taxed_shipping = shipping if _is_shipping_taxed(totals, rate_basis_points) else 0
    taxes = spread(totals.tax_added_minor, [*line_nets_minor, taxed_shipping], step_minor=step_minor)
    parts = [net + tax for net, tax in zip([*line_nets_minor, shipping], taxes, strict=True)]
    off = spread(totals.gift_card_minor, parts, step_minor=step_minor)
    charged = [part - less for part, less in zip(parts, off, strict=True)]
    return Shares(lines_minor=tuple(charged[:-1]), shipping_minor=charged[-1])


def of_units(share_minor: int, quantity: int, *, before: int, count: int, step_minor: int = 1) -> int:
    """Return what `count` of a line's units are worth after `before` others went back."""
    until = reached(share_minor, before + count, quantity, step_minor)
    return until - reached(share_minor, before, quantity, step_minor)


def _is_shipping_taxed(totals: Totals, rate_basis_points: int) -> bool:
    """Whether the added tax is that of goods and shipping, rather than that of the goods alone."""
    goods = totals.lines_minor - totals.lines_discount_minor
    shipping = totals.shipping_minor - totals.shipping_discount_minor
    with_shipping = tax_added_minor(goods + shipping, rate_basis_points)
    without = tax_added_minor(goods, rate_basis_points)
    added = totals.tax_added_minor
    return abs(added - with_shipping) <= abs(added - without)

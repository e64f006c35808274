"""What each part of an order is worth when it goes back: what paid it, shared out exactly. Pure, no Django.

All amounts are integer minor units of one currency; `step_minor` is the smallest one that can be charged
(money.charge_step). Shares, and refunds in any parts, add up exactly.
Source: docs/pricing.md, "Refunds", whose worked table the tests assert.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shop.sharing import reached, spread


@dataclass(frozen=True, slots=True)
class Shares:
    """What paid for each line and for the shipping; together `charged` or `gift_card` of the totals."""

    lines_minor: tuple[int, ...]
    shipping_minor: int


@dataclass(frozen=True, slots=True)
class Paid:
    """The shares of what was charged, and of what gift cards paid."""

    charged: Shares
    by_card: Shares


def of_order(
    lines_minor: Sequence[int],
    shipping_minor: int,
    *,
    gift_card_minor: int = 0,
    vouchers: Collection[int] = (),
    step_minor: int = 1,
) -> Paid:
    """Share what was charged and what gift cards paid over lines and shipping.

    Both come after their discounts and with their added tax. `vouchers` are the positions of lines that are
    gift cards themselves: these are never paid by gift card.
    """
    parts = [*lines_minor, shipping_minor]
    payable = [0 if place in vouchers else part for place, part in enumerate(parts)]
    off = spread(gift_card_minor, payable, step_minor=step_minor)
    charged = [part - less for part, less in zip(parts, off, strict=True)]
    return Paid(charged=_shares(charged), by_card=_shares(off))


def _shares(parts: Sequence[int]) -> Shares:
    return Shares(lines_minor=tuple(parts[:-1]), shipping_minor=parts[-1])


def of_units(share_minor: int, quantity: int, *, before: int, count: int, step_minor: int = 1) -> int:
    """Return what `count` of a line's units are worth after `before` others went back."""
    until = reached(share_minor, before + count, quantity, step_minor)
    return until - reached(share_minor, before, quantity, step_minor)

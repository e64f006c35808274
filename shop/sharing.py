"""Amounts shared out without losing or making a minor unit. Pure, no Django.

Running sums are rounded half up, in whole steps (money.charge_step): the first part gets the rounded sum up
to itself, each next one the rounded sum up to itself less the one before. Source: docs/pricing.md, "Sharing".
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded half up; both not negative, denominator positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def spread(amount_minor: int, weights: Sequence[int], *, step_minor: int = 1) -> list[int]:
    """Share an amount out by weight; the shares add up to it exactly. Weights of nothing get nothing."""
    whole = sum(weights)
    sums = [reached(amount_minor, part, whole, step_minor) for part in accumulate(weights)]
    return [until - before for before, until in pairwise([0, *sums])]


def reached(amount_minor: int, part: int, whole: int, step_minor: int = 1) -> int:
    """Return what belongs to the first `part` of `whole`, in whole steps; all of it to the whole."""
    if part == whole:
        return amount_minor
    return min(step_minor * divide_half_up(amount_minor * part, whole * step_minor), amount_minor)

"""How much tax a credit note gives back: credit notes of an order add up to its invoice exactly.

Arithmetic on frozen facts, in minor units; no Django. Source: docs/papers.md, "Credit notes".
"""

from collections.abc import Mapping, Sequence

from shop.papers.facts import Facts, Tax
from shop.sharing import reached, spread


def untaxed_minor(facts: Facts) -> int:
    """Return the part of a paper's total that bears no tax, such as untaxed shipping."""
    return facts["total_minor"] - _gross_minor(facts["taxes"])


def not_nothing(taxes: Sequence[Tax]) -> list[Tax]:
    """Return the rates that come to something."""
    return [tax for tax in taxes if _gross(tax)]


def _gross_minor(taxes: Sequence[Tax]) -> int:
    return sum(_gross(tax) for tax in taxes)


def taxes_of_part(
    invoice: Facts,
    *,
    amount_minor: int,
    weights: Mapping[int | None, int],
    credited: Sequence[tuple[int, Facts]],
) -> list[Tax]:
    """Return the taxes contained in an amount that goes back.

    `weights` say how much of it bears each rate (None: no tax); without any, goods go back before what bears
    no tax, each rate by what is left of it. `credited` are the papers before it, each with 1 for a credit
    note or -1 for one that was cancelled. No rate gives back more than the invoice has of it.
    """
    taxes = invoice["taxes"]
    gone = [_gone(place, credited) for place in range(len(taxes))]
    left = [max(_gross(tax) - (base + due), 0) for tax, (base, due) in zip(taxes, gone, strict=True)]
    gone_untaxed = sum(sign * untaxed_minor(facts) for sign, facts in credited)
    left_untaxed = max(untaxed_minor(invoice) - gone_untaxed, 0)
    wanted = _wanted(taxes, amount_minor, weights, left)
    parts = _within(wanted, [*left, left_untaxed], amount_minor)
    return [_part(tax, part, *before) for tax, part, before in zip(taxes, parts, gone, strict=False)]


def _gross(tax: Tax) -> int:
    return tax["base_minor"] + tax["tax_minor"]


def _gone(place: int, credited: Sequence[tuple[int, Facts]]) -> tuple[int, int]:
    """Return the net amount and the tax of a rate that have gone back."""
    papers = [(sign, facts["taxes"][place]) for sign, facts in credited]
    base_minor = sum(sign * tax["base_minor"] for sign, tax in papers)
    return base_minor, sum(sign * tax["tax_minor"] for sign, tax in papers)


def _wanted(
    taxes: Sequence[Tax], amount_minor: int, weights: Mapping[int | None, int], left: Sequence[int]
) -> list[int]:
    """Return how an amount should fall on each rate and, last, on what bears no tax."""
    if not sum(weights.values()):
        taxed = spread(min(amount_minor, sum(left)), left)
        return [*taxed, amount_minor - sum(taxed)]
    known = [weights.get(tax["rate_basis_points"], 0) for tax in taxes]
    return spread(amount_minor, [*known, sum(weights.values()) - sum(known)])


def _within(wanted: Sequence[int], left: Sequence[int], amount_minor: int) -> list[int]:
    """Return the wanted parts, none beyond what is left; what one cannot take, the others do in turn."""
    parts = [min(part, rest) for part, rest in zip(wanted, left, strict=True)]
    over = amount_minor - sum(parts)
    for place, rest in enumerate(left):
        more = min(over, rest - parts[place])
        parts[place], over = parts[place] + more, over - more
    return parts


def _part(tax: Tax, gross_minor: int, base_gone: int, tax_gone: int) -> Tax:
    """Return a rate's part once so much more has gone back, less what has gone before: running sums.

    Where a credit note in between was cancelled, what has gone is no running sum any more: then neither part
    falls below nothing or goes beyond what is left of it.
    """
    until = base_gone + tax_gone + gross_minor
    due = (reached(tax["tax_minor"], until, _gross(tax)) if _gross(tax) else 0) - tax_gone
    at_least = max(gross_minor - (tax["base_minor"] - base_gone), 0)
    due = min(max(due, at_least), gross_minor, tax["tax_minor"] - tax_gone)
    return {**tax, "base_minor": gross_minor - due, "tax_minor": due, "is_added": False}

"""How much tax a credit note gives back: credit notes of an order add up to its invoice exactly.

Arithmetic on frozen facts, in minor units; no Django. Source: docs/papers.md, "Credit notes".
"""

from collections.abc import Sequence

from shop.papers.facts import Facts, Tax
from shop.sharing import reached, spread


def untaxed_minor(facts: Facts) -> int:
    """Return the part of a paper's total that bears no tax, such as untaxed shipping."""
    return facts["total_minor"] - _gross_minor(facts["taxes"])


def _gross_minor(taxes: Sequence[Tax]) -> int:
    return sum(tax["base_minor"] + tax["tax_minor"] for tax in taxes)


def taxes_of_part(
    invoice: Facts, *, amount_minor: int, is_shipping: bool, credited: Sequence[tuple[int, Facts]]
) -> list[Tax]:
    """Return the taxes contained in an amount that goes back.

    `credited` are the papers before it, each with 1 for a credit note or -1 for one that was cancelled. Goods
    go back before an untaxed rest, unless `is_shipping`: then what is untaxed goes first.
    """
    gross = _gross_minor(invoice["taxes"])
    gone = sum(sign * _gross_minor(facts["taxes"]) for sign, facts in credited)
    gone_untaxed = sum(sign * untaxed_minor(facts) for sign, facts in credited)
    left_untaxed = max(untaxed_minor(invoice) - gone_untaxed, 0)
    first = left_untaxed if is_shipping else 0
    taxed = min(max(amount_minor - first, 0), max(gross - gone, 0))
    return _until(invoice["taxes"], gone + taxed, credited)


def _until(taxes: Sequence[Tax], gross_minor: int, credited: Sequence[tuple[int, Facts]]) -> list[Tax]:
    """Return each rate's part once so much has gone back in all, less what has gone before."""
    grosses = [tax["base_minor"] + tax["tax_minor"] for tax in taxes]
    parts = []
    for place, (tax, until) in enumerate(zip(taxes, spread(gross_minor, grosses), strict=True)):
        tax_until = reached(tax["tax_minor"], until, grosses[place]) if grosses[place] else 0
        tax_gone = sum(sign * facts["taxes"][place]["tax_minor"] for sign, facts in credited)
        base_gone = sum(sign * facts["taxes"][place]["base_minor"] for sign, facts in credited)
        now, base = tax_until - tax_gone, until - tax_until - base_gone
        part: Tax = {**tax, "base_minor": base, "tax_minor": now, "is_added": False}
        parts.append(part)
    return parts

"""How much tax a credit note gives back: credit notes of an order add up to its invoice exactly.

Arithmetic on frozen facts, in minor units; no Django. What bears the same taxes is one tax group; a paper's
total is the groups' net amounts with their taxes, and what bears none.
Source: docs/papers.md, "Credit notes".
"""

from collections.abc import Mapping, Sequence

from shop.papers.facts import Facts, Tax
from shop.sharing import reached, spread

Group = list[int]  # the places of its taxes among those of a paper; the same in every paper of an order


class TaxOfRate(Tax):
    """A tax at one rate over all groups; `gross_minor` is its part of the paper's total.

    A net amount that several taxes are taken of counts there with the first of them.
    """

    gross_minor: int


def by_rate(taxes: Sequence[Tax]) -> list[TaxOfRate]:
    """Return each tax and rate of a paper once, its groups added up."""
    rows: dict[tuple[str, int], TaxOfRate] = {}
    seen: set[int] = set()
    for tax in taxes:
        key = (tax["name"], tax["rate_millipercent"])
        row = rows.setdefault(key, {**tax, "base_minor": 0, "tax_minor": 0, "gross_minor": 0})
        row["base_minor"] += tax["base_minor"]
        row["tax_minor"] += tax["tax_minor"]
        row["gross_minor"] += tax["tax_minor"] + (0 if tax["group"] in seen else tax["base_minor"])
        seen.add(tax["group"])
    return list(rows.values())


def not_nothing(taxes: Sequence[TaxOfRate]) -> list[TaxOfRate]:
    """Return the taxes that come to something, or apply to something."""
    return [tax for tax in taxes if tax["base_minor"] or tax["tax_minor"]]


def untaxed_minor(facts: Facts) -> int:
    """Return the part of a paper's total that bears no tax, such as untaxed shipping."""
    taxes = facts["taxes"]
    return facts["total_minor"] - sum(_gross(taxes, group) for group in _groups(taxes).values())


def taxes_of_part(
    invoice: Facts,
    *,
    amount_minor: int,
    weights: Mapping[int | None, int],
    credited: Sequence[tuple[int, Facts]],
) -> list[Tax]:
    """Return the taxes contained in an amount that goes back.

    `weights` say how much of it is of each tax group (None: no tax); without any, goods go back before what
    bears no tax, each group by what is left of it. `credited` are the papers before it, each with 1 for a
    credit note or -1 for one that was cancelled. No tax gives back more than the invoice has of it.
    """
    groups = _groups(invoice["taxes"])
    gone = _gone(invoice, credited)
    left = [max(_gross(invoice["taxes"], its) - _gross(gone, its), 0) for its in groups.values()]
    gone_untaxed = sum(sign * untaxed_minor(facts) for sign, facts in credited)
    left_untaxed = max(untaxed_minor(invoice) - gone_untaxed, 0)
    wanted = _wanted(list(groups), amount_minor, weights, left)
    parts = _within(wanted, [*left, left_untaxed], amount_minor)
    back: dict[int, Tax] = {}
    for its, part in zip(groups.values(), parts, strict=False):
        taxes, before = ([rows[place] for place in its] for rows in (invoice["taxes"], gone))
        back |= zip(its, _part(taxes, before, part), strict=True)
    return [back[place] for place in range(len(invoice["taxes"]))]


def _groups(taxes: Sequence[Tax]) -> dict[int, Group]:
    """Return the number of each group -> the places of its taxes, in the order of the numbers."""
    groups: dict[int, Group] = {}
    for place, tax in enumerate(taxes):
        groups.setdefault(tax["group"], []).append(place)
    return dict(sorted(groups.items()))


def _gross(taxes: Sequence[Tax], group: Group) -> int:
    """Return what the goods of a group come to with all their taxes: these share one net amount."""
    return taxes[group[0]]["base_minor"] + sum(taxes[place]["tax_minor"] for place in group)


def _gone(invoice: Facts, credited: Sequence[tuple[int, Facts]]) -> list[Tax]:
    """Return the invoice's taxes with the net amounts and taxes that have gone back."""
    return [
        {
            **tax,
            "base_minor": sum(sign * facts["taxes"][place]["base_minor"] for sign, facts in credited),
            "tax_minor": sum(sign * facts["taxes"][place]["tax_minor"] for sign, facts in credited),
        }
        for place, tax in enumerate(invoice["taxes"])
    ]


def _wanted(
    groups: Sequence[int], amount_minor: int, weights: Mapping[int | None, int], left: Sequence[int]
) -> list[int]:
    """Return how an amount should fall on each group and, last, on what bears no tax."""
    if not sum(weights.values()):
        taxed = spread(min(amount_minor, sum(left)), left)
        return [*taxed, amount_minor - sum(taxed)]
    known = [weights.get(group, 0) for group in groups]
    return spread(amount_minor, [*known, sum(weights.values()) - sum(known)])


def _within(wanted: Sequence[int], left: Sequence[int], amount_minor: int) -> list[int]:
    """Return the wanted parts, none beyond what is left; what one cannot take, the others do in turn."""
    parts = [min(part, rest) for part, rest in zip(wanted, left, strict=True)]
    over = amount_minor - sum(parts)
    for place, rest in enumerate(left):
        more = min(over, rest - parts[place])
        parts[place], over = parts[place] + more, over - more
    return parts


def _part(taxes: Sequence[Tax], gone: Sequence[Tax], gross_minor: int) -> list[Tax]:
    """Return a group's taxes once so much more has gone back, less what has gone before: running sums.

    Where a credit note in between was cancelled, what has gone is no running sum any more: then neither part
    falls below nothing or goes beyond what is left of it. Several taxes share theirs by what is left of each.
    """
    places = list(range(len(taxes)))
    whole = _gross(taxes, places)
    left = [tax["tax_minor"] - before["tax_minor"] for tax, before in zip(taxes, gone, strict=True)]
    tax_whole, tax_gone = (sum(row["tax_minor"] for row in rows) for rows in (taxes, gone))
    until = _gross(gone, places) + gross_minor
    due = (reached(tax_whole, until, whole) if whole else 0) - tax_gone
    at_least = max(gross_minor - (taxes[0]["base_minor"] - gone[0]["base_minor"]), 0)
    due = min(max(due, at_least), gross_minor, sum(left))
    base = gross_minor - due
    return [
        {**tax, "base_minor": base, "tax_minor": part, "is_added": False}
        for tax, part in zip(taxes, spread(due, left), strict=True)
    ]

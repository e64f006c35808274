"""Arithmetic of taxes: what is added to net amounts or contained in gross ones, tax by tax. No Django.

All amounts are integer minor units of one currency, rates thousandths of a percent (19_000 is 19 %).
Taxes of one place never compound: each is taken of the same net amount.
Source: docs/pricing.md, "Tax", whose worked tables the tests assert.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shop.sharing import divide_half_up, spread

WHOLE = 100_000  # thousandths of a percent in one whole


class Rate(NamedTuple):
    """A tax by its name and its rate, in thousandths of a percent."""

    name: str
    millipercent: int


TaxGroup = tuple[Rate, ...]  # what the same goods bear together, in the order of the place's taxes


@dataclass(frozen=True, slots=True)
class Tax:
    """One named tax of a place; `class_rates` maps tax classes to rates of their own."""

    name: str
    rate_millipercent: int
    covers_shipping: bool = True
    class_rates: Mapping[int, int] = field(default_factory=dict)

    def rate_of(self, tax_class: int | None) -> Rate:
        """Return the rate of goods of a class; without one of its own the standard rate."""
        found = None if tax_class is None else self.class_rates.get(tax_class)
        return Rate(self.name, self.rate_millipercent if found is None else found)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """The taxes of a destination, none where none is known; `is_inclusive`: prices already contain them.

    With `is_reverse_charge` the buyer owes them: none is added, and what prices contain of them comes off.
    """

    taxes: tuple[Tax, ...] = ()
    is_inclusive: bool = True
    is_reverse_charge: bool = False

    @property
    def covers_shipping(self) -> bool:
        """Whether any of the taxes applies to shipping."""
        return any(tax.covers_shipping for tax in self.taxes)

    def rates_of(self, tax_class: int | None) -> TaxGroup:
        """Return what goods of a class bear here, whoever owes it."""
        return tuple(tax.rate_of(tax_class) for tax in self.taxes)

    def rates_of_shipping(self, rates: TaxGroup) -> TaxGroup:
        """Return what the shipping of goods that bear these rates bears: the taxes that cover shipping."""
        return tuple(rate for tax, rate in zip(self.taxes, rates, strict=True) if tax.covers_shipping)

    def owed(self, rates: TaxGroup) -> TaxGroup:
        """Return these rates as the shop owes them: under reverse charge nothing, in the name of that."""
        if not self.is_reverse_charge:
            return rates
        return tuple(dict.fromkeys(Rate(rate.name, 0) for rate in rates))


@dataclass(frozen=True, slots=True)
class Bearer:
    """A line or a part of the shipping, after discounts, and the taxes that it bears; () for none."""

    rates: TaxGroup
    amount_minor: int
    is_shipping: bool = False


@dataclass(frozen=True, slots=True)
class TaxShare:
    """What a tax comes to on the goods and shipping of one tax group: `base_minor` is net."""

    group: int
    base_minor: int
    tax_minor: int
    shipping_minor: int


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What one tax at one rate comes to, shared over the groups of goods that bear it."""

    name: str
    rate_millipercent: int
    is_added: bool
    shares: tuple[TaxShare, ...]

    @property
    def base_minor(self) -> int:
        """The net amount that it is taken of."""
        return sum(share.base_minor for share in self.shares)

    @property
    def tax_minor(self) -> int:
        """The tax, added to the net amount or contained beside it."""
        return sum(share.tax_minor for share in self.shares)

    @property
    def shipping_minor(self) -> int:
        """The part of the shipping, after discounts, that bears it."""
        return sum(share.shipping_minor for share in self.shares)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The taxes of an order; of each bearer its group, None for what bears none, and its added tax."""

    parts: tuple[TaxPart, ...]
    groups: tuple[int | None, ...]
    added_minor: tuple[int, ...]


def total_millipercent(rates: TaxGroup) -> int:
    """Return the sum of the rates: taxes do not compound."""
    return sum(rate.millipercent for rate in rates)


def tax_added_minor(net_minor: int, rate_millipercent: int, *, step_minor: int = 1) -> int:
    """Return the tax to add to a net amount, minor units, rounded half up once to whole steps."""
    return divide_half_up(net_minor * rate_millipercent, WHOLE * step_minor) * step_minor


def tax_contained_minor(gross_minor: int, rate_millipercent: int) -> int:
    """Return the tax contained in a gross amount, minor units, rounded half up once."""
    return divide_half_up(gross_minor * rate_millipercent, WHOLE + rate_millipercent)


def taxes_contained_minor(gross_minor: int, rates: TaxGroup) -> list[int]:
    """Return what a gross amount contains of each tax: the whole, rounded once, shared by their rates."""
    whole_minor = tax_contained_minor(gross_minor, total_millipercent(rates))
    return spread(whole_minor, [rate.millipercent for rate in rates])


def net_minor(gross_minor: int, rate_millipercent: int, *, step_minor: int = 1) -> int:
    """Return a price without the tax it contains, minor units, rounded half up once to whole steps."""
    return divide_half_up(gross_minor * WHOLE, (WHOLE + rate_millipercent) * step_minor) * step_minor


def assess(bearers: Sequence[Bearer], rule: TaxRule, *, step_minor: int = 1) -> Assessment:
    """Return what each tax of a place comes to, in its order, the highest rate of a tax first.

    Added taxes are rounded once for each tax and rate, contained ones once for each group of goods that
    bear the same taxes.
    """
    groups = sorted(
        {bearer.rates for bearer in bearers if bearer.rates},
        key=lambda rates: (-total_millipercent(rates), rates),
    )
    is_added = not (rule.is_inclusive or rule.is_reverse_charge)
    added = _added(bearers, groups, step_minor) if is_added else {}
    shares: dict[Rate, list[TaxShare]] = {rate: [] for rate in _in_order(groups, rule)}
    for number, rates in enumerate(groups):
        for rate, share in zip(rates, _shares(number, rates, bearers, added), strict=True):
            shares[rate].append(share)
    return Assessment(
        parts=tuple(TaxPart(*rate, is_added, tuple(its)) for rate, its in shares.items()),
        groups=tuple(groups.index(bearer.rates) if bearer.rates else None for bearer in bearers),
        added_minor=tuple(sum(dues) for dues in zip(*added.values(), strict=True)) or (0,) * len(bearers),
    )


def _in_order(groups: Sequence[TaxGroup], rule: TaxRule) -> list[Rate]:
    names = [tax.name for tax in rule.taxes]
    used = {rate for rates in groups for rate in rates}
    return sorted(used, key=lambda rate: (names.index(rate.name), -rate.millipercent))


def _added(bearers: Sequence[Bearer], groups: Sequence[TaxGroup], step_minor: int) -> dict[Rate, list[int]]:
    """Return of each tax and rate what every bearer has to add: rounded once, then shared."""
    added = {}
    for rate in {rate for rates in groups for rate in rates}:
        weights = [bearer.amount_minor if rate in bearer.rates else 0 for bearer in bearers]
        due_minor = tax_added_minor(sum(weights), rate.millipercent, step_minor=step_minor)
        added[rate] = spread(due_minor, weights, step_minor=step_minor)
    return added


def _shares(
    number: int, rates: TaxGroup, bearers: Sequence[Bearer], added: Mapping[Rate, Sequence[int]]
) -> list[TaxShare]:
    """Return what each tax of one group comes to there."""
    places = [place for place, bearer in enumerate(bearers) if bearer.rates == rates]
    amount_minor = sum(bearers[place].amount_minor for place in places)
    shipping_minor = sum(bearers[place].amount_minor for place in places if bearers[place].is_shipping)
    if added:
        base_minor = amount_minor
        dues = [sum(added[rate][place] for place in places) for rate in rates]
    else:
        dues = taxes_contained_minor(amount_minor, rates)
        base_minor = amount_minor - sum(dues)
    return [TaxShare(number, base_minor, due_minor, shipping_minor) for due_minor in dues]

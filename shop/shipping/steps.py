"""The steps of a zone's rates: which of them stand in each other's way, and what none of them carries."""

from collections.abc import Sequence
from itertools import pairwise

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from shop.money import Money
from shop.shipping.models import ShippingRate


def do_overlap(one: ShippingRate, other: ShippingRate) -> bool:
    """Whether two rates of a zone are the same step for some sum: one name, one weight, sums that meet."""
    is_one_ladder = one.key == other.key and one.max_weight_grams == other.max_weight_grams
    return is_one_ladder and (_starts_within(one, other) or _starts_within(other, one))


def _starts_within(one: ShippingRate, other: ShippingRate) -> bool:
    return other.from_subtotal_minor <= one.from_subtotal_minor < _end(other)


def _end(rate: ShippingRate) -> float:
    return float("inf") if rate.to_subtotal_minor is None else rate.to_subtotal_minor


def gaps(rates: Sequence[ShippingRate]) -> list[str]:
    """Return sentences, for the staff, about the weights and sums that no rate carries."""
    if not rates:
        return [_("There is no rate: the shop does not ship to these countries.")]
    return [_sentence(start, end, heaviest) for start, end, heaviest in _ranges(rates)]


def _ranges(rates: Sequence[ShippingRate]) -> list[tuple[int, float, int]]:
    """Return ranges of sums (from, below) with the heaviest weight that a rate carries there, -1 for none."""
    ends = sorted({0, *(rate.from_subtotal_minor for rate in rates), *map(_end, rates), float("inf")})
    ranges: list[tuple[int, float, int]] = []
    for start, end in pairwise(ends):
        carrying = [rate for rate in rates if rate.from_subtotal_minor <= start < _end(rate)]
        heaviest = max((rate.max_weight_grams for rate in carrying), default=-1)
        if ranges and ranges[-1][2] == heaviest:
            ranges[-1] = (ranges[-1][0], end, heaviest)
        else:
            ranges.append((int(start), end, heaviest))
    return ranges


def _sentence(start: int, end: float, heaviest: int) -> str:
    words = {"sums": _sums(start, end), "grams": number_format(heaviest, use_l10n=True, force_grouping=True)}
    if heaviest < 0:
        return _("Orders %(sums)s are carried by no rate.") % words
    if words["sums"]:
        return _("Orders %(sums)s are carried up to %(grams)s g, nothing heavier.") % words
    return _("Orders are carried up to %(grams)s g, nothing heavier.") % words


def _sums(start: int, end: float) -> str:
    """Return a range of sums in words; empty for all sums."""
    words = {"start": _show(start), "end": "" if end == float("inf") else _show(int(end))}
    if words["end"]:
        return _("from %(start)s to below %(end)s") % words if start else _("below %(end)s") % words
    return _("from %(start)s") % words if start else ""


def _show(amount_minor: int) -> str:
    return Money(amount_minor, settings.SHOP_CURRENCY).display()

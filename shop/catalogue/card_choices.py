"""What a card says can be chosen: a circle for each colour, words for everything else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, F, JSONField
from django.db.models.functions import JSONArray
from django.utils.translation import gettext, ngettext

from shop.catalogue import swatches
from shop.catalogue.swatches import Swatch

MOST_CIRCLES = 5
FEWEST_CHOICES = 2  # one value alone is no choice

Row = list[Any]  # of one variant: position, id, units a customer can buy, option 1, option 2, option 3


class JSONList(Aggregate):
    """All values of a group as one list, in no certain order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Name the function as PostgreSQL does."""
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def offered() -> Aggregate:
    """Return the aggregate that reads a `Row` of every variant of a product, inside a query for cards."""
    available = F("on_hand") - F("reserved")
    return JSONList(JSONArray("position", "pk", available, "option1", "option2", "option3"))


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant: how many there are, and its value of each named option."""

    available: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Circle:
    """One colour, and whether every variant of it is sold out."""

    swatch: Swatch
    is_sold_out: bool


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of a product: the first circles, how many values there are beyond, and all in words."""

    circles: tuple[Circle, ...]
    more: int
    text: str


def offers(option_names: Sequence[str], rows: Iterable[Row]) -> list[Offer]:
    """Return the variants in their order; `option_names` of the three slots, empty where unused."""
    return [
        Offer(
            available,
            {name: value for name, value in zip(option_names, values, strict=True) if name and value},
        )
        for _position, _pk, available, *values in sorted(rows)
    ]


def colours(variants: Sequence[Offer]) -> tuple[Colours | None, str]:
    """Return the colours of the first option that has swatches and a choice, and the option's name.

    None and an empty name without one. No query when warm.
    """
    for option in dict.fromkeys(name for variant in variants for name in variant.values):
        values = _values(variants, option)
        circles = [
            Circle(swatch, is_sold_out)
            for value, is_sold_out in values.items()
            if (swatch := swatches.of(value)) is not None
        ]
        if circles and len(values) >= FEWEST_CHOICES:
            shown = tuple(circles[:MOST_CIRCLES])
            return Colours(shown, len(values) - len(shown), _in_words(option, values)), option
    return None, ""


def words(variants: Sequence[Offer], *, but: str) -> str:
    """Return what else can be chosen, such as "Size: 3 choices"; empty if nothing. `but` names an option."""
    others = {name: None for variant in variants for name in variant.values if name != but}
    number = len({tuple(variant.values.get(name) for name in others) for variant in variants})
    if not others or number < FEWEST_CHOICES:
        return ""
    facts = {"options": ", ".join(others), "count": number}
    return ngettext("%(options)s: %(count)d choice", "%(options)s: %(count)d choices", number) % facts


def _values(variants: Sequence[Offer], option: str) -> dict[str, bool]:
    """Return each value of an option, in order, and whether it is sold out."""
    found: dict[str, bool] = {}
    for variant in variants:
        if value := variant.values.get(option):
            found[value] = found.get(value, True) and variant.available <= 0
    return found


def _in_words(option: str, values: dict[str, bool]) -> str:
    named = [
        gettext("%(value)s (sold out)") % {"value": value} if is_sold_out else value
        for value, is_sold_out in values.items()
    ]
    return gettext("%(option)s: %(values)s") % {"option": option, "values": ", ".join(named)}

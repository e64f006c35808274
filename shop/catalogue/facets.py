"""What a listing can be narrowed by: the regions, makers and options that its products have.

Kept in memory until something public changes; one query then, however often pages are looked at.
"""

from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext

from foundation import freshness
from shop.catalogue.models import ProductQuerySet, Variant

OPTION_SLOTS = (1, 2, 3)
FEWEST_CHOICES = 2  # a group with fewer narrows nothing


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices: the parameter in the address, its heading, and value -> label."""

    name: str
    label: str
    choices: dict[str, str]


@dataclass(frozen=True, slots=True)
class Facets:
    """All groups of a listing, whether something in it is on sale, and its price range in minor units."""

    groups: tuple[Facet, ...]
    has_sale: bool
    lowest_minor: int
    highest_minor: int


def of(products: ProductQuerySet, *, key: str) -> Facets:
    """Return what these published products can be narrowed by; `key` names the listing. Warm, no query."""
    return freshness.remember(f"shop.catalogue.facets.{key}", lambda: _read(products))


def _read(products: ProductQuerySet) -> Facets:
    sold = Variant.objects.filter(product__in=products.values("pk"), is_active=True)
    columns = [
        "product__region__slug", "product__region__name", "product__maker__slug", "product__maker__name",
        "now_compare_at_minor", "now_price_minor",
        *(f"product__option{n}_name" for n in OPTION_SLOTS), *(f"option{n}" for n in OPTION_SLOTS),
    ]  # fmt: skip
    rows = list(sold.with_current_prices().order_by("position", "pk").values(*columns))
    regions = {r["product__region__slug"]: r["product__region__name"] for r in rows}
    makers = {r["product__maker__slug"]: r["product__maker__name"] for r in rows}
    groups = [
        Facet("region", gettext("Region"), _sorted(regions)),
        Facet("maker", gettext("Maker"), _sorted(makers)),
        *_options(rows),
    ]
    prices = [r["now_price_minor"] for r in rows] or [0]
    return Facets(
        groups=tuple(group for group in groups if len(group.choices) >= FEWEST_CHOICES),
        has_sale=any(r["now_compare_at_minor"] for r in rows),
        lowest_minor=min(prices),
        highest_minor=max(prices),
    )


def _sorted(choices: dict[str | None, str]) -> dict[str, str]:
    return {slug: name for slug, name in sorted(choices.items(), key=lambda pair: pair[1] or "") if slug}


def _options(rows: list[dict[str, str]]) -> list[Facet]:
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        for n in OPTION_SLOTS:
            name, value = row[f"product__option{n}_name"], row[f"option{n}"]
            if name and value:
                found.setdefault(name, {})[value] = value
    return [Facet(option_parameter(name), name, choices) for name, choices in sorted(found.items())]


def option_parameter(name: str) -> str:
    """Return how an option such as "Body size" is named in an address."""
    return f"option-{slugify(name) or name}"

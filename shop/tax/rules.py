"""Which tax applies where an order goes, and for whom. Source: docs/pricing.md, "Tax"."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from foundation.models import SiteIdentity
from shop.tax import vat_numbers
from shop.tax.models import TaxRate
from shop.taxing import Tax


def rule_for(country: str, region: str = "", *, vat_number: str = "") -> Tax:
    """Return the tax of a region, else of its country, else a tax of nothing. One query.

    The region is compared without regard to case, as customers type it. A `vat_number`, one that
    vat_numbers.problem() finds nothing wrong with, may shift the tax to the buyer.
    """
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        return Tax()
    rows = TaxRate.objects.filter(country=country.upper()).values(
        "region", "name", "rate_basis_points", "is_inclusive", "covers_shipping",
        "class_rates__tax_class", "class_rates__rate_basis_points",
    )  # fmt: skip
    by_region: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_region.setdefault(row["region"].casefold(), []).append(row)
    found = by_region.get(region.strip().casefold()) or by_region.get("")
    is_shifted = bool(vat_number) and vat_numbers.shifts_tax(vat_number, country)
    return _rule(found, is_shifted=is_shifted) if found else Tax()


def rule_at_home() -> Tax:
    """Return the tax of what is handed over at the shop, to whomever: that of its country. One query."""
    return rule_for(str(SiteIdentity.current().country))


def _rule(rows: list[Mapping[str, Any]], *, is_shifted: bool) -> Tax:
    rate = rows[0]
    return Tax(
        name=_("Reverse charge") if is_shifted else rate["name"],
        rate_basis_points=rate["rate_basis_points"],
        is_inclusive=rate["is_inclusive"],
        covers_shipping=rate["covers_shipping"],
        class_rates=dict(_class_rates(rows)),
        is_reverse_charge=is_shifted,
    )


def _class_rates(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[int, int]]:
    for row in rows:
        if row["class_rates__tax_class"] is not None:
            yield row["class_rates__tax_class"], row["class_rates__rate_basis_points"]

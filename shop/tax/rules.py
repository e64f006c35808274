"""Which tax applies where an order goes, and for whom. Source: docs/pricing.md, "Tax"."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from foundation.models import SiteIdentity
from shop.addresses.places import Destination
from shop.tax import vat_numbers
from shop.tax.models import TaxRate
from shop.taxing import Tax


def rule_for(country: str, region: str = "", postal_code: str = "", *, vat_number: str = "") -> Tax:
    """Return the tax of the narrowest place that fits, else a tax of nothing. One query.

    Postal codes go before a region, a region before the country; both are read as people write them. A
    `vat_number`, one that vat_numbers.problem() finds nothing wrong with, may shift the tax to the buyer.
    """
    to = Destination(country, region, postal_code)
    if not to.is_country:
        return Tax()
    rows = TaxRate.objects.filter(country=country.upper()).values(
        "region", "postal_codes", "name", "rate_basis_points", "is_inclusive", "covers_shipping",
        "class_rates__tax_class", "class_rates__rate_basis_points",
    )  # fmt: skip
    by_rank: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_rank.setdefault(to.rank_of(row["region"], row["postal_codes"]), []).append(row)
    best = max(by_rank, default=0)
    is_shifted = bool(vat_number) and vat_numbers.shifts_tax(vat_number, country)
    return _rule(by_rank[best], is_shifted=is_shifted) if best else Tax()


def parts_that_matter(country: str) -> set[str]:
    """Return which of region and postal code decide about the tax in a country. One query."""
    rates = list(TaxRate.objects.filter(country=country).values_list("region", "postal_codes"))
    has_regions, has_codes = any(region for region, _codes in rates), any(codes for _region, codes in rates)
    return {name for name, matters in (("region", has_regions), ("postal_code", has_codes)) if matters}


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

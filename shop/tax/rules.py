"""Which taxes apply where an order goes, and for whom. Source: docs/pricing.md, "Tax"."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from foundation.models import SiteIdentity
from shop.addresses.places import Destination
from shop.tax import vat_numbers
from shop.tax.models import TaxRate
from shop.taxing import Tax, TaxRule

Row = Mapping[str, Any]


def rule_for(country: str, region: str = "", postal_code: str = "", *, vat_number: str = "") -> TaxRule:
    """Return the taxes of the narrowest place that fits, else a rule of none. One query.

    Postal codes go before a region, a region before the country; both are read as people write them. A
    `vat_number`, one that vat_numbers.problem() finds nothing wrong with, may shift the taxes to the buyer.
    """
    to = Destination(country, region, postal_code)
    if not to.is_country:
        return TaxRule()
    rows = TaxRate.objects.filter(country=country.upper()).values(
        "pk", "region", "postal_codes", "name", "rate_millipercent", "is_inclusive", "covers_shipping",
        "class_rates__tax_class", "class_rates__rate_millipercent",
    )  # fmt: skip
    by_rank: dict[int, list[Row]] = {}
    for row in rows.order_by("name", "pk"):
        by_rank.setdefault(to.rank_of(row["region"], row["postal_codes"]), []).append(row)
    best = max(by_rank, default=0)
    is_shifted = bool(vat_number) and vat_numbers.shifts_tax(vat_number, country)
    return _rule(by_rank[best], is_shifted=is_shifted) if best else TaxRule()


def parts_that_matter(country: str) -> set[str]:
    """Return which of region and postal code decide about the tax in a country. One query."""
    rates = list(TaxRate.objects.filter(country=country).values_list("region", "postal_codes"))
    has_regions, has_codes = any(region for region, _codes in rates), any(codes for _region, codes in rates)
    return {name for name, matters in (("region", has_regions), ("postal_code", has_codes)) if matters}


def rule_at_home() -> TaxRule:
    """Return the taxes of what is handed over at the shop, to whomever: those of its country. One query."""
    return rule_for(str(SiteIdentity.current().country))


def _rule(rows: Sequence[Row], *, is_shifted: bool) -> TaxRule:
    by_tax: dict[int, list[Row]] = {}
    for row in rows:
        by_tax.setdefault(row["pk"], []).append(row)
    return TaxRule(
        taxes=tuple(_tax(its, name=_("Reverse charge") if is_shifted else "") for its in by_tax.values()),
        is_inclusive=any(row["is_inclusive"] for row in rows),
        is_reverse_charge=is_shifted,
    )


def _tax(rows: Sequence[Row], *, name: str) -> Tax:
    """Return a tax from its rows, one for each class rate; `name` if it is called otherwise."""
    rate = rows[0]
    return Tax(
        name=name or rate["name"],
        rate_millipercent=rate["rate_millipercent"],
        covers_shipping=rate["covers_shipping"],
        class_rates={
            row["class_rates__tax_class"]: row["class_rates__rate_millipercent"]
            for row in rows
            if row["class_rates__tax_class"] is not None
        },
    )

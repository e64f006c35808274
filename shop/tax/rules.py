"""Which tax applies where an order goes."""

from shop.pricing import Tax
from shop.tax.models import TaxRate


def rule_for(country: str, region: str = "") -> Tax:
    """Return the tax of a region, else of its country, else a tax of nothing. One query.

    The region is compared without regard to case, as customers type it.
    """
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        return Tax()
    rates = TaxRate.objects.filter(country=country.upper()).only(
        "region", "name", "rate_basis_points", "is_inclusive", "covers_shipping"
    )
    by_region = {rate.region.casefold(): rate for rate in rates}
    rate = by_region.get(region.strip().casefold()) or by_region.get("")
    if rate is None:
        return Tax()
    return Tax(
        name=rate.name,
        rate_basis_points=rate.rate_basis_points,
        is_inclusive=rate.is_inclusive,
        covers_shipping=rate.covers_shipping,
    )

"""What sending a parcel costs: by the zone of the country and the weight."""

from dataclasses import dataclass

from django_countries import countries as all_countries

from shop.shipping.models import ShippingRate, ZoneCountry


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to ship; the price in minor units of the shop's currency, delivery in days.

    `key` names it in a form and is stable while staff change prices.
    """

    key: str
    name: str
    price_minor: int
    days_from: int
    days_to: int
    zone: str


def quotes(country: str, weight_grams: int) -> list[Quote]:
    """Return for each rate name the cheapest bracket that carries the weight, cheapest first.

    Empty when the shop does not ship there, or nothing that heavy. One query.
    """
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        return []
    rates = (
        ShippingRate.objects.filter(
            zone__countries__country=country.upper(), max_weight_grams__gte=weight_grams
        )
        .select_related("zone")
        .order_by("price_minor", "max_weight_grams", "name")
    )
    cheapest: dict[str, Quote] = {}
    for rate in rates:
        cheapest.setdefault(rate.name, _quote(rate))
    return list(cheapest.values())


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of the countries that have a rate, sorted by name. One query."""
    codes = ZoneCountry.objects.filter(zone__rates__isnull=False).order_by()
    shipped_to = [str(code) for code in codes.values_list("country", flat=True).distinct()]
    return sorted(((code, all_countries.name(code)) for code in shipped_to), key=lambda pair: pair[1])


def _quote(rate: ShippingRate) -> Quote:
    return Quote(
        key=rate.name.casefold(),
        name=rate.name,
        price_minor=rate.price_minor,
        days_from=rate.days_from,
        days_to=rate.days_to,
        zone=rate.zone.name,
    )

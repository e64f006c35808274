"""What sending a parcel costs: by the zone of the place, the weight and the sum of the items.

Source: docs/pricing.md, "Shipping", whose worked table the tests assert.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django_countries import countries as all_countries

from shop.addresses.places import Destination
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry

RATE = (
    "id", "name", "max_weight_grams", "price_minor", "from_subtotal_minor", "to_subtotal_minor",
    "free_from_minor", "is_pickup", "days_from", "days_to",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quote:
    """One way to get an order; price in minor units of the shop's currency, delivery in days from payment.

    `key` names it in a form and is stable while staff change prices. With `is_pickup` nothing is sent, with
    `is_by_email` no parcel. `standard_minor` is the price of the cheapest way that was offered beside it.
    """

    key: str
    name: str
    price_minor: int
    days_from: int
    days_to: int
    zone: str
    is_pickup: bool = False
    is_by_email: bool = False
    standard_minor: int | None = None


def by_email() -> Quote:
    """Return the one way to get what needs no parcel: gift cards alone. No query."""
    return Quote("email", _("By e-mail"), 0, 0, 0, zone="", is_by_email=True)


def quotes(to: Destination | str, weight_grams: int, subtotal_minor: int) -> list[Quote]:
    """Return for each rate name the cheapest step that carries weight and sum of items, cheapest first.

    The zone is that of the narrowest place that fits. Pick-up comes last, whatever it costs: it is never
    chosen for a buyer. Empty when the shop does not ship there, or nothing such. One query.
    """
    rates = [
        rate
        for rate in _rates_to(Destination(to) if isinstance(to, str) else to)
        if rate.max_weight_grams >= weight_grams and rate.is_for(subtotal_minor)
    ]
    cheapest: dict[str, Quote] = {}
    for rate in sorted(
        rates, key=lambda rate: (rate.price_for(subtotal_minor), rate.max_weight_grams, rate.name)
    ):
        cheapest.setdefault(rate.key, _quote(rate, subtotal_minor))
    return sorted(cheapest.values(), key=lambda quote: quote.is_pickup)


def _rates_to(to: Destination) -> list[ShippingRate]:
    """Return the rates of the zone of the narrowest place that fits; none of a zone left out. One query."""
    if not to.is_country:
        return []
    places = ZoneCountry.objects.filter(country=to.country.upper())
    names = [f"zone__rates__{name}" for name in RATE]
    rows = places.values_list("region", "postal_codes", "zone", "zone__name", "zone__is_excluded", *names)
    best = 0
    found: list[ShippingRate] = []
    for region, codes, zone, title, is_excluded, *facts in rows.order_by("zone", "zone__rates"):
        rank = to.rank_of(region, codes)
        if rank > best:
            best, found = rank, []
        if rank == best and rank and not is_excluded and facts[0] is not None:
            rate = ShippingRate(**dict(zip(RATE, facts, strict=True)))
            rate.zone = ShippingZone(pk=zone, name=title)
            found.append(rate)
    return found


def is_known(to: Destination) -> bool:
    """Whether a zone, be it one left out, holds a place that fits. One query."""
    places = ZoneCountry.objects.filter(country=to.country).values_list("region", "postal_codes")
    return any(to.rank_of(region, codes) for region, codes in places)


def knows_parts_of(country: str) -> bool:
    """Whether a zone holds a part of a country, not all of it. One query."""
    places = ZoneCountry.objects.filter(country=country)
    return places.exclude(region="", postal_codes="").exists()


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of the countries that have a rate, sorted by name. One query."""
    codes = ZoneCountry.objects.filter(zone__rates__isnull=False, zone__is_excluded=False).order_by()
    shipped_to = [str(code) for code in codes.values_list("country", flat=True).distinct()]
    return sorted(((code, all_countries.name(code)) for code in shipped_to), key=lambda pair: pair[1])


def _quote(rate: ShippingRate, subtotal_minor: int) -> Quote:
    return Quote(
        key=rate.key,
        name=rate.name,
        price_minor=rate.price_for(subtotal_minor),
        days_from=rate.days_from,
        days_to=rate.days_to,
        zone=rate.zone.name,
        is_pickup=rate.is_pickup,
    )

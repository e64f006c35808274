"""What sending a parcel costs: by the zone of the country, the weight and the sum of the items.

Source: docs/pricing.md, "Shipping", whose worked table the tests assert.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django_countries import countries as all_countries

from shop.shipping.models import ShippingRate, ZoneCountry


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


def quotes(country: str, weight_grams: int, subtotal_minor: int) -> list[Quote]:
    """Return for each rate name the cheapest step that carries weight and sum of items, cheapest first.

    Pick-up comes last, whatever it costs: it is never chosen for a buyer. Empty when the shop does not
    ship there, or nothing such. One query.
    """
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        return []
    rates = ShippingRate.objects.filter(
        Q(to_subtotal_minor=None) | Q(to_subtotal_minor__gt=subtotal_minor),
        zone__countries__country=country.upper(),
        max_weight_grams__gte=weight_grams,
        from_subtotal_minor__lte=subtotal_minor,
    ).select_related("zone")
    cheapest: dict[str, Quote] = {}
    for rate in sorted(
        rates, key=lambda rate: (rate.price_for(subtotal_minor), rate.max_weight_grams, rate.name)
    ):
        cheapest.setdefault(rate.key, _quote(rate, subtotal_minor))
    return sorted(cheapest.values(), key=lambda quote: quote.is_pickup)


def countries() -> list[tuple[str, str]]:
    """Return (code, name) of the countries that have a rate, sorted by name. One query."""
    codes = ZoneCountry.objects.filter(zone__rates__isnull=False).order_by()
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

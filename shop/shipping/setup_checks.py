"""A parcel can go to every country that the shop offers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django_countries import countries

from foundation.models import SiteIdentity
from foundation.setup_checks import Missing, some
from shop.catalogue.models import Product, Variant
from shop.shipping.models import ShippingRate, ShippingZone


def parcels_reach_every_zone() -> Iterator[Missing]:
    """Ask each zone for places that exist and a rate that carries the heaviest variant. Four queries.

    Home has to be in one of them.
    """
    zones = list(ShippingZone.objects.prefetch_related("countries", "rates"))
    for zone in zones:
        yield from _unknown_places(zone)
    zones = [zone for zone in zones if not zone.is_excluded]
    yield from _home(zones)
    heaviest = _heaviest()
    for zone in zones:
        if not zone.rates.all():
            yield Missing(nothing_goes_to(zone), _page(zone))
        elif heaviest and not any(_carries(rate, heaviest) for rate in zone.rates.all()):
            yield _too_heavy_for(zone, heaviest)


def _unknown_places(zone: ShippingZone) -> Iterator[Missing]:
    """Name places of a zone whose region or postal codes are none of their country."""
    for place in zone.countries.all():
        if place.has_unknown_part:
            text = _("The shipping zone “%(zone)s” names %(place)s, which does not exist: it never counts.")
            yield Missing(text % {"zone": zone, "place": place.place_name}, _page(zone))


def _home(zones: list[ShippingZone]) -> Iterator[Missing]:
    home = str(SiteIdentity.current().country)
    if home not in {str(row.country) for zone in zones for row in zone.countries.all()}:
        text = _("%(country)s, where the shop is, is in no shipping zone: nobody there can order.")
        yield Missing(text % {"country": countries.name(home)}, reverse("admin:shop_shippingzone_changelist"))


def nothing_goes_to(zone: ShippingZone) -> str:
    """Return what it means that a zone has no rate."""
    text = _("The shipping zone “%(zone)s” has no rate: nobody there can order%(countries)s.")
    named = some([str(row) for row in zone.countries.all()])
    return text % {"zone": zone, "countries": f" ({named})" if named else ""}


def _too_heavy_for(zone: ShippingZone, variant: Variant) -> Missing:
    text = _(
        "No rate of the shipping zone “%(zone)s” carries “%(variant)s” with its %(weight)d g: "
        "it cannot be ordered there."
    )
    facts = {"zone": zone, "variant": variant.full_title, "weight": variant.weight_grams}
    return Missing(text % facts, _page(zone))


def _page(zone: ShippingZone) -> str:
    return reverse("admin:shop_shippingzone_change", args=[zone.pk])


def _heaviest() -> Variant | None:
    offered = Variant.objects.filter(is_active=True, product__status=Product.Status.ACTIVE)
    return offered.select_related("product").order_by("-weight_grams", "price_minor", "pk").first()


def _carries(rate: ShippingRate, variant: Variant) -> bool:
    price_minor, below_minor = variant.price_minor, rate.to_subtotal_minor
    fits_sum = rate.from_subtotal_minor <= price_minor and (below_minor is None or price_minor < below_minor)
    return fits_sum and rate.max_weight_grams >= variant.weight_grams

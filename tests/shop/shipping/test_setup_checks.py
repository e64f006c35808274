"""Before going live: a parcel can go to every country that the shop offers."""

import pytest

from shop.shipping import setup_checks
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.builders import make_product, make_variant

pytestmark = pytest.mark.django_db


def zone(*countries, name="Home", carries=2000, **rate):
    made = ShippingZone.objects.create(name=name)
    ZoneCountry.objects.bulk_create(ZoneCountry(zone=made, country=code) for code in countries)
    if carries:
        ShippingRate.objects.create(
            zone=made, name="Parcel", max_weight_grams=carries, price_minor=600, **rate
        )
    return made


def sentences():
    return [found.text for found in setup_checks.parcels_reach_every_zone()]


def test_nothing_is_missing_when_every_zone_carries_the_heaviest():
    make_variant(weight_grams=2000)
    zone("DE")
    assert sentences() == []


def test_a_shop_ships_to_its_own_country():
    zone("AT")
    assert sentences() == ["Germany, where the shop is, is in no shipping zone: nobody there can order."]


def test_a_zone_without_rates_is_named_with_its_countries():
    made = zone("DE", "AT", carries=0)
    [found] = setup_checks.parcels_reach_every_zone()
    assert found.text == "The shipping zone “Home” has no rate: nobody there can order (Austria, Germany)."
    assert found.url == f"/admin/shop/shippingzone/{made.pk}/change/"


def test_a_zone_that_cannot_carry_the_heaviest_variant_is_named():
    make_variant(weight_grams=300)
    make_variant(make_product(title="Djembe"), weight_grams=2001)
    zone("DE")
    zone("FR", name="Neighbours", carries=9000)
    assert sentences() == [
        "No rate of the shipping zone “Home” carries “Djembe” with its 2001 g: it cannot be ordered there."
    ]


def test_a_rate_for_other_sums_does_not_carry_it():
    make_variant(weight_grams=300, price_minor=4400)
    zone("DE", from_subtotal_minor=4401)
    zone("FR", name="Neighbours", to_subtotal_minor=4400)
    zone("AT", name="Others", from_subtotal_minor=4400, to_subtotal_minor=4401)
    assert [text.split("”")[0] for text in sentences()] == [
        "No rate of the shipping zone “Home", "No rate of the shipping zone “Neighbours",
    ]  # fmt: skip


def test_what_is_not_offered_need_not_be_carried():
    make_variant(weight_grams=9000, is_active=False)
    make_variant(make_product(status="draft"), weight_grams=9000)
    zone("DE")
    assert sentences() == []

"""Whoever takes a zone or its last rate away reads first, or at once, who cannot order any more."""

import pytest

from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.pages import admin_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone():
    """Ship to Germany and Austria."""
    made = ShippingZone.objects.create(name="Home")
    ZoneCountry.objects.bulk_create(ZoneCountry(zone=made, country=code) for code in ("DE", "AT"))
    ShippingRate.objects.create(zone=made, name="Parcel", max_weight_grams=2000, price_minor=600)
    return made


def test_deleting_a_zone_asks_with_who_cannot_order_any_more(owner_client, zone):
    address = f"/admin/shop/shippingzone/{zone.pk}/delete/"
    warning = "Nobody can order any more in: Austria, Germany."
    assert warning in owner_client.get(address).content.decode()
    assert warning not in owner_client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert not ShippingZone.objects.exists()


def test_deleting_zones_in_the_list_asks_too(owner_client, zone):
    chosen = {"action": "delete_selected", "_selected_action": [zone.pk]}
    page = owner_client.post("/admin/shop/shippingzone/", chosen).content.decode()
    assert "Nobody can order any more in: Austria, Germany." in page
    assert ShippingZone.objects.exists()


def test_a_zone_without_countries_stops_nothing(owner_client):
    empty = ShippingZone.objects.create(name="Empty")
    page = owner_client.get(f"/admin/shop/shippingzone/{empty.pk}/delete/").content.decode()
    assert "Nobody can order" not in page


def test_taking_the_last_rate_away_says_who_cannot_order_any_more(owner_client, zone):
    address = f"/admin/shop/shippingzone/{zone.pk}/change/"
    sent = admin_form(owner_client.get(address))
    kept = owner_client.post(address, sent, follow=True).content.decode()
    assert "nobody there can order" not in kept
    gone = owner_client.post(address, sent | {"rates-0-DELETE": "on"}, follow=True).content.decode()
    assert "The shipping zone “Home” has no rate: nobody there can order (Austria, Germany)." in gone

"""Shipping zones in the admin."""

import pytest
from django.urls import reverse

from shop.shipping import rates
from shop.shipping.models import ShippingZone, ZoneCountry
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/shippingzone/add/"
ROWS = {
    "name": "Germany", "countries-0-country": "DE", "rates-0-name": "Parcel",
    "rates-0-max_weight_grams": "2000", "rates-0-price_minor": "6.00",
    "rates-0-days_from": "2", "rates-0-days_to": "3",
}  # fmt: skip


def test_a_zone_with_country_and_rate_in_major_units(owner_client):
    sent = admin_form(owner_client.get(ADD)) | ROWS
    assert owner_client.post(ADD, sent).status_code == 302
    assert [quote.price_minor for quote in rates.quotes("DE", 100, 0)] == [600]
    assert "DE" in owner_client.get("/admin/shop/shippingzone/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rates-0-price_minor", "6.001"), ("rates-0-price_minor", "-6"), ("rates-0-max_weight_grams", "-1"),
        ("countries-0-country", "XX"), ("name", ""),
    ],
)  # fmt: skip
def test_bad_input_is_refused_next_to_its_field(owner_client, field, value):
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | {field: value})
    assert list(errors_in(page)) == [field]


def test_delivery_does_not_end_before_it_starts(owner_client):
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | {"rates-0-days_to": "1"})
    assert "Delivery must not end before it starts." in page.content.decode()


def test_a_country_is_in_one_zone_only(owner_client):
    ZoneCountry.objects.create(zone=ShippingZone.objects.create(name="Other"), country="DE")
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS)
    assert list(errors_in(page)) == ["countries-0-country"]


def test_a_zone_shows_its_prices_in_major_units(owner_client):
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS)
    zone = ShippingZone.objects.get()
    page = owner_client.get(reverse("admin:shop_shippingzone_change", args=[zone.pk]))
    assert 'value="6.00"' in page.content.decode()

"""Shipping zones in the admin."""

import pytest
from django.urls import reverse

from shop.shipping import rates
from shop.shipping.models import Carrier, ShippingZone, ZoneCountry
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
    message = "Germany is in the zone “Other” already. A country is in one zone only."
    assert errors_in(page) == {"countries-0-country": [message]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rates-0-days_to", "1"), ("rates-0-to_subtotal_minor", "0"), ("rates-0-free_from_minor", "x"),
        ("rates-0-to_subtotal_minor", "-1"), ("rates-0-from_subtotal_minor", "1.001"),
    ],
)  # fmt: skip
def test_a_rate_that_contradicts_itself_is_refused_next_to_its_field(owner_client, field, value):
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | {field: value})
    assert list(errors_in(page)) == [field]


def test_a_rate_that_would_never_be_free_is_refused(owner_client):
    never = {"rates-0-free_from_minor": "100", "rates-0-to_subtotal_minor": "100"}
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | never)
    assert list(errors_in(page)) == ["rates-0-free_from_minor"]


SECOND = {
    "rates-TOTAL_FORMS": "2", "rates-1-id": "", "rates-1-max_weight_grams": "2000",
    "rates-1-price_minor": "3.00", "rates-1-days_from": "2", "rates-1-days_to": "3",
}  # fmt: skip


@pytest.mark.parametrize("name", ["Parcel", "parcel"])
def test_two_steps_of_one_name_never_carry_the_same_weight_for_the_same_sum(owner_client, name):
    rows = ROWS | SECOND | {"rates-1-name": name, "rates-1-from_subtotal_minor": "50"}
    sent = admin_form(owner_client.get(ADD)) | rows
    page = owner_client.post(ADD, sent | {"rates-0-to_subtotal_minor": "50.01"})
    assert list(errors_in(page)) == ["rates-1-from_subtotal_minor"]
    assert "Another rate called" in page.content.decode()
    assert owner_client.post(ADD, sent | {"rates-0-to_subtotal_minor": "50"}).status_code == 302
    assert [rates.quotes("DE", 100, sum_)[0].price_minor for sum_ in (4999, 5000)] == [600, 300]


def test_a_step_that_is_there_already_is_refused(owner_client):
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS)
    change = reverse("admin:shop_shippingzone_change", args=[ShippingZone.objects.get().pk])
    rows = SECOND | {"rates-1-name": "Parcel"}
    page = owner_client.post(change, admin_form(owner_client.get(change)) | rows)
    assert list(errors_in(page)) == ["rates-1-from_subtotal_minor"]


def test_steps_may_change_places(owner_client):
    rows = SECOND | {"rates-1-name": "Parcel", "rates-1-max_weight_grams": "5000"}
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | rows)
    change = reverse("admin:shop_shippingzone_change", args=[ShippingZone.objects.get().pk])
    swapped = {"rates-0-max_weight_grams": "5000", "rates-1-max_weight_grams": "2000"}
    assert owner_client.post(change, admin_form(owner_client.get(change)) | swapped).status_code == 302
    assert [rates.quotes("DE", grams, 0)[0].price_minor for grams in (2000, 5000)] == [300, 600]
    assert [quote.name for quote in rates.quotes("DE", 2000, 0)] == ["Parcel"]


def test_a_step_that_is_deleted_stands_in_nobodys_way(owner_client):
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS)
    change = reverse("admin:shop_shippingzone_change", args=[ShippingZone.objects.get().pk])
    rows = SECOND | {"rates-1-name": "Parcel", "rates-1-from_subtotal_minor": "1", "rates-0-DELETE": "on"}
    assert owner_client.post(change, admin_form(owner_client.get(change)) | rows).status_code == 302
    assert [quote.price_minor for quote in rates.quotes("DE", 100, 100)] == [300]


def test_rates_of_one_name_are_all_for_pickup_or_none(owner_client):
    rows = SECOND | {"rates-1-name": "Parcel", "rates-1-max_weight_grams": "9", "rates-1-is_pickup": "on"}
    page = owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | rows)
    assert list(errors_in(page)) == ["rates-1-is_pickup"]


def test_a_zone_says_what_no_rate_carries(owner_client):
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS | {"rates-0-to_subtotal_minor": "50"})
    change = reverse("admin:shop_shippingzone_change", args=[ShippingZone.objects.get().pk])
    page = owner_client.get(change).content.decode()
    assert "Orders below $50.00 are carried up to 2,000 g, nothing heavier." in page
    assert "Orders from $50.00 are carried by no rate." in page


CARRIERS = "/admin/shop/carrier/add/"


@pytest.mark.parametrize(
    "address",
    [
        "http://carrier.example/{number}", "https://carrier.example/", "not an address/{number}",
        "https://carrier.example/{number}/{number}", "https://carrier.example/{number}?{zip}",
        "javascript:alert({number})", "https://carrier.example/{number}" + "x" * 200,
    ],
)  # fmt: skip
def test_a_tracking_address_is_https_and_takes_the_number_once(owner_client, address):
    page = owner_client.post(CARRIERS, {"name": "DHL", "tracking_url": address})
    assert list(errors_in(page)) == ["tracking_url"]
    assert not Carrier.objects.exists()


def test_a_carrier_may_have_no_tracking_address(owner_client):
    assert owner_client.post(CARRIERS, {"name": "By bicycle", "tracking_url": ""}).status_code == 302
    assert Carrier.objects.get().tracking_address("1") == ""


def test_a_tracking_number_is_quoted_and_an_absurd_one_gives_no_address():
    carrier = Carrier(name="DHL", tracking_url="https://carrier.example/?id={number}")
    assert carrier.tracking_address("A/1 &?b") == "https://carrier.example/?id=A%2F1%20%26%3Fb"
    assert carrier.tracking_address("") == carrier.tracking_address("ü" * 800) == ""


def test_a_zone_shows_its_prices_in_major_units(owner_client):
    owner_client.post(ADD, admin_form(owner_client.get(ADD)) | ROWS)
    zone = ShippingZone.objects.get()
    page = owner_client.get(reverse("admin:shop_shippingzone_change", args=[zone.pk]))
    assert 'value="6.00"' in page.content.decode()

"""The checkout takes addresses as people write them, and asks about an e-mail address that looks mistyped."""

import pytest

from shop.orders.models import Order
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.builders import make_variant
from tests.shop.checkout_builders import buy, look_at_checkout, order_as_shown, put_in_cart

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(shop):
    """Ship to further countries."""
    zone = ShippingZone.objects.create(name="World")
    for country in ("ES", "IE", "JP", "TR", "XK", "BR"):
        ZoneCountry.objects.create(zone=zone, country=country)
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=2000)


@pytest.mark.parametrize(("typed", "kept"), [
    ({"country": "ES", "region": "Malaga", "postal_code": "E-29001", "city": "Málaga"}, ("MA", "29001")),
    ({"country": "ES", "region": "Islas Baleares", "postal_code": "07 001"}, ("PM", "07001")),
    ({"country": "BR", "region": "Sao Paulo", "postal_code": "01310100"}, ("SP", "01310-100")),
    ({"country": "JP", "region": "東京", "postal_code": "１００−０００１"}, ("東京都", "100-0001")),
    ({"country": "IE", "region": "Dublin", "postal_code": "d02x285"}, ("Co. Dublin", "D02 X285")),
    ({"country": "IE", "region": "The Pale", "postal_code": ""}, ("The Pale", "")),
    ({"country": "TR", "region": "ISTANBUL", "postal_code": "34 000"}, ("İstanbul", "34000")),
    ({"country": "US", "region": "Washington, D.C.", "postal_code": "20001 1234"}, ("DC", "20001-1234")),
    ({"country": "XK", "region": "", "postal_code": "XK-10000", "city": "Prishtina"}, ("", "10000")),
])  # fmt: skip
def test_an_order_keeps_region_and_postal_code_as_the_country_writes_them(client, typed, kept):
    order = buy(client, make_variant(), **typed)
    assert (order.region, order.postal_code) == kept


def test_kosovo_is_a_country_with_a_name(client):
    order = buy(client, make_variant(), country="XK", postal_code="10000", city="Prishtina")
    assert "Kosovo" in client.get(order.get_absolute_url()).content.decode()


def test_an_e_mail_address_that_looks_mistyped_is_asked_about_and_never_refused(client):
    put_in_cart(client, make_variant())
    page = look_at_checkout(client, email="ada@gmial.com")
    assert "Did you mean ada@gmail.com?" in page
    assert order_as_shown(client, page, email="ada@gmial.com").status_code == 303
    order = Order.objects.get()
    assert order.email == "ada@gmial.com"
    assert "Did you mean ada@gmail.com?" in client.get(order.get_absolute_url()).content.decode()


def test_the_question_stands_beside_other_errors_too_and_escapes_what_was_typed(client):
    put_in_cart(client, make_variant())
    page = look_at_checkout(client)
    page = order_as_shown(client, page, email="<b>ada@gmail.con", name="").content.decode()
    assert "Did you mean &lt;b&gt;ada@gmail.com?" in page
    assert "<b>ada" not in page


def test_an_address_that_looks_right_is_not_asked_about(client):
    put_in_cart(client, make_variant())
    assert "Did you mean" not in look_at_checkout(client, email="ada@ymail.com")
    order = buy(client, make_variant(), email="ada@ymail.com")
    assert "Did you mean" not in client.get(order.get_absolute_url()).content.decode()

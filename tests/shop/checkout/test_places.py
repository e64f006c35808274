"""At the checkout, region and postal code decide on tax and shipping as soon as they are typed."""

import pytest

from shop.orders.models import Order
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import TaxRate
from tests.builders import make_variant
from tests.shop.checkout_builders import buy, look_at_checkout, order_as_shown, put_in_cart

pytestmark = pytest.mark.django_db
IRISH_SEA = {"country": "GB", "city": "Belfast", "postal_code": "bt1 5gs"}
LONDON = {"country": "GB", "city": "London", "postal_code": "sw1a1aa"}


@pytest.fixture(autouse=True)
def britain(shop):
    """Ship to Great Britain for 1000 without tax, to Northern Ireland for 1500 with 20 % included."""
    for name, codes, price in (("Britain", "", 1000), ("NI", "BT", 1500)):
        zone = ShippingZone.objects.create(name=name)
        ZoneCountry.objects.create(zone=zone, country="GB", postal_codes=codes)
        ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=price)
    TaxRate.objects.create(country="GB", name="Export", rate_millipercent=0)
    TaxRate.objects.create(country="GB", postal_codes="BT", name="VAT", rate_millipercent=20000)


@pytest.mark.parametrize(("address", "shipping", "tax"), [(IRISH_SEA, 1500, "VAT"), (LONDON, 1000, "Export")])
def test_an_order_bears_tax_and_shipping_of_its_part_of_the_country(client, address, shipping, tax):
    order = buy(client, make_variant(), **address)
    assert (order.shipping_minor, order.taxes.get().name) == (shipping, tax)


def test_what_was_shown_for_another_part_is_shown_anew_before_it_is_ordered(client):
    put_in_cart(client, make_variant())
    page = look_at_checkout(client, **LONDON)
    answer = order_as_shown(client, page, **IRISH_SEA)
    assert "Please check it, then order." in _page_of(client, answer)
    assert not Order.objects.exists()


def test_a_part_that_is_left_out_says_so_and_takes_no_order(client):
    ShippingZone.objects.filter(name="NI").update(is_excluded=True)
    put_in_cart(client, make_variant())
    assert "We cannot ship this order to this address." in look_at_checkout(client, **IRISH_SEA)
    assert "We cannot ship" not in look_at_checkout(client, **LONDON)


def test_a_country_shipped_to_in_parts_asks_for_the_postal_code_first(client):
    ZoneCountry.objects.filter(postal_codes="", country="GB").delete()
    put_in_cart(client, make_variant())
    asked = look_at_checkout(client, country="GB", postal_code="")
    assert "We ship to parts of this country. Enter your postal code and region, then update." in asked
    assert "We ship to parts" not in look_at_checkout(client, **IRISH_SEA)
    assert "We cannot ship this order to this address." in look_at_checkout(client, **LONDON)


def _page_of(client, answer):
    """Return the page that a form's answer leads to."""
    return (client.get(answer["Location"]) if answer.status_code == 303 else answer).content.decode()

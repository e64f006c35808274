"""Before going live: the tax is known wherever the shop ships to."""

import pytest

from shop.backoffice import setup_checks
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import TaxRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def ships_to():
    """Ship to these countries."""
    zone = ShippingZone.objects.create(name="World")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=600)
    return lambda *codes: [ZoneCountry.objects.create(zone=zone, country=code) for code in codes]


def test_a_country_without_a_tax_is_named_with_the_form_for_it(ships_to):
    ships_to("DE", "AT")
    TaxRate.objects.create(country="DE", name="VAT", rate_basis_points=1900)
    [found] = setup_checks.every_country_has_a_tax()
    assert found.text == "No tax rate for Austria: enter one, or a rate of 0 % where none applies."
    assert found.url == "/admin/shop/taxrate/add/?country=AT&rate_basis_points=0"


def test_a_rate_of_nothing_says_that_there_is_no_tax(ships_to):
    ships_to("CH")
    assert list(setup_checks.every_country_has_a_tax()) != []
    TaxRate.objects.create(country="CH", name="No tax", rate_basis_points=0)
    assert list(setup_checks.every_country_has_a_tax()) == []


def test_several_countries_are_one_sentence(ships_to):
    ships_to("AT", "CH", "DE", "FR")
    [found] = setup_checks.every_country_has_a_tax()
    assert "for Austria, France, Germany and 1 more:" in found.text
    assert found.url == "/admin/shop/taxrate/add/"


def test_a_country_that_nothing_goes_to_needs_no_tax():
    zone = ShippingZone.objects.create(name="Planned")
    ZoneCountry.objects.create(zone=zone, country="AT")
    assert list(setup_checks.every_country_has_a_tax()) == []


def test_the_form_for_a_country_is_filled_in(ships_to, owner_client):
    ships_to("AT")
    [found] = setup_checks.every_country_has_a_tax()
    page = owner_client.get(found.url).content.decode()
    assert '<option value="AT" selected>' in page

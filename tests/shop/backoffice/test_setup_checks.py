"""Before going live: the tax is known wherever the shop ships to, and that of every tax class."""

import pytest

from shop.backoffice import setup_checks
from shop.catalogue.models import Product
from shop.catalogue.tax_classes import TaxClass
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import ClassRate, TaxRate
from tests.builders import make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def ships_to():
    """Ship to these countries."""
    zone = ShippingZone.objects.create(name="World")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=600)
    return lambda *codes: [ZoneCountry.objects.create(zone=zone, country=code) for code in codes]


def test_a_country_without_a_tax_is_named_with_the_form_for_it(ships_to):
    ships_to("DE", "AT")
    TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    [found] = setup_checks.every_country_has_a_tax()
    assert found.text == "No tax rate for Austria: enter one, or a rate of 0 % where none applies."
    assert found.url == "/admin/shop/taxrate/add/?country=AT&rate_millipercent=0"


def test_a_rate_of_nothing_says_that_there_is_no_tax(ships_to):
    ships_to("CH")
    assert list(setup_checks.every_country_has_a_tax()) != []
    TaxRate.objects.create(country="CH", name="No tax", rate_millipercent=0)
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


@pytest.fixture
def books():
    """Books, of which two are for sale."""
    made = TaxClass.objects.create(name="Books")
    for _book in range(2):
        make_variant(make_product(tax_class=made))
    return made


def test_a_tax_class_that_products_use_and_no_place_taxes_is_named(books, django_assert_num_queries):
    with django_assert_num_queries(1):
        [found] = setup_checks.tax_classes_are_taxed()
    assert found.text == (
        "The tax class Books has no rate anywhere, so its products are taxed as all others: enter one at a "
        "tax rate."
    )
    assert found.url == "/admin/shop/taxrate/"


def test_several_tax_classes_are_one_sentence(books):
    for number in range(4):
        make_variant(make_product(tax_class=TaxClass.objects.create(name=f"Class {number}")))
    [found] = setup_checks.tax_classes_are_taxed()
    assert "The tax classes Books, Class 0, Class 1 and 2 more have no rate anywhere" in found.text


def test_one_rate_somewhere_is_enough_also_one_of_nothing(books):
    rate = TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=0)
    assert list(setup_checks.tax_classes_are_taxed()) == []


@pytest.mark.parametrize("status", [Product.Status.DRAFT, Product.Status.ARCHIVED])
def test_a_tax_class_that_nothing_for_sale_uses_needs_no_rate(books, status):
    Product.objects.update(status=status)
    TaxClass.objects.create(name="Food")
    assert list(setup_checks.tax_classes_are_taxed()) == []


def test_a_rate_for_no_product_is_nothing_to_complain_about(books):
    Product.objects.update(tax_class=None)
    rate = TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=7000)
    assert list(setup_checks.tax_classes_are_taxed()) == []


def test_the_admins_first_page_names_it(books, owner_client):
    assert "The tax class Books has no rate anywhere" in owner_client.get("/admin/").content.decode()

"""shop.tax.rules: the region's rate first, then the country's, then none; within one the class's rate."""

import pytest

from foundation.models import SiteIdentity
from shop.catalogue.tax_classes import TaxClass
from shop.tax.models import ClassRate, TaxRate
from shop.tax.rules import rule_for
from shop.taxing import Tax

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rates():
    TaxRate.objects.create(country="DE", name="VAT", rate_basis_points=1900)
    sales = {"name": "Sales tax", "is_inclusive": False, "covers_shipping": False}
    TaxRate.objects.create(country="US", rate_basis_points=725, **sales)
    TaxRate.objects.create(country="US", region="OR", rate_basis_points=0, **sales)
    TaxRate.objects.create(country="CA", region="QC", rate_basis_points=1498, **sales)


def test_the_country_has_a_rate():
    assert rule_for("DE", "") == Tax("VAT", 1900, is_inclusive=True, covers_shipping=True)


def test_a_region_without_a_rate_of_its_own_has_that_of_the_country():
    assert rule_for("US", "CA") == Tax("Sales tax", 725, is_inclusive=False, covers_shipping=False)


@pytest.mark.parametrize("region", ["OR", "or", " Or "])
def test_the_region_comes_first_in_any_case(region):
    assert rule_for("US", region).rate_basis_points == 0


@pytest.mark.parametrize(
    ("country", "region"), [("FR", ""), ("CA", ""), ("CA", "ON"), ("", ""), ("\x00\x00", "\x00")]
)
def test_no_rule_is_a_tax_of_nothing(country, region):
    assert rule_for(country, region) == Tax()


def test_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rule_for("US", "OR")


# ---- tax classes ---------------------------------------------------------------------------------


@pytest.fixture
def books():
    """Books: 7 % in Germany, nothing in Oregon, no rate of their own elsewhere."""
    made = TaxClass.objects.create(name="Books")
    for place, rate in (({"country": "DE"}, 700), ({"country": "US", "region": "OR"}, 0)):
        ClassRate.objects.create(rate=TaxRate.objects.get(**place), tax_class=made, rate_basis_points=rate)
    return made


def test_a_class_bears_its_own_rate_where_it_has_one(books):
    assert rule_for("DE").rate_of(books.pk) == 700
    assert rule_for("DE").rate_of(None) == 1900


def test_a_class_without_a_rate_bears_the_standard_rate(books):
    food = TaxClass.objects.create(name="Food")
    assert rule_for("DE").rate_of(food.pk) == 1900
    assert rule_for("US", "CA").rate_of(books.pk) == 725


def test_a_class_rate_of_nothing_is_a_rate(books):
    TaxRate.objects.filter(region="OR").update(rate_basis_points=500)
    assert rule_for("US", "OR").rate_of(books.pk) == 0
    assert rule_for("US", "OR").rate_of(None) == 500


def test_where_a_region_has_a_rate_the_class_rates_of_its_country_do_not_count(books):
    whole = TaxRate.objects.get(country="US", region="")
    ClassRate.objects.create(rate=whole, tax_class=books, rate_basis_points=100)
    TaxRate.objects.create(country="US", region="NV", name="Sales tax", rate_basis_points=685)
    assert rule_for("US", "NV").rate_of(books.pk) == 685
    assert rule_for("US", "CA").rate_of(books.pk) == 100


@pytest.mark.parametrize("count", [0, 1, 30])
def test_one_query_whatever_the_number_of_classes(django_assert_num_queries, count):
    rate = TaxRate.objects.get(country="DE")
    for number in range(count):
        made = TaxClass.objects.create(name=f"Class {number}")
        ClassRate.objects.create(rate=rate, tax_class=made, rate_basis_points=number)
    with django_assert_num_queries(1):
        assert len(rule_for("DE").class_rates) == count


# ---- reverse charge ------------------------------------------------------------------------------

DE, AT, EL, XI = "DE400571727", "ATU39099603", "EL985504639", "XI851143157"


def shop_number(number):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"tax_number": number})


@pytest.fixture
def europe():
    for country, points in (("AT", 2000), ("GR", 2400), ("GB", 0)):
        TaxRate.objects.create(country=country, name="VAT", rate_basis_points=points)


@pytest.mark.parametrize(
    ("mine", "its", "country", "is_shifted"),
    [(DE, AT, "AT", True), (DE, EL, "GR", True), (DE, XI, "GB", True), (EL, DE, "DE", True),
     (EL, EL, "GR", False), (DE, DE, "DE", False), (DE, "", "AT", False), ("", AT, "AT", False),
     ("12/345/678", AT, "AT", False), (XI, AT, "AT", False), (DE, AT, "GR", False), (DE, AT, "US", False)],
)  # fmt: skip
def test_a_company_elsewhere_in_the_eu_owes_the_tax_itself(europe, mine, its, country, is_shifted):
    shop_number(mine)
    rule = rule_for(country, vat_number=its)
    assert rule.is_reverse_charge is is_shifted
    assert (rule.name == "Reverse charge") is is_shifted


def test_under_reverse_charge_the_rates_of_the_place_stay_known(europe, books):
    shop_number(DE)
    rate = TaxRate.objects.get(country="AT")
    ClassRate.objects.create(rate=rate, tax_class=books, rate_basis_points=1000)
    rule = rule_for("AT", vat_number=AT)
    assert (rule.rate_of(None), rule.rate_of(books.pk), rule.is_inclusive) == (2000, 1000, True)


def test_where_no_tax_is_known_none_shifts(europe):
    shop_number(DE)
    assert rule_for("FR", vat_number="FR17185119393") == Tax()


def test_a_number_costs_no_further_query(europe, django_assert_num_queries):
    shop_number(DE)
    rule_for("AT", vat_number=AT)
    with django_assert_num_queries(1):
        rule_for("AT", vat_number=AT)

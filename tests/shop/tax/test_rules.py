"""shop.tax.rules: the region's rate first, then the country's, then none."""

import pytest

from shop.tax.models import TaxRate
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

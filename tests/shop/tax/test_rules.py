"""shop.tax.rules: the region's rate first, then the country's, then none; within one the class's rate."""

import pytest

from foundation.models import SiteIdentity
from shop.catalogue.tax_classes import TaxClass
from shop.tax.models import ClassRate, TaxRate
from shop.tax.rules import rule_for
from shop.taxing import Rate, Tax, TaxRule
from tests.shop.tax_builders import NO_TAX, make_rule

pytestmark = pytest.mark.django_db


def rates(country, region="", *, tax_class=None):
    """Return the rates that goods of a class bear there."""
    bears = rule_for(country, region).rates_of(tax_class and tax_class.pk)
    return [rate.millipercent for rate in bears]


@pytest.fixture(autouse=True)
def places():
    TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    sales = {"name": "Sales tax", "is_inclusive": False, "covers_shipping": False}
    TaxRate.objects.create(country="US", rate_millipercent=7250, **sales)
    TaxRate.objects.create(country="US", region="OR", rate_millipercent=0, **sales)
    TaxRate.objects.create(country="CA", region="QC", rate_millipercent=14980, **sales)


def test_the_country_has_a_rate():
    assert rule_for("DE", "") == make_rule("VAT", 19_000, is_inclusive=True, covers_shipping=True)


def test_a_region_without_a_rate_of_its_own_has_that_of_the_country():
    assert rule_for("US", "CA") == make_rule("Sales tax", 7_250, is_inclusive=False, covers_shipping=False)


@pytest.mark.parametrize("region", ["OR", "or", " Or "])
def test_the_region_comes_first_in_any_case(region):
    assert rates("US", region) == [0]


@pytest.mark.parametrize(
    ("country", "region"), [("FR", ""), ("CA", ""), ("CA", "ON"), ("", ""), ("\x00\x00", "\x00")]
)
def test_no_rule_is_a_tax_of_nothing(country, region):
    assert rule_for(country, region) == NO_TAX


def test_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        rule_for("US", "OR")


# ---- tax classes ---------------------------------------------------------------------------------


@pytest.fixture
def books():
    """Books: 7 % in Germany, nothing in Oregon, no rate of their own elsewhere."""
    made = TaxClass.objects.create(name="Books")
    for place, rate in (({"country": "DE"}, 7_000), ({"country": "US", "region": "OR"}, 0)):
        ClassRate.objects.create(rate=TaxRate.objects.get(**place), tax_class=made, rate_millipercent=rate)
    return made


def test_a_class_bears_its_own_rate_where_it_has_one(books):
    assert rates("DE", tax_class=books) == [7_000]
    assert rates("DE") == [19_000]


def test_a_class_without_a_rate_bears_the_standard_rate(books):
    food = TaxClass.objects.create(name="Food")
    assert rates("DE", tax_class=food) == [19_000]
    assert rates("US", "CA", tax_class=books) == [7_250]


def test_a_class_rate_of_nothing_is_a_rate(books):
    TaxRate.objects.filter(region="OR").update(rate_millipercent=5000)
    assert rates("US", "OR", tax_class=books) == [0]
    assert rates("US", "OR") == [5_000]


def test_where_a_region_has_a_rate_the_class_rates_of_its_country_do_not_count(books):
    whole = TaxRate.objects.get(country="US", region="")
    ClassRate.objects.create(rate=whole, tax_class=books, rate_millipercent=1000)
    TaxRate.objects.create(country="US", region="NV", name="Sales tax", rate_millipercent=6850)
    assert rates("US", "NV", tax_class=books) == [6_850]
    assert rates("US", "CA", tax_class=books) == [1_000]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_one_query_whatever_the_number_of_classes(django_assert_num_queries, count):
    rate = TaxRate.objects.get(country="DE")
    for number in range(count):
        made = TaxClass.objects.create(name=f"Class {number}")
        ClassRate.objects.create(rate=rate, tax_class=made, rate_millipercent=number)
    with django_assert_num_queries(1):
        [tax] = rule_for("DE").taxes
        assert len(tax.class_rates) == count


# ---- several taxes in one place ------------------------------------------------------------------


@pytest.fixture
def canada(books):
    """GST in all of Canada; GST and QST, of which books are free, in Quebec."""
    TaxRate.objects.filter(country="CA").delete()
    added = {"country": "CA", "is_inclusive": False}
    TaxRate.objects.create(name="GST", rate_millipercent=5_000, **added)
    qst = TaxRate.objects.create(region="QC", name="QST", rate_millipercent=9_975, **added)
    TaxRate.objects.create(region="QC", name="GST", rate_millipercent=5_000, covers_shipping=False, **added)
    ClassRate.objects.create(rate=qst, tax_class=books, rate_millipercent=0)


def test_a_place_has_each_of_its_taxes_with_its_own_rates_and_reach(canada, books):
    gst = Tax("GST", 5_000, covers_shipping=False)
    qst = Tax("QST", 9_975, covers_shipping=True, class_rates={books.pk: 0})
    assert rule_for("CA", "QC") == TaxRule((gst, qst), is_inclusive=False)


def test_where_a_region_has_taxes_those_of_its_country_do_not_join_them(canada):
    TaxRate.objects.get(country="CA", region="QC", name="GST").delete()
    assert [tax.name for tax in rule_for("CA", "QC").taxes] == ["QST"]
    assert [tax.name for tax in rule_for("CA", "ON").taxes] == ["GST"]


def test_several_taxes_cost_one_query(canada, django_assert_num_queries):
    with django_assert_num_queries(1):
        rule_for("CA", "QC")


# ---- reverse charge ------------------------------------------------------------------------------

DE, AT, EL, XI = "DE400571727", "ATU39099603", "EL985504639", "XI851143157"


def shop_number(number):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"tax_number": number})


@pytest.fixture
def europe():
    for country, rate in (("AT", 20_000), ("GR", 24_000), ("GB", 0)):
        TaxRate.objects.create(country=country, name="VAT", rate_millipercent=rate)


@pytest.mark.parametrize(
    ("mine", "its", "country", "is_shifted"),
    [(DE, AT, "AT", True), (DE, EL, "GR", True), (DE, XI, "GB", True), (EL, DE, "DE", True),
     (EL, EL, "GR", False), (DE, DE, "DE", False), (DE, "", "AT", False), ("", AT, "AT", False),
     ("12/345/678", AT, "AT", False), (XI, AT, "AT", False), (DE, AT, "GR", True), (DE, AT, "US", False)],
)  # fmt: skip
def test_a_company_elsewhere_in_the_eu_owes_the_tax_itself(europe, mine, its, country, is_shifted):
    shop_number(mine)
    rule = rule_for(country, vat_number=its)
    assert rule.is_reverse_charge is is_shifted
    assert ([tax.name for tax in rule.taxes] == ["Reverse charge"]) is is_shifted


def test_under_reverse_charge_the_rates_of_the_place_stay_known(europe, books):
    shop_number(DE)
    rate = TaxRate.objects.get(country="AT")
    ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=10000)
    rule = rule_for("AT", vat_number=AT)
    assert rule.rates_of(None) == (Rate("Reverse charge", 20_000),)
    assert rule.rates_of(books.pk) == (Rate("Reverse charge", 10_000),)
    assert rule.is_inclusive


def test_where_no_tax_is_known_none_shifts(europe):
    shop_number(DE)
    assert rule_for("FR", vat_number="FR17185119393") == NO_TAX


def test_a_number_costs_no_further_query(europe, django_assert_num_queries):
    shop_number(DE)
    rule_for("AT", vat_number=AT)
    with django_assert_num_queries(1):
        rule_for("AT", vat_number=AT)

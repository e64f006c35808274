"""A tax rate stands for a country, a region of its list, or postal codes; what does not exist is refused."""

import pytest
from django.core.exceptions import ValidationError

from foundation import setup_checks
from shop.tax.models import TaxRate
from shop.tax.rules import rule_for
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/taxrate/add/"


def rate(country, points=1900, **place):
    return TaxRate.objects.create(country=country, name="VAT", rate_millipercent=points * 10, **place)


def add(client, **typed):
    """Post the form for a new rate."""
    sent = {"country": "US", "name": "Tax", "rate_millipercent": "7.25"} | typed
    return client.post(ADD, admin_form(client.get(ADD)) | sent)


@pytest.mark.parametrize(("country", "typed", "kept"), [
    ("US", "US:CA", "CA"), ("US", "California", "CA"), ("US", "ca", "CA"), ("ES", "Las Palmas", "GC"),
    ("ES", "ES:TF", "TF"), ("ES", "Santa Cruz de Tenerife", "TF"), ("JP", "JP:東京都", "東京都"),
    ("MX", "MX:N.L.", "N.L."), ("IN", "IN:Dadra and Nagar Haveli and Daman and Diu",
                                 "Dadra and Nagar Haveli and Daman and Diu"),
])  # fmt: skip
def test_a_region_is_kept_as_the_code_of_its_country(owner_client, country, typed, kept):
    assert add(owner_client, country=country, region=typed).status_code == 302
    assert TaxRate.objects.get().region == kept


@pytest.mark.parametrize(("country", "typed", "words"), [
    ("US", "Texass", "United States of America has no region “Texass”. Choose one of the list."),
    ("US", "ES:CA", "Cádiz is in Spain. Choose a region of the country above."),
    ("US", "US:XX", "United States of America has no region “US:XX”. Choose one of the list."),
    ("DE", "Bavaria", "Germany has no list of regions. Choose none, and limit it by postal codes."),
    ("DE", "US:CA", "California is in United States of America. Choose a region of the country above."),
])  # fmt: skip
def test_a_region_that_the_country_does_not_have_is_refused_at_its_field(owner_client, country, typed, words):
    page = add(owner_client, country=country, region=typed)
    assert errors_in(page) == {"region": [words]}
    assert not TaxRate.objects.exists()


@pytest.mark.parametrize(("field", "typed"), [("region", "Texass"), ("postal_codes", "BT")])
def test_the_model_refuses_it_too(field, typed):
    with pytest.raises(ValidationError) as refused:
        TaxRate(country="US", name="Tax", rate_millipercent=7250, **{field: typed}).full_clean()
    assert list(refused.value.message_dict) == [field]


def test_the_model_keeps_a_name_as_its_code():
    made = TaxRate(
        country="US", region="texas", name="Tax", rate_millipercent=7250, postal_codes="75001 - 75099"
    )
    made.full_clean()
    assert (made.region, made.postal_codes) == ("TX", "75001-75099")


@pytest.mark.parametrize("typed", ["BT", "38999-38000", "35-38999", ","])
def test_postal_codes_that_are_none_are_refused_at_their_field(owner_client, typed):
    assert list(errors_in(add(owner_client, country="ES", postal_codes=typed))) == ["postal_codes"]
    assert not TaxRate.objects.exists()


def test_the_form_offers_the_regions_of_each_country_and_marks_that_of_the_rate(owner_client):
    page = owner_client.get(ADD).content.decode()
    assert '<optgroup label="Spain">' in page
    assert '<option value="ES:TF">Santa Cruz de Tenerife (TF)</option>' in page
    assert '<option value="" selected>All of the country</option>' in page
    made = rate("US", region="CA")
    page = owner_client.get(f"/admin/shop/taxrate/{made.pk}/change/").content.decode()
    assert '<option value="US:CA" selected>California (CA)</option>' in page


def test_an_unknown_region_is_never_saved_as_all_of_the_country_by_opening_its_form(owner_client):
    made = rate("US", region="Texass")
    address = f"/admin/shop/taxrate/{made.pk}/change/"
    page = owner_client.get(address)
    assert '<option value="Texass" selected>' in page.content.decode()
    assert list(errors_in(owner_client.post(address, admin_form(page)))) == ["region"]


def test_a_place_has_one_tax_of_a_name_and_codes_stand_at_one_of_them(owner_client):
    rate("ES", postal_codes="35000-35999")
    page = add(owner_client, country="ES", postal_codes="35 000 - 35 999", name="vat")
    assert errors_in(page) == {"name": ["This place has a tax of this name already."]}
    page = add(owner_client, country="ES", postal_codes="07, 35001")
    words = "Some of these postal codes stand at “Spain (35000-35999)” already."
    assert errors_in(page) == {"postal_codes": [words]}
    assert add(owner_client, country="ES", postal_codes="07").status_code == 302
    assert add(owner_client, country="ES", region="GC", postal_codes="35001").status_code == 302
    assert add(owner_client, country="ES").status_code == 302


@pytest.mark.parametrize(("to", "points"), [
    (("ES",), 2100), (("ES", "Madrid", "28039"), 2100), (("ES", "Las Palmas", ""), 700),
    (("ES", "Las Palmas", "35001"), 600), (("ES", "", "35 001"), 600), (("ES", "GC", "E-35600"), 500),
    (("ES", "Santa Cruz de Tenerife", "38400"), 600), (("ES", "GC", "38400"), 600),
    (("ES", "GC", "junk"), 700),
])  # fmt: skip
def test_the_narrowest_place_counts(to, points, django_assert_num_queries):
    rate("ES", 2100)
    rate("ES", 700, region="GC")
    rate("ES", 600, postal_codes="35000-35999, 38000-38999")
    rate("ES", 500, region="GC", postal_codes="35600")
    with django_assert_num_queries(1):
        assert [tax.rate_millipercent for tax in rule_for(*to).taxes] == [points * 10]


def test_a_rate_for_what_does_not_exist_applies_to_nothing_and_is_named(owner_client):
    rate("US", region="Texass")
    rate("ES", postal_codes="BT")
    rate("FR", postal_codes=",")
    nowhere = [("US", "Texass"), ("ES", "", "28039"), ("FR",)]
    assert [rule_for(*to).taxes for to in nowhere] == [(), (), ()]
    named = [found for found in setup_checks.missing() if "which does not exist" in found.text]
    assert [found.text for found in named] == [
        "The tax rate “VAT” is for Spain (BT), which does not exist: it never applies.",
        "The tax rate “VAT” is for France (,), which does not exist: it never applies.",
        "The tax rate “VAT” is for Texass, United States of America, which does not exist: it never applies.",
    ]
    assert "Texass, United States of America" in owner_client.get("/admin/").content.decode()


def test_a_rate_of_a_part_alone_warns_of_the_rest(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "GB", "postal_codes": "bt", "name": "VAT", "rate_millipercent": "20",
    }  # fmt: skip
    page = owner_client.post(ADD, sent, follow=True).content.decode()
    assert "Elsewhere in United Kingdom no tax applies" in page
    assert TaxRate.objects.get().postal_codes == "BT"

"""Tax rates in the admin, in percent."""

import pytest

from shop.tax.models import TaxRate
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/taxrate/add/"


def test_percents_are_stored_as_basis_points_and_shown_as_percent(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US",
        "name": "Sales tax",
        "rate_basis_points": "7.25",
    }
    assert owner_client.post(ADD, sent).status_code == 302
    rate = TaxRate.objects.get()
    assert rate.rate_basis_points == 725
    assert "7.25 %" in owner_client.get("/admin/shop/taxrate/").content.decode()
    assert 'value="7.25"' in owner_client.get(f"/admin/shop/taxrate/{rate.pk}/change/").content.decode()


@pytest.mark.parametrize("typed", ["100.01", "-1", "7.255", "", "NaN"])
def test_impossible_rates_are_refused(owner_client, typed):
    sent = admin_form(owner_client.get(ADD)) | {"country": "US", "name": "Tax", "rate_basis_points": typed}
    assert list(errors_in(owner_client.post(ADD, sent))) == ["rate_basis_points"]


def test_a_destination_has_one_rate(owner_client):
    TaxRate.objects.create(country="US", name="Sales tax", rate_basis_points=725)
    sent = admin_form(owner_client.get(ADD)) | {"country": "US", "name": "Tax", "rate_basis_points": "1"}
    page = owner_client.post(ADD, sent)
    assert page.status_code == 200
    assert errors_in(page)


def test_the_rate_of_a_region_alone_warns_of_the_rest_of_its_country(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US", "region": "CA", "name": "Sales tax", "rate_basis_points": "7.25",
    }  # fmt: skip
    page = owner_client.post(ADD, sent, follow=True).content.decode()
    assert "Elsewhere in United States of America no tax applies" in page


def test_the_rate_of_a_region_beside_one_for_all_warns_of_nothing(owner_client):
    TaxRate.objects.create(country="US", name="Sales tax", rate_basis_points=500)
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US", "region": "CA", "name": "Sales tax", "rate_basis_points": "7.25",
    }  # fmt: skip
    assert "no tax applies" not in owner_client.post(ADD, sent, follow=True).content.decode()


def test_deleting_the_rate_of_a_country_asks_with_what_it_means(owner_client):
    rate = TaxRate.objects.create(country="DE", name="VAT", rate_basis_points=1900)
    address = f"/admin/shop/taxrate/{rate.pk}/delete/"
    assert "No tax applies any more in: Germany." in owner_client.get(address).content.decode()
    assert TaxRate.objects.exists()
    done = owner_client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "No tax applies any more" not in done
    assert not TaxRate.objects.exists()


def test_deleting_the_rate_of_a_region_that_falls_back_on_its_country_warns_of_nothing(owner_client):
    TaxRate.objects.create(country="US", name="Sales tax", rate_basis_points=500)
    region = TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_basis_points=725)
    page = owner_client.get(f"/admin/shop/taxrate/{region.pk}/delete/").content.decode()
    assert "No tax applies" not in page


def test_deleting_several_rates_in_the_list_asks_with_what_it_means(owner_client):
    whole = TaxRate.objects.create(country="US", name="Sales tax", rate_basis_points=500)
    region = TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_basis_points=725)
    chosen = {"action": "delete_selected", "_selected_action": [whole.pk, region.pk]}
    page = owner_client.post("/admin/shop/taxrate/", chosen).content.decode()
    places = "United States of America; CA, United States of America"
    assert f"No tax applies any more in: {places}." in page
    assert TaxRate.objects.count() == 2

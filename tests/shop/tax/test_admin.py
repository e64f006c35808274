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

"""Several taxes of one place in the admin: told apart by name, all contained in prices or all added."""

import pytest

from shop.catalogue.tax_classes import TaxClass
from shop.tax.models import ClassRate, TaxRate
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/taxrate/add/"


def change(rate):
    return f"/admin/shop/taxrate/{rate.pk}/change/"


def add(client, **typed):
    """Post the form for a new tax in Quebec, added to prices, with these fields typed over."""
    sent = admin_form(client.get(ADD)) | {"country": "CA", "region": "QC"} | typed
    if typed.get("is_inclusive", "") is not True:
        sent.pop("is_inclusive", None)
    return client.post(ADD, sent, follow=True)


GST, QST = {"name": "GST", "rate_millipercent": "5"}, {"name": "QST", "rate_millipercent": "9.975"}


def test_a_place_can_have_several_taxes_of_different_names(owner_client):
    for tax in (GST, QST):
        assert add(owner_client, **tax).redirect_chain
    rows = TaxRate.objects.order_by("name").values_list("region", "name", "rate_millipercent")
    assert list(rows) == [("QC", "GST", 5_000), ("QC", "QST", 9_975)]


@pytest.mark.parametrize(
    ("region", "name", "is_there"),
    [("QC", "GST", True), ("qc", "gst", True), (" Qc ", " GST ", True), ("ON", "GST", False),
     ("", "GST", False), ("QC", "PST", False)],
)  # fmt: skip
def test_a_place_has_a_tax_of_a_name_once_however_both_are_written(owner_client, region, name, is_there):
    add(owner_client, **GST)
    page = add(owner_client, **GST | {"region": region, "name": name})
    assert TaxRate.objects.count() == (1 if is_there else 2)
    if is_there:
        assert errors_in(page) == {"name": ["This place has a tax of this name already."]}


def test_prices_contain_all_taxes_of_a_place_or_none_and_the_field_says_so(owner_client):
    add(owner_client, **GST)
    page = add(owner_client, **QST, is_inclusive=True)
    assert errors_in(page) == {
        "is_inclusive": ["GST 5 % is added to prices here. Untick this: the taxes of a place are all added."]
    }
    TaxRate.objects.update(is_inclusive=True)
    page = add(owner_client, **QST)
    assert errors_in(page) == {
        "is_inclusive": ["Prices include GST 5 % here. Tick this too: the taxes of a place are all included."]
    }
    assert add(owner_client, **QST | {"region": "ON"}).redirect_chain


def test_a_tax_cannot_move_to_a_place_whose_prices_differ(owner_client):
    TaxRate.objects.create(country="CA", region="QC", name="GST", rate_millipercent=5_000)
    moved = TaxRate.objects.create(
        country="CA", region="ON", name="HST", rate_millipercent=13_000, is_inclusive=False
    )
    sent = admin_form(owner_client.get(change(moved))) | {"region": "QC"}
    assert list(errors_in(owner_client.post(change(moved), sent))) == ["is_inclusive"]


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_a_place_whose_prices_begin_or_cease_to_include_one_tax_does_so_for_all(owner_client, is_inclusive):
    plain = {"country": "CA", "region": "QC", "is_inclusive": not is_inclusive}
    gst = TaxRate.objects.create(name="GST", rate_millipercent=5_000, **plain)
    TaxRate.objects.create(name="QST", rate_millipercent=9_975, **plain)
    elsewhere = TaxRate.objects.create(name="GST", rate_millipercent=5_000, **plain | {"region": "ON"})
    sent = admin_form(owner_client.get(change(gst)))
    sent.pop("is_inclusive", None)
    sent |= {"is_inclusive": "on"} if is_inclusive else {}
    page = owner_client.post(change(gst), sent, follow=True).content.decode()
    here = TaxRate.objects.filter(region="QC")
    assert {rate.is_inclusive for rate in here} == {is_inclusive}
    elsewhere.refresh_from_db()
    assert elsewhere.is_inclusive is not is_inclusive
    said = "Prices include all taxes in QC, Canada now" if is_inclusive else "are added to prices now"
    assert said in page
    assert "also: QST 9.975 %." in page


def test_a_region_without_a_tax_of_all_its_country_says_which_apply_there_alone(owner_client):
    add(owner_client, **GST | {"region": ""})
    page = add(owner_client, **QST).content.decode()
    assert (
        "Only the taxes of QC apply there now: QST 9.975 %. If GST 5 % of all of Canada applies there as "
        "well, add it for QC too."
    ) in page
    assert "Only the taxes of" not in add(owner_client, **GST).content.decode()


def test_deleting_one_of_a_places_taxes_warns_of_nothing_and_all_of_them_once(owner_client):
    plain = {"country": "CA", "region": "QC"}
    gst = TaxRate.objects.create(name="GST", rate_millipercent=5_000, **plain)
    qst = TaxRate.objects.create(name="QST", rate_millipercent=9_975, **plain)
    page = owner_client.get(f"/admin/shop/taxrate/{gst.pk}/delete/").content.decode()
    assert "No tax applies any more" not in page
    chosen = {"action": "delete_selected", "_selected_action": [gst.pk, qst.pk]}
    page = owner_client.post("/admin/shop/taxrate/", chosen).content.decode()
    assert "No tax applies any more in: QC, Canada." in page


def test_the_list_of_classes_names_the_tax_where_a_place_has_several(owner_client):
    made = TaxClass.objects.create(name="Books")
    for name in ("GST", "QST"):
        rate = TaxRate.objects.create(country="CA", region="QC", name=name, rate_millipercent=5_000)
    ClassRate.objects.create(rate=rate, tax_class=made, rate_millipercent=2_125)
    page = owner_client.get("/admin/shop/taxclass/").content.decode()
    assert "QC, Canada QST 2.125 %" in page

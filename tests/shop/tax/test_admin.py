"""Tax rates and tax classes in the admin, in percent."""

import pytest

from shop.catalogue.models import Product
from shop.catalogue.tax_classes import TaxClass
from shop.tax.models import ClassRate, TaxRate
from tests.builders import make_product
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/taxrate/add/"


def test_percents_are_stored_as_thousandths_and_shown_as_percent(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US",
        "name": "Sales tax",
        "rate_millipercent": "7.25",
    }
    assert owner_client.post(ADD, sent).status_code == 302
    rate = TaxRate.objects.get()
    assert rate.rate_millipercent == 7_250
    assert "7.25 %" in owner_client.get("/admin/shop/taxrate/").content.decode()
    assert 'value="7.25"' in owner_client.get(f"/admin/shop/taxrate/{rate.pk}/change/").content.decode()


@pytest.mark.parametrize("typed", ["100.001", "-1", "7.2555", "", "NaN"])
def test_impossible_rates_are_refused(owner_client, typed):
    sent = admin_form(owner_client.get(ADD)) | {"country": "US", "name": "Tax", "rate_millipercent": typed}
    assert list(errors_in(owner_client.post(ADD, sent))) == ["rate_millipercent"]


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [("8.875", 8_875, "8.875"), ("9.975", 9_975, "9.975"), ("6.625", 6_625, "6.625"), ("0.001", 1, "0.001"),
     ("5.50", 5_500, "5.5"), ("20.000", 20_000, "20"), ("100", 100_000, "100"), ("0", 0, "0")],
)  # fmt: skip
def test_a_rate_has_up_to_three_decimals_and_is_shown_without_zeros_at_its_end(
    owner_client, typed, stored, shown
):
    sent = admin_form(owner_client.get(ADD)) | {"country": "US", "name": "Tax", "rate_millipercent": typed}
    assert owner_client.post(ADD, sent).status_code == 302
    rate = TaxRate.objects.get()
    assert rate.rate_millipercent == stored
    assert f"{shown} %</td>" in owner_client.get("/admin/shop/taxrate/").content.decode()
    page = owner_client.get(change(rate)).content.decode()
    assert f'name="rate_millipercent" value="{shown}"' in page


def test_a_fourth_decimal_is_refused_with_what_is_possible_and_stays_typed(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {"country": "US", "name": "Tax", "rate_millipercent": "8.8755"}
    page = owner_client.post(ADD, sent)
    assert errors_in(page) == {"rate_millipercent": ["Ensure that there are no more than 3 decimal places."]}
    assert 'value="8.8755"' in page.content.decode()


def test_a_rate_can_be_saved_as_it_is(owner_client):
    rate = TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_millipercent=7250)
    address = f"/admin/shop/taxrate/{rate.pk}/change/"
    assert owner_client.post(address, admin_form(owner_client.get(address))).status_code == 302


def test_the_rate_of_a_region_alone_warns_of_the_rest_of_its_country(owner_client):
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US", "region": "CA", "name": "Sales tax", "rate_millipercent": "7.25",
    }  # fmt: skip
    page = owner_client.post(ADD, sent, follow=True).content.decode()
    assert "Elsewhere in United States of America no tax applies" in page


def test_the_rate_of_a_region_beside_one_for_all_warns_of_nothing(owner_client):
    TaxRate.objects.create(country="US", name="Sales tax", rate_millipercent=5000)
    sent = admin_form(owner_client.get(ADD)) | {
        "country": "US", "region": "CA", "name": "Sales tax", "rate_millipercent": "7.25",
    }  # fmt: skip
    assert "no tax applies" not in owner_client.post(ADD, sent, follow=True).content.decode()


def test_deleting_the_rate_of_a_country_asks_with_what_it_means(owner_client):
    rate = TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)
    address = f"/admin/shop/taxrate/{rate.pk}/delete/"
    assert "No tax applies any more in: Germany." in owner_client.get(address).content.decode()
    assert TaxRate.objects.exists()
    done = owner_client.post(address, {"post": "yes"}, follow=True).content.decode()
    assert "No tax applies any more" not in done
    assert not TaxRate.objects.exists()


def test_deleting_the_rate_of_a_region_that_falls_back_on_its_country_warns_of_nothing(owner_client):
    TaxRate.objects.create(country="US", name="Sales tax", rate_millipercent=5000)
    region = TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_millipercent=7250)
    page = owner_client.get(f"/admin/shop/taxrate/{region.pk}/delete/").content.decode()
    assert "No tax applies" not in page


def test_deleting_several_rates_in_the_list_asks_with_what_it_means(owner_client):
    whole = TaxRate.objects.create(country="US", name="Sales tax", rate_millipercent=5000)
    region = TaxRate.objects.create(country="US", region="CA", name="Sales tax", rate_millipercent=7250)
    chosen = {"action": "delete_selected", "_selected_action": [whole.pk, region.pk]}
    page = owner_client.post("/admin/shop/taxrate/", chosen).content.decode()
    places = "United States of America; CA, United States of America"
    assert f"No tax applies any more in: {places}." in page
    assert TaxRate.objects.count() == 2


# ---- tax classes ---------------------------------------------------------------------------------


@pytest.fixture
def germany():
    """19 % in Germany."""
    return TaxRate.objects.create(country="DE", name="VAT", rate_millipercent=19000)


@pytest.fixture
def books(germany):
    """Books at 7 % in Germany, used by one product."""
    made = TaxClass.objects.create(name="Books")
    ClassRate.objects.create(rate=germany, tax_class=made, rate_millipercent=7000)
    make_product(title="Songbook", tax_class=made)
    return made


def change(rate):
    return f"/admin/shop/taxrate/{rate.pk}/change/"


def typed(client, rate, *rows):
    """Return what a browser sends of a rate's form with these further class rates."""
    sent = admin_form(client.get(change(rate)))
    first = int(sent["class_rates-TOTAL_FORMS"])
    for place, (tax_class, points) in enumerate(rows, first):
        name = f"class_rates-{place}"
        sent |= {f"{name}-tax_class": tax_class.pk, f"{name}-rate_millipercent": points, f"{name}-id": ""}
        sent[f"{name}-rate"] = rate.pk
    return sent | {"class_rates-TOTAL_FORMS": first + len(rows)}


def test_a_class_rate_is_typed_in_percent_at_the_rate_of_its_place(owner_client, germany, books):
    food = TaxClass.objects.create(name="Food")
    assert owner_client.post(change(germany), typed(owner_client, germany, (food, "5.5"))).status_code == 302
    rows = germany.class_rates.values_list("tax_class__name", "rate_millipercent")
    assert list(rows) == [("Books", 7_000), ("Food", 5_500)]
    page = owner_client.get(change(germany)).content.decode()
    assert 'value="5.5"' in page


def test_a_class_that_stands_twice_is_refused_next_to_its_field(owner_client, germany, books):
    page = owner_client.post(change(germany), typed(owner_client, germany, (books, "5")))
    assert errors_in(page) == {"class_rates-1-tax_class": ["This tax class has a rate here already."]}
    food = TaxClass.objects.create(name="Food")
    page = owner_client.post(change(germany), typed(owner_client, germany, (food, "5"), (food, "6")))
    assert list(errors_in(page)) == ["class_rates-2-tax_class"]
    assert germany.class_rates.count() == 1


def test_a_class_rate_can_be_put_in_the_place_of_another(owner_client, germany, books):
    sent = typed(owner_client, germany, (books, "5")) | {"class_rates-0-DELETE": "on"}
    assert owner_client.post(change(germany), sent).status_code == 302
    assert germany.class_rates.get().rate_millipercent == 5_000


@pytest.mark.parametrize("points", ["", "100.001", "5.5555", "-1", "x"])
def test_impossible_class_rates_are_refused_next_to_their_field(owner_client, germany, books, points):
    food = TaxClass.objects.create(name="Food")
    page = owner_client.post(change(germany), typed(owner_client, germany, (food, points)))
    assert list(errors_in(page)) == ["class_rates-1-rate_millipercent"]


def test_taking_a_class_rate_away_says_what_its_goods_bear_now(owner_client, germany, books):
    sent = typed(owner_client, germany)
    kept = owner_client.post(change(germany), sent, follow=True).content.decode()
    assert "Taxed as all other goods" not in kept
    sent |= {"class_rates-0-DELETE": "on"}
    gone = owner_client.post(change(germany), sent, follow=True).content.decode()
    assert "Taxed as all other goods in Germany now, with 19 %: Books." in gone


def test_taking_the_rate_of_a_class_without_products_away_says_nothing(owner_client, germany, books):
    Product.objects.update(tax_class=None)
    sent = typed(owner_client, germany) | {"class_rates-0-DELETE": "on"}
    page = owner_client.post(change(germany), sent, follow=True).content.decode()
    assert "Taxed as all other goods" not in page


def test_the_list_of_rates_names_those_of_classes_with_no_query_a_row(
    owner_client, germany, books, django_assert_max_num_queries
):
    for code in ("AT", "FR", "IT", "ES", "PT", "PL"):
        rate = TaxRate.objects.create(country=code, name="VAT", rate_millipercent=20000)
        ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=5500)
    with django_assert_max_num_queries(11):
        page = owner_client.get("/admin/shop/taxrate/").content.decode()
    assert "Books 7 %" in page
    assert "Books 5.5 %" in page


def test_the_list_of_classes_tells_who_uses_them_and_what_they_bear(owner_client, books):
    TaxClass.objects.create(name="Food")
    make_product(tax_class=books)
    for country, region in (("US", "CA"), ("AT", "")):
        rate = TaxRate.objects.create(country=country, region=region, name="Tax", rate_millipercent=7250)
        ClassRate.objects.create(rate=rate, tax_class=books, rate_millipercent=0)
    page = owner_client.get("/admin/shop/taxclass/").content.decode()
    assert '<td class="field-used_by">2</td>' in page
    assert "Austria 0 %, Germany 7 %, CA, United States of America 0 %" in page
    assert "none: taxed as all other goods" in page


def test_a_class_is_made_once_and_chosen_at_a_product(owner_client):
    add = "/admin/shop/taxclass/add/"
    assert owner_client.post(add, {"name": "Books"}).status_code == 302
    assert list(errors_in(owner_client.post(add, {"name": "Books"}))) == ["name"]
    made, product = TaxClass.objects.get(), make_product()
    address = f"/admin/shop/product/{product.pk}/change/"
    sent = admin_form(owner_client.get(address)) | {"tax_class": made.pk}
    assert owner_client.post(address, sent).status_code == 302
    assert Product.objects.get().tax_class == made


def test_a_class_that_products_use_is_not_deleted_and_the_page_says_why(owner_client, books):
    address = f"/admin/shop/taxclass/{books.pk}/delete/"
    page = owner_client.get(address).content.decode()
    assert "would require deleting the following protected related objects" in page
    assert "Songbook" in page
    assert owner_client.post(address, {"post": "yes"}).status_code in {200, 403}
    chosen = {"action": "delete_selected", "_selected_action": [books.pk], "post": "yes"}
    owner_client.post("/admin/shop/taxclass/", chosen)
    assert TaxClass.objects.exists()


def test_a_class_without_products_goes_with_its_rates(owner_client, germany, books):
    Product.objects.update(tax_class=None)
    owner_client.post(f"/admin/shop/taxclass/{books.pk}/delete/", {"post": "yes"})
    assert not TaxClass.objects.exists()
    assert not germany.class_rates.exists()


def test_a_rate_goes_with_its_class_rates_and_leaves_the_classes(owner_client, germany, books):
    owner_client.post(f"/admin/shop/taxrate/{germany.pk}/delete/", {"post": "yes"})
    assert not ClassRate.objects.exists()
    assert TaxClass.objects.get() == books


def test_nobody_else_sees_them(moderator_client, stranger):
    for address in ("/admin/shop/taxclass/", "/admin/shop/taxrate/"):
        assert moderator_client.get(address).status_code == 403
        assert stranger.get(address).status_code == 302

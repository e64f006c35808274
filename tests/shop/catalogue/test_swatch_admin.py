"""Swatches in the admin: one for a value, of true colours, shown at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from foundation import freshness
from shop.catalogue import swatches
from shop.catalogue.swatches import Swatch
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/shop/swatch/", "/admin/shop/swatch/add/"


@pytest.fixture
def walnut():
    return Swatch.objects.create(name="Dark walnut", colour="#4f3524")


def url_of(swatch: Swatch) -> str:
    return reverse("admin:shop_swatch_change", args=[swatch.pk])


def test_a_new_swatch_is_shown_at_once(owner_client):
    assert swatches.of("Cedar") is None
    before = freshness.current()
    sent = {"name": "Cedar", "colour": "#c58b57", "second_colour": "#000000"}
    assert owner_client.post(ADD, sent).status_code == 302
    assert freshness.current() != before
    cedar = swatches.of("cedar")
    assert (cedar.name, cedar.colour, cedar.second_colour) == ("Cedar", "#c58b57", "")


def test_the_second_colour_counts_if_the_box_is_ticked(owner_client, walnut):
    sent = admin_form(owner_client.get(url_of(walnut)))
    assert "is_two_tone" not in sent
    sent |= {"second_colour": "#EFE6DA", "is_two_tone": "on"}
    assert owner_client.post(url_of(walnut), sent).status_code == 302
    walnut.refresh_from_db()
    assert walnut.second_colour == "#EFE6DA"
    sent = admin_form(owner_client.get(url_of(walnut)))
    assert sent.pop("is_two_tone") == "on"
    assert owner_client.post(url_of(walnut), sent).status_code == 302
    walnut.refresh_from_db()
    assert walnut.second_colour == ""


@pytest.mark.parametrize("field", ["colour", "second_colour"])
@pytest.mark.parametrize(
    "colour", ["brown", "#fff", "#12345g", "4f3524", "#4f35241", "red;}", '"><script>', "#４f3524"]
)
def test_what_is_no_colour_is_refused_next_to_its_field_and_the_rest_is_kept(owner_client, field, colour):
    sent = {"name": "Kept name", "colour": "#4f3524", "second_colour": "#4f3524", "is_two_tone": "on"}
    page = owner_client.post(ADD, sent | {field: colour})
    assert page.status_code == 200
    assert list(errors_in(page)) == [field]
    assert "Kept name" in page.content.decode()
    assert not Swatch.objects.exists()


@pytest.mark.parametrize("colour", ["#4f3524\n", "", "#4f35"])
def test_the_model_takes_nothing_but_colours(colour):
    with pytest.raises(ValidationError) as caught:
        Swatch(name="Cedar", colour=colour).full_clean()
    assert list(caught.value.message_dict) == ["colour"]


def test_a_bad_colour_says_what_a_good_one_looks_like(owner_client):
    page = owner_client.post(ADD, {"name": "Cedar", "colour": "brown"})
    assert errors_in(page)["colour"] == [
        "Enter a colour such as #a0422a: # and six digits or letters a to f."
    ]


@pytest.mark.parametrize("name", ["dark WALNUT", "Dark walnut", " Dark walnut "])
def test_a_value_has_one_swatch_however_it_is_capitalised(owner_client, walnut, name):
    page = owner_client.post(ADD, {"name": name, "colour": "#000000"})
    assert errors_in(page) == {"name": ["There is a swatch for this value already."]}
    assert Swatch.objects.get() == walnut


def test_the_database_keeps_one_swatch_for_a_value_too(walnut):
    with pytest.raises(IntegrityError):
        Swatch.objects.create(name="DARK walnut", colour="#000000")


def test_saving_untouched_changes_nothing(owner_client, walnut):
    assert owner_client.post(url_of(walnut), admin_form(owner_client.get(url_of(walnut)))).status_code == 302
    walnut.refresh_from_db()
    assert (walnut.name, walnut.colour, walnut.second_colour) == ("Dark walnut", "#4f3524", "")


@pytest.mark.parametrize("way", ["one", "many"])
def test_a_deleted_swatch_is_gone_at_once(owner_client, walnut, way):
    assert swatches.of("dark walnut") == walnut
    if way == "one":
        owner_client.post(reverse("admin:shop_swatch_delete", args=[walnut.pk]), {"post": "yes"})
    else:
        chosen = {"_selected_action": [walnut.pk], "action": "delete_selected", "post": "yes"}
        owner_client.post(LIST, chosen)
    assert swatches.of("dark walnut") is None


def test_the_list_and_the_form_show_a_sample(owner_client, walnut):
    for url in (LIST, url_of(walnut)):
        page = owner_client.get(url).content.decode()
        assert '<svg class="swatch"' in page
        assert 'fill="#4f3524"' in page
    assert 'type="color"' in page

"""A zone holds countries and parts of them; the narrowest part counts, and one can be left out."""

import pytest

from shop.addresses.places import Destination
from shop.shipping import rates, setup_checks
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from tests.builders import make_variant
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/shippingzone/add/"


def zone(name, price_minor, *places, **facts):
    made = ShippingZone.objects.create(name=name, **facts)
    for country, region, codes in places:
        ZoneCountry.objects.create(zone=made, country=country, region=region, postal_codes=codes)
    ShippingRate.objects.create(zone=made, name="Parcel", max_weight_grams=2000, price_minor=price_minor)
    return made


@pytest.fixture
def spain():
    """Spain for 600, Canary Islands for 2000, Ceuta and Melilla not at all, the Balearic region for 900."""
    zone("Spain", 600, ("ES", "", ""))
    zone("Canaries", 2000, ("ES", "", "35000-35999, 38000-38999"))
    zone("Balearics", 900, ("ES", "PM", ""))
    zone("Nowhere", 1, ("ES", "", "51, 52"), is_excluded=True)


def add(client, *places, name="Islands", **typed):
    """Post the form for a new zone with these rows of places."""
    page = client.get(ADD)
    sent = admin_form(page) | {"name": name, "countries-TOTAL_FORMS": str(len(places))}
    for number, (country, region, codes) in enumerate(places):
        row = f"countries-{number}"
        sent |= {f"{row}-country": country, f"{row}-region": region, f"{row}-postal_codes": codes}
    return client.post(ADD, sent | typed)


@pytest.mark.parametrize(("to", "price"), [
    (("ES",), 600), (("ES", "Madrid", "28039"), 600), (("ES", "", "38 400"), 2000), (("PT",), None),
    (("ES", "Mallorca", ""), 900), (("es", "", "e-35001"), 2000), (("ES", "Ceuta", "51001"), None),
    (("ES", "CE", ""), 600), (("\x00\x00",), None), (("",), None),
])  # fmt: skip
def test_the_zone_of_the_narrowest_place_counts(spain, to, price, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        quoted = rates.quotes(Destination(*to), 100, 0)
    assert [quote.price_minor for quote in quoted] == ([] if price is None else [price])


def test_a_country_of_which_parts_are_left_out_is_offered_and_one_left_out_whole_is_not(spain):
    zone("Never", 1, ("GB", "", ""), is_excluded=True)
    assert rates.countries() == [("ES", "Spain")]


def test_places_are_kept_by_code(owner_client):
    assert (
        add(
            owner_client, ("ES", "ES:TF", ""), ("GB", "", "bt"), ("US", "California", "90001 - 90099")
        ).status_code
        == 302
    )
    kept = list(ZoneCountry.objects.values_list("country", "region", "postal_codes"))
    assert kept == [("ES", "TF", ""), ("GB", "", "BT"), ("US", "CA", "90001-90099")]


@pytest.mark.parametrize(("place", "field"), [
    (("US", "Texass", ""), "region"), (("US", "ES:CA", ""), "region"), (("ES", "", "BT"), "postal_codes"),
    (("ES", "", "38999-38000"), "postal_codes"), (("ES", "", ";"), "postal_codes"),
])  # fmt: skip
def test_what_does_not_exist_is_refused_at_its_field(owner_client, place, field):
    assert list(errors_in(add(owner_client, place))) == [f"countries-0-{field}"]
    assert not ShippingZone.objects.exists()


def test_a_place_is_in_one_zone_and_its_codes_at_one_place(owner_client, spain):
    [words] = errors_in(add(owner_client, ("ES", "PM", "")))["countries-0-country"]
    assert words == "PM, Spain is in the zone “Balearics” already. A place is in one zone only."
    [words] = errors_in(add(owner_client, ("ES", "", "35001")))["countries-0-postal_codes"]
    assert words == "Some of these postal codes stand at “Spain (35000-35999, 38000-38999)” already."
    assert add(owner_client, ("ES", "TF", "38001")).status_code == 302


def test_two_rows_of_one_form_cannot_share_codes(owner_client):
    page = add(owner_client, ("ES", "", "35"), ("ES", "", "35001"))
    assert list(errors_in(page)) == ["countries-1-postal_codes"]
    assert not ShippingZone.objects.exists()


def test_a_zone_left_out_is_not_missed_and_unknown_places_are_named(owner_client):
    make_variant()
    zone("Germany", 600, ("DE", "", ""))
    ShippingZone.objects.create(name="Nowhere", is_excluded=True)
    assert [found.text for found in setup_checks.parcels_reach_every_zone()] == []
    odd = zone("Odd", 600, ("US", "Texass", ""))
    [found] = setup_checks.parcels_reach_every_zone()
    words = "The shipping zone “Odd” names Texass, United States of America, which does not exist"
    assert found.text == f"{words}: it never counts."
    assert found.url == f"/admin/shop/shippingzone/{odd.pk}/change/"
    assert found.text in owner_client.get("/admin/").content.decode()
    assert rates.quotes(Destination("US", "Texass"), 100, 0) == []

"""shop.shipping.rates: the cheapest bracket that carries the weight, by country."""

import pytest

from shop.shipping import rates
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zones():
    germany = make_zone("Germany", ["DE"], {2000: 600, 10_000: 900, 30_000: 1600})
    ShippingRate.objects.create(
        zone=germany, name="Express", max_weight_grams=5000, price_minor=1900, days_from=1, days_to=1
    )
    make_zone("North America", ["US", "CA"], {2000: 2400})
    make_zone("Planned", ["JP"], {})


def make_zone(name: str, countries: list[str], brackets: dict[int, int]) -> ShippingZone:
    zone = ShippingZone.objects.create(name=name)
    for country in countries:
        ZoneCountry.objects.create(zone=zone, country=country)
    for grams, price in brackets.items():
        ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=grams, price_minor=price)
    return zone


@pytest.mark.parametrize(
    ("grams", "price_minor"), [(0, 600), (2000, 600), (2001, 900), (10_000, 900), (30_000, 1600)]
)
def test_the_cheapest_bracket_that_carries_the_weight(grams, price_minor):
    assert {q.name: q.price_minor for q in rates.quotes("DE", grams, 0)}["Parcel"] == price_minor


def test_each_name_is_quoted_once_cheapest_first():
    assert [(q.key, q.price_minor) for q in rates.quotes("DE", 300, 0)] == [
        ("parcel", 600),
        ("express", 1900),
    ]


def test_a_dearer_small_bracket_gives_way_to_a_cheaper_big_one():
    ShippingRate.objects.filter(name="Parcel", price_minor=600).update(price_minor=9900)
    assert rates.quotes("DE", 300, 0)[0].price_minor == 900


@pytest.mark.parametrize("country", ["FR", "", "D", "DEU", "\x00\x00", "ÄÖ", "x" * 1000])
def test_no_quote_where_the_shop_does_not_ship(country):
    assert rates.quotes(country, 300, 0) == []


def test_no_quote_for_what_is_too_heavy():
    assert rates.quotes("US", 2001, 0) == []


def test_the_country_may_be_lower_case():
    assert rates.quotes("us", 100, 0)[0].zone == "North America"


def test_countries_are_those_with_a_rate_sorted_by_name():
    assert rates.countries() == [
        ("CA", "Canada"), ("DE", "Germany"), ("US", "United States of America"),
    ]  # fmt: skip


def test_one_query_each(django_assert_num_queries):
    with django_assert_num_queries(1):
        rates.quotes("DE", 300, 0)
    with django_assert_num_queries(1):
        rates.countries()

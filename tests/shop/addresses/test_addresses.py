"""What an address needs, is called and looks like in its country."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import addresses

US = {
    "name": "María López", "line1": "240 Valencia Street", "line2": "Flat 2", "postal_code": "94103",
    "city": "San Francisco", "region": "CA", "country": "US",
}  # fmt: skip
DE = {"name": "Ada Buyer", "line1": "Lindenstraße 1", "postal_code": "50674", "city": "Köln", "country": "DE"}


@pytest.mark.parametrize("address", [
    US, US | {"region": "california"}, US | {"postal_code": "50674"}, US | {"postal_code": "94103-1234"},
    DE, DE | {"region": "NRW"},
    {**DE, "country": "GB", "postal_code": "sw1a 1aa", "city": "London"},
    {**DE, "country": "CA", "postal_code": "K1A 0B1", "city": "Ottawa", "region": "Ontario"},
    {**DE, "country": "AE", "postal_code": "", "city": "", "region": "Dubai"},
    {**DE, "country": "IE", "postal_code": "", "city": "Cork"},
])  # fmt: skip
def test_a_valid_address_has_no_problem(address):
    assert addresses.problems(address) == {}


@pytest.mark.parametrize(("change", "field", "words"), [
    ({"region": ""}, "region", "Please fill in: State."),
    ({"region": "Bavaria"}, "region", "We do not know this one. Examples: Alabama, Wyoming."),
    ({"postal_code": ""}, "postal_code", "Please fill in: ZIP code."),
    ({"postal_code": "1234"}, "postal_code", "Enter one such as 95014."),
    ({"country": "DE", "postal_code": "ABC"}, "postal_code", "Enter one such as 26133."),
    ({"city": ""}, "city", "Please fill in: City."),
    ({"line1": "", "line2": ""}, "line1", "Please fill in: Address."),
])  # fmt: skip
def test_what_a_country_does_not_accept_is_said_in_its_own_words(change, field, words):
    assert addresses.problems(US | change) == {field: words}


def test_region_and_postal_code_are_written_as_the_country_does_and_the_rest_as_typed():
    assert addresses.normalised(US | {"region": "California"}) == US
    london = {**DE, "country": "GB", "postal_code": "sw1a 1aa", "city": "London"}
    assert addresses.normalised(london)["postal_code"] == "SW1A 1AA"
    assert addresses.normalised(DE)["city"] == "Köln"


@pytest.mark.parametrize(("address", "wanted"), [
    (US, ["María López", "240 Valencia Street", "Flat 2", "San Francisco, CA 94103", "Land"]),
    (DE, ["Ada Buyer", "Lindenstraße 1", "50674 Köln", "Land"]),
    ({**DE, "country": "GB", "postal_code": "SW1A 1AA", "city": "London"},
     ["Ada Buyer", "Lindenstraße 1", "London", "SW1A 1AA", "Land"]),
    ({**DE, "country": "JP", "postal_code": "100-0001", "region": "東京都", "city": ""},
     ["〒100-0001", "東京都", "Lindenstraße 1", "Ada Buyer", "Land"]),
    ({**DE, "country": "XX"}, ["Ada Buyer", "Lindenstraße 1", "Köln", "Land"]),
    (US | {"region": "", "postal_code": ""},
     ["María López", "240 Valencia Street", "Flat 2", "San Francisco", "Land"]),
])  # fmt: skip
def test_an_address_prints_as_the_post_of_its_country_wants(address, wanted):
    assert addresses.lines(address, country_name="Land") == wanted


def test_labels_and_required_fields_follow_the_country():
    assert addresses.rules_for("US").labels == {"region": "State", "city": "City", "postal_code": "ZIP code"}
    assert addresses.rules_for("US").required == {"line1", "city", "region", "postal_code"}
    assert "region" not in addresses.rules_for("DE").required
    assert addresses.rules_for("JP").labels["region"] == "Prefecture"
    assert "California" in addresses.rules_for("US").regions


@pytest.mark.parametrize(("typed", "code"), [
    ("CA", "CA"), ("california", "CA"), (" New York ", "NY"), ("Bavaria", "Bavaria"), ("", ""),
])  # fmt: skip
def test_a_region_is_known_by_its_name_and_by_its_code(typed, code):
    assert addresses.region_code("US", typed) == code


typed = st.text(max_size=80)


@given(st.sampled_from(["US", "DE", "GB", "JP", "CA", "AE", "XX", "", "ZZ"]), typed, typed, typed, typed)
def test_whatever_is_typed_gets_an_answer(country, line1, postal_code, city, region):
    address = {"line1": line1, "postal_code": postal_code, "city": city, "region": region, "country": country}
    addresses.rules_for(country)
    assert all(addresses.lines(address, country_name="Land"))
    addresses.problems(address)
    again = addresses.normalised(address)
    assert addresses.normalised(again) == again


@pytest.mark.parametrize(("country", "line"), [("JP", "Japan"), ("LU", "Luxembourg"), ("LV", "Latvia")])
def test_a_part_that_is_missing_leaves_no_sign_behind(country, line):
    address = {"name": "Ada", "country": country}
    assert sorted(addresses.lines(address, country_name=line)) == sorted(["Ada", line])

"""shop.tax.vat_numbers: which numbers are well made, and where an order with one may go."""

import pytest
from django_countries import countries
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.models import SiteIdentity
from shop.tax import vat_numbers

# Made up, with check digits that are right: one for each member state, and Northern Ireland.
NUMBERS = {
    "AT": "ATU39099603", "BE": "BE0695722008", "BG": "BG261995822", "CY": "CY88914865I", "CZ": "CZ14078066",
    "DE": "DE400571727", "DK": "DK23598523", "EE": "EE506710483", "ES": "ESB73268195", "FI": "FI27780772",
    "FR": "FR17185119393", "GB": "XI851143157", "GR": "EL985504639", "HR": "HR86605259023",
    "HU": "HU82039945", "IE": "IE9703940W", "IT": "IT76877720706", "LT": "LT074592011", "LU": "LU81728082",
    "LV": "LV47036089848", "MT": "MT84341455", "NL": "NL443407265B02", "PL": "PL9309428458",
    "PT": "PT494854820", "RO": "RO35373797", "SE": "SE409753454101", "SI": "SI71646442", "SK": "SK4992483628",
}  # fmt: skip


@pytest.mark.parametrize(("country", "number"), NUMBERS.items(), ids=NUMBERS)
def test_a_number_of_every_member_state_stands_on_orders_to_it(country, number):
    assert vat_numbers.normalised(number) == number
    assert vat_numbers.country_of(number) == country
    assert vat_numbers.problem(number, country) == ""


@pytest.mark.parametrize(("country", "number"), NUMBERS.items(), ids=NUMBERS)
def test_a_mistyped_digit_is_noticed(country, number):
    place = next(place for place in range(4, len(number)) if number[place].isdigit())
    typed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert vat_numbers.normalised(typed) == ""
    assert "not a VAT number of the European Union" in vat_numbers.problem(typed, country)


@pytest.mark.parametrize(
    "typed",
    ["ATU39099603", "atu39099603", "  AT U 390 996 03 ", "ATU-39.099.603", "AT\u00a0U39099603\n"],
)
def test_a_number_is_kept_as_it_is_written_however_it_was_typed(typed):
    assert vat_numbers.normalised(typed) == "ATU39099603"


def test_a_number_of_greece_begins_with_el():
    assert vat_numbers.normalised("GR985504639") == "EL985504639"
    assert vat_numbers.problem("EL985504639", "GR") == ""


@pytest.mark.parametrize(
    "typed",
    ["39099603", "AT", "ATU", "U39099603", "XX123456789", "GB851143157", "CHE107787577", "NO995525828", "?",
     "US123456789", "ATU39099603 ATU39099603", "DE 12/345/67890", "1" * 10_000, "ATU" + "3" * 10_000, "\x00",
     "ATU3909\x009603", "🎻", "ATU🎻39099603", "ATU3909960³"],
)  # fmt: skip
def test_anything_else_is_no_number(typed):
    assert vat_numbers.normalised(typed) == ""
    assert vat_numbers.problem(typed, "AT").startswith("This is not a VAT number of the European Union.")


@pytest.mark.parametrize("typed", ["EU372022452", "IM3720000224"])
def test_a_number_for_the_one_stop_shop_is_none_of_a_company(typed):
    assert vat_numbers.normalised(typed) == ""
    assert vat_numbers.problem(typed, "IM").startswith("This is not a VAT number")


@pytest.mark.parametrize("typed", ["", " ", "\n\t"])
def test_no_number_is_no_problem(typed):
    assert vat_numbers.normalised(typed) == ""
    assert vat_numbers.problem(typed, "AT") == ""


def test_a_right_number_of_the_wrong_country_names_both():
    assert vat_numbers.problem("ATU39099603", "FR") == (
        "This number is of Austria, but the order goes to France."
    )


@given(st.one_of(st.text(), st.builds("{}{}".format, st.sampled_from([*NUMBERS, "EL", "XI"]), st.text())))
@example("ATU" + "٣٩٠٩٩٦٠٣")
@example("X" * 10_000)
def test_whatever_is_typed_is_a_number_or_none_and_never_an_error(typed):
    number = vat_numbers.normalised(typed)
    assert bool(vat_numbers.problem(typed, "AT")) == bool(typed.strip() and number[:2] != "AT")
    assert len(number) <= vat_numbers.LONGEST
    assert vat_numbers.normalised(number) == number
    assert number == "" or countries.name(vat_numbers.country_of(number))


# ---- the shop's own number -----------------------------------------------------------------------


@pytest.fixture
def own(db):
    """Return a function that gives the shop a tax number."""
    return lambda number: SiteIdentity.objects.update_or_create(pk=1, defaults={"tax_number": number})


@pytest.mark.parametrize("number", ["DE400571727", "DE 400 571 727", "EL985504639", "GR985504639"])
def test_a_shop_with_a_number_asks_for_one(own, number):
    own(number)
    assert vat_numbers.is_offered()


@pytest.mark.parametrize(
    "number", ["", "DE400571728", "12/345/67890", "GB851143157", "XI851143157", "IM3720000224"]
)
def test_a_shop_without_a_number_of_a_member_state_does_not_ask(own, number):
    own(number)
    assert not vat_numbers.is_offered()
    assert not vat_numbers.shifts_tax("ATU39099603", "AT")


@pytest.mark.parametrize(
    ("mine", "its", "country", "shifts"),
    [
        ("DE400571727", "ATU39099603", "AT", True),
        ("DE400571727", "ATU39099603", "at", True),
        ("DE400571727", "EL985504639", "GR", True),
        ("EL985504639", "DE400571727", "DE", True),
        ("EL985504639", "EL985504639", "GR", False),
        ("GR985504639", "EL985504639", "GR", False),
        ("DE400571727", "DE400571727", "DE", False),
        ("DE400571727", "XI851143157", "GB", True),
        ("DE400571727", "ATU39099603", "FR", True),  # of a third state, neither of the goods' two
        ("DE400571727", "ATU39099603", "DE", False),
        ("DE400571727", "DE400571727", "AT", False),
        ("DE400571727", "ATU39099603", "US", False),
        ("DE400571727", "ATU39099603", "GB", False),
        ("DE400571727", "XI851143157", "FR", True),
        ("DE400571727", "XI851143157", "DE", False),
        ("DE400571727", "ATU39099604", "AT", False),
        ("DE400571727", "", "AT", False),
        ("DE400571727", "IM3720000224", "IM", False),
        ("ATU39099603", "DE400571727", "DE", True),
    ],
)
def test_the_tax_shifts_between_two_countries_where_both_have_a_number(own, mine, its, country, shifts):
    own(mine)
    assert vat_numbers.shifts_tax(its, country) is shifts

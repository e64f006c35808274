"""Prices and percents as people type them."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from shop.money_form import MoneyField, PercentField, TaxRateField


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("44", 4400),
        ("44.5", 4450),
        ("44.00", 4400),
        (" 0.01 ", 1),
        ("0", 0),
        ("1e2", 10000),
        ("21474836.47", 2**31 - 1),
    ],
)
def test_decimals_become_minor_units(typed, minor):
    assert MoneyField(currency="USD").clean(typed) == minor


@pytest.mark.parametrize(
    ("currency", "typed", "minor"),
    [("JPY", "4400", 4400), ("KWD", "4.120", 4120), ("ISK", "4400", 4400), ("EUR", "4.12", 412)],
)
def test_the_currency_decides_the_decimals(currency, typed, minor):
    assert MoneyField(currency=currency).clean(typed) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "44.001", "-1", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1e-9", "21474836.48",
        "9" * 5000, "abc", "44,00", "$44", "\x00", "", None, "0x10",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_message(typed):
    with pytest.raises(ValidationError) as refused:
        MoneyField(currency="USD").clean(typed)
    assert refused.value.messages


def test_yen_have_no_decimals():
    with pytest.raises(ValidationError):
        MoneyField(currency="JPY").clean("1.5")


@pytest.mark.parametrize("typed", ["4.125", "0.001", "4.129"])
def test_what_stripe_cannot_charge_is_refused_where_it_is_typed(typed):
    with pytest.raises(ValidationError, match="The last decimal must be 0: KWD"):
        MoneyField(currency="KWD").clean(typed)


def test_an_optional_price_may_be_empty():
    assert MoneyField(currency="USD", required=False).clean("") is None


class PriceForm(forms.Form):
    """A form with an optional price."""

    price = MoneyField(currency="USD", required=False)


def test_a_stored_price_is_shown_as_decimal_and_what_was_typed_is_kept():
    assert 'value="44.00"' in str(PriceForm(initial={"price": 4400})["price"])
    assert 'value="4 4"' in str(PriceForm({"price": "4 4"}, initial={"price": 4400})["price"])


@pytest.mark.parametrize(
    ("typed", "is_changed"),
    [
        ("44.00", False),
        ("44", False),
        ("44.0", False),
        ("4400", True),
        ("", True),
        ("sNaN", True),
        ("x", True),
    ],
)
def test_only_another_amount_is_a_change(typed, is_changed):
    assert PriceForm({"price": typed}, initial={"price": 4400}).has_changed() == is_changed


@pytest.mark.parametrize(("typed", "basis_points"), [("19", 1900), ("7.25", 725), ("0", 0), ("100", 10_000)])
def test_percents_become_basis_points(typed, basis_points):
    assert PercentField().clean(typed) == basis_points


@pytest.mark.parametrize("typed", ["100.01", "-1", "7.255"])
def test_impossible_percents_are_refused(typed):
    with pytest.raises(ValidationError):
        PercentField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "millipercent"),
    [("19", 19_000), ("8.875", 8_875), ("0.001", 1), ("0", 0), ("100", 100_000)],
)
def test_tax_rates_become_thousandths_of_a_percent(typed, millipercent):
    assert TaxRateField().clean(typed) == millipercent


@pytest.mark.parametrize("typed", ["100.001", "-0.001", "8.8755", "8,875", "NaN", ""])
def test_impossible_tax_rates_are_refused(typed):
    with pytest.raises(ValidationError):
        TaxRateField().clean(typed)


@pytest.mark.parametrize(("stored", "shown"), [(19_000, "19"), (8_875, "8.875"), (20_500, "20.5"), (0, "0")])
def test_a_stored_tax_rate_is_written_without_zeros_at_its_end(stored, shown):
    assert TaxRateField().prepare_value(stored) == shown

"""Money is whole minor units of a known currency."""

from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision

from shop.money import EXPONENTS, CurrencyMismatch, Money, UnknownCurrency, charge_step, exponent


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(4400, "USD", "$44.00"), (69000, "USD", "$690.00"), (4400, "EUR", "€44.00"), (4400, "JPY", "¥4,400"),
     (4400, "KWD", "KWD4.400"), (4400, "ISK", "ISK4,400"), (4400, "XAF", "FCFA4,400"),
     (-500, "USD", "-$5.00"), (123456789, "USD", "$1,234,567.89")],
)  # fmt: skip
def test_amounts_are_shown_with_the_decimals_of_their_currency(amount, currency, shown):
    assert Money(amount, currency).display().replace("\xa0", " ") == shown


def test_an_amount_is_exact_in_major_units():
    assert Money(4401, "USD").decimal == Decimal("44.01")


def test_sums_keep_the_currency():
    assert Money(1, "USD") + Money(2, "USD") - Money(1, "USD") == Money(2, "USD")


def test_different_currencies_never_add_up():
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_anything_but_a_whole_number_is_refused(amount):
    with pytest.raises(TypeError):
        Money(amount, "USD")


def test_a_currency_outside_the_allow_list_is_refused():
    with pytest.raises(UnknownCurrency, match="UGX"):
        exponent("UGX")
    with pytest.raises(UnknownCurrency, match="UGX"):
        charge_step("UGX")


def test_every_currency_is_shown_with_all_its_decimals():
    assert {currency: get_currency_precision(currency) for currency in EXPONENTS} == EXPONENTS


def test_three_decimals_are_charged_in_steps_of_ten():
    steps = {currency: charge_step(currency) for currency in EXPONENTS}
    assert {currency for currency, step in steps.items() if step == 10} == {"BHD", "JOD", "KWD", "OMR", "TND"}
    assert set(steps.values()) == {1, 10}

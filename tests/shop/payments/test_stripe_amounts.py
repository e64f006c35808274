"""Every currency of the allow-list is told to Stripe in Stripe's own minor units, and read back exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import EXPONENTS, UnknownCurrency, charge_step
from shop.payments.stripe_amounts import NotChargeable, from_stripe, to_stripe

# What Stripe's page on currencies says; a currency it does not name has two decimals there.
ZERO_DECIMALS = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip
THREE_DECIMALS = {"BHD", "JOD", "KWD", "OMR", "TND"}

CURRENCIES = sorted(EXPONENTS)
currencies = st.sampled_from(CURRENCIES)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_one_whole_unit_is_what_stripe_says_it_is(currency):
    expected = 1 if currency in ZERO_DECIMALS else 1000 if currency in THREE_DECIMALS else 100
    one = 10 ** EXPONENTS[currency]
    assert to_stripe(one, currency) == expected
    assert from_stripe(expected, currency) == one


@pytest.mark.parametrize(
    ("minor", "currency", "at_stripe"),
    [(4400, "USD", 4400), (4400, "JPY", 4400), (4400, "ISK", 440000), (4120, "KWD", 4120), (0, "ISK", 0)],
)
def test_amounts_are_those_of_the_table(minor, currency, at_stripe):
    assert (to_stripe(minor, currency), from_stripe(at_stripe, currency)) == (at_stripe, minor)


@given(currencies, st.integers(0, 2**31 - 1))
def test_what_is_told_is_read_back_the_same(currency, number):
    amount_minor = number - number % charge_step(currency)
    assert from_stripe(to_stripe(amount_minor, currency), currency) == amount_minor


@given(currencies, st.integers(0, 2**31 - 1))
def test_what_is_read_is_only_what_could_have_been_told(currency, amount):
    try:
        amount_minor = from_stripe(amount, currency)
    except NotChargeable:
        assert currency in THREE_DECIMALS | {"ISK"}
    else:
        assert to_stripe(amount_minor, currency) == amount


@pytest.mark.parametrize("currency", sorted(THREE_DECIMALS))
def test_a_third_decimal_is_never_sent_nor_read(currency):
    with pytest.raises(NotChargeable, match="must end in 0"):
        to_stripe(4125, currency)
    with pytest.raises(NotChargeable):
        from_stripe(4125, currency)


@pytest.mark.parametrize("amount", [1, 50, 440001])
def test_a_part_of_a_krona_is_never_read(amount):
    with pytest.raises(NotChargeable):
        from_stripe(amount, "ISK")


@pytest.mark.parametrize("currency", ["UGX", "usd", "", "XXX"])
def test_a_currency_outside_the_allow_list_is_refused(currency):
    with pytest.raises(UnknownCurrency):
        to_stripe(100, currency)
    with pytest.raises(UnknownCurrency):
        from_stripe(100, currency)

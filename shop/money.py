"""Money: integer minor units and a currency. No Django.

Errors: UnknownCurrency (a ValueError), CurrencyMismatch (a ValueError).
Source: ISO 4217 for the exponents; docs/payments.md, "Currencies", for what Stripe makes of them.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency

# The allow-list: currency -> number of decimals shown and stored.
EXPONENTS = {
    "USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "NZD": 2, "SEK": 2, "NOK": 2,
    "DKK": 2, "PLN": 2, "CZK": 2,
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "MGA": 0,
    "PYG": 0, "RWF": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


# The least that Stripe charges; what it counts in other currencies depends on the account.
# Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
SMALLEST_CHARGES = {
    "USD": 50, "EUR": 50, "GBP": 30, "CHF": 50, "CAD": 50, "AUD": 50, "NZD": 50, "SEK": 300, "NOK": 300,
    "DKK": 250, "PLN": 200, "CZK": 1500, "JPY": 50,
}  # fmt: skip


class UnknownCurrency(ValueError):
    """The currency is not in the allow-list."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met."""


def exponent(currency: str) -> int:
    """Return the number of decimals of a currency. Raises UnknownCurrency."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(f"{currency!r} is not a currency this shop can sell in.") from None


def charge_step(currency: str) -> int:
    """Return the smallest amount in minor units that can be charged. Raises UnknownCurrency.

    Stripe takes three-decimal currencies with a last digit of 0 only, so their prices and taxes end in 0.
    """
    return 10 if exponent(currency) == 3 else 1


def smallest_charge(currency: str) -> int:
    """Return the least in minor units that a card can be charged; one step where that is not known."""
    return SMALLEST_CHARGES.get(currency) or charge_step(currency)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents for USD, yen for JPY) of one currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats, booleans and unknown currencies."""
        if type(self.amount_minor) is not int:
            raise TypeError("amount_minor must be an int in minor units")
        exponent(self.currency)

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency. Raises CurrencyMismatch."""
        self._require_same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency. Raises CurrencyMismatch."""
        self._require_same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def _require_same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added.")

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def display(self, language: str = "en") -> str:
        """Return the amount for people, such as `$44.00`."""
        return _display(self.amount_minor, self.currency, language)


@lru_cache(maxsize=4096)
def _display(amount_minor: int, currency: str, language: str) -> str:
    amount = Decimal(amount_minor).scaleb(-exponent(currency))
    locale = language.replace("-", "_")
    return format_currency(amount, currency, locale="en_US" if locale == "en" else locale)

"""The shop's minor units as Stripe counts them, in one table.

Source: https://docs.stripe.com/currencies; docs/payments.md, "Currencies".
"""

from shop.money import exponent

# Stripe wants three-decimal currencies with a last digit of 0; the others are sent as they are.
LAST_DIGIT_ZERO = {"BHD", "JOD", "KWD", "OMR", "TND"}


def to_stripe(amount_minor: int, currency: str) -> int:
    """Return the amount for Stripe. Raises UnknownCurrency, and ValueError for a third decimal."""
    exponent(currency)
    if currency in LAST_DIGIT_ZERO and amount_minor % 10:
        raise ValueError(f"{currency} amounts must end in 0 to be charged, not {amount_minor}.")
    return amount_minor


def from_stripe(amount: int, currency: str) -> int:
    """Return what Stripe reports in the shop's minor units. Raises UnknownCurrency."""
    exponent(currency)
    return amount

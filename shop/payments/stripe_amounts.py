"""The shop's minor units as Stripe counts them, in one table.

Errors: UnknownCurrency (a ValueError), NotChargeable (a ValueError).
Source: https://docs.stripe.com/currencies; docs/payments.md, "Currencies".
"""

from shop.money import charge_step
from shop.payments.stripe_limits import LARGEST_AMOUNT

# Currencies of which Stripe counts other minor units than the shop: how many of its make one of ours.
STRIPE_UNITS = {"ISK": 100}


class NotChargeable(ValueError):
    """The amount cannot be told to Stripe, or what Stripe tells cannot be one of ours."""


def largest_charge(currency: str) -> int:
    """Return the most in the shop's minor units that one payment can charge. Raises UnknownCurrency."""
    largest = LARGEST_AMOUNT // STRIPE_UNITS.get(currency, 1)
    return largest - largest % charge_step(currency)


def to_stripe(amount_minor: int, currency: str) -> int:
    """Return the amount for Stripe. Raises UnknownCurrency, and NotChargeable for a third decimal."""
    step = charge_step(currency)
    if amount_minor % step:
        raise NotChargeable(f"{currency} amounts must end in 0 to be charged, not {amount_minor}.")
    return amount_minor * STRIPE_UNITS.get(currency, 1)


def from_stripe(amount: int, currency: str) -> int:
    """Return what Stripe reports in the shop's minor units: the exact inverse of to_stripe.

    Raises UnknownCurrency, and NotChargeable for an amount that to_stripe never gives.
    """
    amount_minor, rest = divmod(amount, STRIPE_UNITS.get(currency, 1))
    if rest or amount_minor % charge_step(currency):
        raise NotChargeable(f"{amount} is not an amount of {currency} that this shop could have charged.")
    return amount_minor

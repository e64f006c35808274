"""Gift cards for tests, each with its first movement and no mail."""

from itertools import count
from typing import Any

from shop.giftcards import codes
from shop.giftcards.models import GiftCard, GiftCardMovement

_numbers = count(1)


def make_card(code: str = "", balance_minor: int = 5000, **facts: Any) -> GiftCard:
    """Make a gift card as if the staff had issued it; a code of its own unless given."""
    n = next(_numbers)
    code = code or f"TEST-CARD-{n:04}"
    fields: dict[str, Any] = {
        "code_hash": codes.hashed(code), "hint": codes.hint_of(code), "currency": "USD",
        "recipient": "ada@customer.example", "initial_minor": balance_minor,
    }  # fmt: skip
    card = GiftCard.objects.create(balance_minor=balance_minor, **fields | facts)
    GiftCardMovement.objects.create(
        card=card, delta_minor=balance_minor, kind="issued", reference=f"{card.source or 'test'} card {n}"
    )
    return card


def balance_of(card: GiftCard) -> int:
    """Return what is on a card now, having made sure that its movements say the same."""
    card.refresh_from_db()
    assert sum(card.movements.values_list("delta_minor", flat=True)) == card.balance_minor >= 0
    return card.balance_minor

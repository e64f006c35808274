"""The one way in which a gift card's balance changes: a guarded UPDATE, and the movement that explains it.

Lock order: gift cards by id, after discount codes and before variants. Source: docs/pricing.md, "Gift cards".
"""

from typing import Any

from django.db.models import F

from foundation import transactions
from shop.giftcards.models import GiftCard, GiftCardMovement, GiftCardQuerySet


class CardRefused(Exception):
    """A gift card that cannot do what was asked; str() tells the buyer why."""


def enter(
    cards: GiftCardQuerySet, card_id: int, delta_minor: int,
    *, kind: str, reference: str, attempt: int = 1, staff: Any = None, note: str = "",
) -> bool:  # fmt: skip
    """Change one card's balance and write it down; False when it is not among `cards` or lacks the value.

    In minor units. The guard is part of the UPDATE: of several that take the last of a card, exactly one
    changes a row. Needs a transaction. Two queries.
    """
    require_transaction()
    enough = cards.filter(pk=card_id, balance_minor__gte=max(-delta_minor, 0))
    if enough.update(balance_minor=F("balance_minor") + delta_minor) != 1:
        return False
    GiftCardMovement.objects.create(
        card_id=card_id, delta_minor=delta_minor, kind=kind, reference=reference,
        attempt=attempt, staff=staff, note=note,
    )  # fmt: skip
    return True


def put(card_id: int, delta_minor: int, **entry: Any) -> None:
    """Put value on a card in whatever state it is; `entry` as in enter()."""
    if not enter(GiftCard.objects.all(), card_id, delta_minor, **entry):
        raise RuntimeError(f"Gift card {card_id} took no {delta_minor}.")


def require_transaction() -> None:
    """Raise RuntimeError outside of a transaction."""
    if not transactions.is_open():
        raise RuntimeError("Gift cards change only inside a transaction.")

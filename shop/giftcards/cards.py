"""Paying with gift cards: find one, say why it cannot pay, spend, give back, refund.

All amounts are minor units. Every verb needs an open transaction, which the caller rolls back by letting the
error pass, and the order of `reference` locked; cards are touched in order of their id, so two orders never
deadlock. Error: CardRefused, with a sentence for the buyer. Source: docs/pricing.md, "Gift cards".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from shop.giftcards import book, codes
from shop.giftcards.book import CardRefused
from shop.giftcards.models import GiftCard, GiftCardMovement, GiftCardQuerySet

__all__ = [
    "CardPayment", "CardRefused", "find", "give_back", "held_minor", "lock", "lock_all", "problem_of",
    "refund", "spend", "spend_again", "spendable_minor",
]  # fmt: skip

Kind, State = GiftCardMovement.Kind, GiftCard.State
Amounts = Mapping[int, int]  # card id -> minor units, at least 1


@dataclass(frozen=True, slots=True)
class CardPayment:
    """What a gift card pays of an order, in minor units; `hint` is how people tell cards apart."""

    card_id: int
    hint: str
    amount_minor: int


def find(text: str) -> GiftCard | None:
    """Return the card whose code somebody typed, or None. One query, none for what cannot be a code."""
    code = codes.readable(text)
    return GiftCard.objects.filter(code_hash=codes.hashed(code)).first() if code else None


def spendable_minor(card: GiftCard, *, held_minor: int = 0) -> int:
    """Return what a card can pay now: 0 when it is blocked, expired or not of this shop. No query.

    `held_minor` is what the buyer's own order that waits holds of it, as held_minor() says: it counts too.
    """
    if card.state not in {State.USABLE, State.USED_UP}:
        return 0
    return card.balance_minor + held_minor


def problem_of(card: GiftCard, *, reference: str = "") -> str:
    """Return the sentence why a card cannot pay now; empty when it can.

    `reference` names the buyer's own order that waits, which takes one query.
    """
    held = held_minor(reference).get(card.pk, 0) if reference else 0
    if spendable_minor(card, held_minor=held):
        return ""
    name = _("This gift card")
    return _obstacle(card, name) or _("%(card)s is empty.") % {"card": name}


def _obstacle(card: GiftCard, name: str) -> str:
    """Return why a card cannot pay whatever is on it; empty when nothing stands in its way."""
    sentences = {
        State.BLOCKED: _("%(card)s was blocked. Please write to us."),
        State.EXPIRED: _("%(card)s is not valid any more."),
        State.FOREIGN: _("%(card)s was for trying the shop out: it cannot pay."),
    }
    sentence = sentences.get(card.state, "")
    if card.state == State.FOREIGN and card.currency != settings.SHOP_CURRENCY:
        sentence = _("%(card)s is in another currency.")
    return sentence % {"card": name} if sentence else ""


def held_minor(reference: str) -> dict[int, int]:
    """Return card id -> what stands as spent for an order: spent - given back - refunded. One query."""
    paid_with = GiftCardMovement.objects.filter(reference=reference, kind=Kind.SPENT).values("card")
    own = Q(kind__in=[Kind.SPENT, Kind.GIVEN_BACK], reference=reference)
    refunds = Q(kind=Kind.REFUNDED, reference__startswith=f"{reference} ")
    moved = GiftCardMovement.objects.filter(own | refunds, card__in=paid_with).order_by()
    sums = moved.values_list("card").annotate(sum=Sum("delta_minor")).filter(sum__lt=0)
    return {card_id: -delta_minor for card_id, delta_minor in sums}


def lock(card_ids: Iterable[int]) -> None:
    """Lock cards in order of their id, before any variant: spend() comes when the order has its number."""
    book.require_transaction()
    list(GiftCard.objects.select_for_update().filter(pk__in=list(card_ids)).order_by("pk"))


def lock_all(reference: str) -> None:
    """Lock the cards that an order paid with or bought, in order of their id. Two queries.

    For whoever changes cards of both kinds, or stock before cards.
    """
    book.require_transaction()
    spent = GiftCardMovement.objects.filter(reference=reference, kind=Kind.SPENT)
    paid_with = list(spent.values_list("card", flat=True))
    chosen = GiftCard.objects.filter(Q(pk__in=paid_with) | Q(source=reference))
    list(chosen.select_for_update().order_by("pk"))


def spend(amounts: Amounts, *, reference: str) -> None:
    """Take what an order pays with each card. Raises CardRefused, naming the card by its hint.

    One guarded UPDATE a card looks at balance, block and expiry at once. Raises ValueError for amounts
    below 1, and for an order of which something stands: it spends again after give_back().
    """
    book.require_transaction()
    if any(amount < 1 for amount in amounts.values()):
        raise ValueError(f"{reference} cannot spend {dict(amounts)}.")
    if held_minor(reference):
        raise ValueError(f"{reference} has spent already.")
    _spend(GiftCard.objects.valid(), amounts, reference)


def _spend(cards: GiftCardQuerySet, amounts: Amounts, reference: str) -> None:
    attempt = _last_attempt(reference) + 1
    for pk in sorted(amounts):
        if not book.enter(cards, pk, -amounts[pk], kind=Kind.SPENT, reference=reference, attempt=attempt):
            card = GiftCard.objects.get(pk=pk)
            name = _("The gift card %(hint)s") % {"hint": card}
            less = _("%(card)s has less on it by now.") % {"card": name}
            raise CardRefused(_obstacle(card, name) or less)


def give_back(reference: str) -> None:
    """Put back all that stands of an order that came to nothing, once; blocked and expired cards as well."""
    held = _lock(reference)
    last = _last_attempt(reference)
    for pk in sorted(held):
        book.put(pk, held[pk], kind=Kind.GIVEN_BACK, reference=reference, attempt=last)


def spend_again(reference: str) -> None:
    """Take what the last give_back() gave: the order lives again. Raises CardRefused.

    Does nothing when something stands, or nothing was given back. A card that has expired since pays all
    the same, for it was valid when the order was placed; one that was blocked does not.
    """
    _lock(reference)
    last = _last_attempt(reference)  # while it stands, nothing of it was given back
    given = GiftCardMovement.objects.filter(kind=Kind.GIVEN_BACK, reference=reference, attempt=last)
    amounts = dict(given.values_list("card", "delta_minor"))
    _spend(GiftCard.objects.filter(is_blocked=False), amounts, reference)


def refund(reference: str, amount_minor: int, *, cause: str, staff: Any = None) -> None:
    """Put a part of what an order paid back on its cards, the last spent first, once for each cause.

    Blocked and expired cards get theirs too. Raises ValueError when more is asked than stands.
    """
    held, entry = _lock(reference), {"kind": Kind.REFUNDED, "reference": f"{reference} {cause}"}
    if GiftCardMovement.objects.filter(**entry).exists():
        return
    if not 0 <= amount_minor <= sum(held.values()):
        raise ValueError(f"{reference} cannot get {amount_minor} back: {sum(held.values())} stands.")
    shares = _shares(amount_minor, held, _last_spent_first(reference))
    for pk in sorted(shares):
        book.put(pk, shares[pk], staff=staff, **entry)


def _shares(amount_minor: int, held: Amounts, card_ids: Iterable[int]) -> dict[int, int]:
    """Share an amount out, to each card in turn at most what stands of it."""
    shares = {}
    for pk in card_ids:
        share = min(amount_minor, held.get(pk, 0))
        if share:
            shares[pk] = share
        amount_minor -= share
    return shares


def _last_spent_first(reference: str) -> list[int]:
    spent = GiftCardMovement.objects.filter(kind=Kind.SPENT, reference=reference).order_by()
    return list(spent.values_list("card", flat=True).annotate(last=Max("id")).order_by("-last"))


def _lock(reference: str) -> dict[int, int]:
    """Lock the cards an order paid with, in order of id, and return held_minor(). Two queries."""
    book.require_transaction()
    paid_with = GiftCardMovement.objects.filter(reference=reference, kind=Kind.SPENT).values("card")
    list(GiftCard.objects.select_for_update().filter(pk__in=paid_with).order_by("pk"))
    return held_minor(reference)


def _last_attempt(reference: str) -> int:
    """Return how often an order has spent; what is given back carries the number of its spending."""
    spent = GiftCardMovement.objects.filter(kind=Kind.SPENT, reference=reference)
    return spent.aggregate(last=Max("attempt"))["last"] or 0

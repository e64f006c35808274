"""The gift cards of a cart: typed where codes are, kept until removed, asked anew whenever they are shown."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shop.cart.models import Cart, CartGiftCard
from shop.giftcards import cards
from shop.giftcards.models import GiftCard
from shop.money import Money

MOST_CARDS = 5  # in one cart


@dataclass(frozen=True, slots=True)
class CartCard:
    """A gift card as pages show it: its last characters, what it can pay in minor units, or why it cannot."""

    card_id: int
    hint: str
    spendable_minor: int
    spendable: str
    problem: str


def of_cart(cart: Cart) -> list[CartCard]:
    """Return the cart's gift cards as they stand now. One query, and one while an order of them waits."""
    rows = CartGiftCard.objects.filter(cart=cart).select_related("card")
    found = [row.card for row in rows]
    reference = cart.waiting_reference
    held = cards.held_minor(reference) if found and reference else {}
    return [_card(card, held.get(card.pk, 0)) for card in found]


def _card(card: GiftCard, held_minor: int) -> CartCard:
    able_minor = cards.spendable_minor(card, held_minor=held_minor)
    return CartCard(
        card_id=card.pk,
        hint=str(card),
        spendable_minor=able_minor,
        spendable=Money(able_minor, card.currency).display(),
        problem="" if able_minor else cards.problem_of(card),
    )


def put(cart: Cart, text: str) -> str | None:
    """Keep the card whose code was typed; return why not, or "". None when it is no card's code."""
    card = cards.find(text)
    if card is None:
        return None
    if problem := cards.problem_of(card, reference=cart.waiting_reference):
        return problem
    known = CartGiftCard.objects.filter(cart=cart)
    if known.filter(card=card).exists():
        return ""
    if known.count() >= MOST_CARDS:
        return _("An order can be paid with %(most)d gift cards at most.") % {"most": MOST_CARDS}
    CartGiftCard.objects.get_or_create(cart=cart, card=card)
    return ""


def remove(cart: Cart, card_id: str) -> str:
    """Forget a card of the cart, by its number as posted; return the sentence that says so, or ""."""
    if not (card_id.isascii() and card_id.isdigit() and len(card_id) < 19):
        return ""
    removed, _rows = CartGiftCard.objects.filter(cart=cart, card=int(card_id)).delete()
    return _("The gift card was removed.") if removed else ""

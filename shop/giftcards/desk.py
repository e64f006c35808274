"""What the staff does to one card by hand: block it, let it pay again, change what is on it."""

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from shop.giftcards import book, history
from shop.giftcards.book import CardRefused
from shop.giftcards.models import MOST_MINOR, GiftCard, GiftCardMovement
from shop.money import Money


def block(card: GiftCard, *, staff: Any) -> None:
    """Let a card pay no more until staff says otherwise, whatever a bank does. Its history tells of it.

    Needs a transaction.
    """
    _set_blocked(card, True, _("Blocked."), staff)


def unblock(card: GiftCard, *, staff: Any) -> None:
    """Let a blocked card pay again. Its history tells of it. Needs a transaction."""
    _set_blocked(card, False, _("Let to pay again."), staff)


def _set_blocked(card: GiftCard, is_blocked: bool, text: str, staff: Any) -> None:
    book.require_transaction()
    wanted = {"is_blocked": is_blocked, "is_blocked_by_hand": is_blocked}
    if GiftCard.objects.filter(pk=card.pk).exclude(**wanted).update(**wanted):
        history.write(card, text, staff=staff)


def change_balance(card: GiftCard, delta_minor: int, *, reason: str, reference: str, staff: Any) -> None:
    """Add minor units to a card, or take them off, for a reason. Raises CardRefused, also for a second time.

    `reference` names the act: a form that was sent twice changes the card once. Needs a transaction.
    """
    book.require_transaction()
    GiftCard.objects.select_for_update().get(pk=card.pk)
    entry: dict[str, Any] = {"kind": GiftCardMovement.Kind.ADJUSTED, "reference": reference}
    if card.movements.filter(**entry).exists():
        raise CardRefused(_("This change is in the book already: the form was sent twice."))
    room = GiftCard.objects.filter(balance_minor__lte=MOST_MINOR - delta_minor)
    if not book.enter(room, card.pk, delta_minor, staff=staff, note=reason, **entry):
        card.refresh_from_db()
        raise CardRefused(_out_of_bounds(card, delta_minor))


def explain(card_id: int, *, reference: str, reason: str, staff: Any) -> None:
    """Book what the movements lack of the balance, so that they add up; the balance stays.

    Needs a transaction. Three queries.
    """
    book.require_transaction()
    card = GiftCard.objects.select_for_update().get(pk=card_id)
    lacking = card.balance_minor - (card.movements.aggregate(sum=Sum("delta_minor"))["sum"] or 0)
    if lacking:
        GiftCardMovement.objects.create(
            card=card, delta_minor=lacking, kind=GiftCardMovement.Kind.ADJUSTED, reference=reference,
            note=reason, staff=staff,
        )  # fmt: skip


def _out_of_bounds(card: GiftCard, delta_minor: int) -> str:
    if delta_minor < 0:
        return _("There is only %(balance)s on this card.") % {"balance": card.balance.display()}
    most = Money(MOST_MINOR, card.currency).display()
    return _("A card holds at most %(most)s.") % {"most": most}

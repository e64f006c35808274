"""Prove that the book of gift cards agrees with their balances, and say what they are worth together."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, IntegerField, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.giftcards.models import GiftCard, is_live
from shop.money import Money


@dataclass(frozen=True, slots=True)
class Worth:
    """What is on the cards of this shop, in minor units of its currency."""

    usable_minor: int
    expired_minor: int
    blocked_minor: int


def differences(*, card_id: int | None = None) -> dict[int, str]:
    """Return card id -> sentence where movements do not add up to the balance. One query.

    `card_id` looks at one card alone.
    """
    booked = Coalesce(Sum("movements__delta_minor"), 0, output_field=IntegerField())
    cards = GiftCard.objects.all() if card_id is None else GiftCard.objects.filter(pk=card_id)
    wrong = cards.annotate(booked=booked).exclude(booked=F("balance_minor")).order_by("pk")
    return {card.pk: _sentence(card, card.booked) for card in wrong}


def balance_differences() -> list[str]:
    """Return a line for each card whose movements do not add up to its balance. One query."""
    return list(differences().values())


def _sentence(card: GiftCard, booked_minor: int) -> str:
    return _("Gift card %(id)d (%(hint)s): balance %(balance)s, movements add up to %(booked)s") % {
        "id": card.pk, "hint": card, "balance": card.balance.display(),
        "booked": Money(booked_minor, card.currency).display(),
    }  # fmt: skip


def worth() -> Worth:
    """Return what is on usable, on expired and on blocked cards; cards of another currency count nowhere.

    One query.
    """
    is_blocked, is_expired = Q(is_blocked=True), Q(expires_on__lt=timezone.localdate())
    of_shop = GiftCard.objects.filter(currency=settings.SHOP_CURRENCY, livemode=is_live())
    return Worth(
        **of_shop.aggregate(
            usable_minor=_sum(~is_blocked & ~is_expired),
            expired_minor=_sum(~is_blocked & is_expired),
            blocked_minor=_sum(is_blocked),
        )
    )


def _sum(condition: Q) -> Coalesce:
    return Coalesce(Sum("balance_minor", filter=condition), 0)


def outstanding_minor() -> int:
    """Return the sum of the balances of all cards that are not blocked, in minor units. One query."""
    found = worth()
    return found.usable_minor + found.expired_minor


def in_words() -> str:
    """Return what the shop owes to the holders of its cards, for the staff. One query."""
    found = worth()
    text = _("All usable gift cards together are worth %(amount)s: the shop owes it to their holders.")
    parts = [text % {"amount": _display(found.usable_minor)}]
    if found.expired_minor:
        parts.append(_("Expired ones hold %(amount)s more.") % {"amount": _display(found.expired_minor)})
    if found.blocked_minor:
        parts.append(_("Blocked ones hold %(amount)s more.") % {"amount": _display(found.blocked_minor)})
    return " ".join(parts)


def _display(amount_minor: int) -> str:
    return Money(amount_minor, settings.SHOP_CURRENCY).display()

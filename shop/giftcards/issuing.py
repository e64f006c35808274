"""Gift cards come into the world, get a new code, and leave it when their purchase is refunded.

All amounts are minor units. Every verb needs an open transaction and, for cards that were bought, the order
of `source` locked. A code exists in its mail alone, until that is sent. Errors: CardRefused; ValueError.
Source: docs/pricing.md, "Gift cards".
"""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import mail
from shop.giftcards import book, codes, history
from shop.giftcards.book import CardRefused
from shop.giftcards.models import MOST_MINOR, GiftCard, GiftCardMovement, GiftCardQuerySet, is_live

Kind = GiftCardMovement.Kind


def issue_bought(
    *, source: str, sku: str, title: str, amount_minor: int, count: int, currency: str, recipient: str,
    is_demo: bool, withdrawal_url: str = "",
) -> list[GiftCard]:  # fmt: skip
    """Issue the cards of one line of a purchase and mail a code for each, once for each source and SKU.

    `withdrawal_url` is where the buyer, who is the recipient, can withdraw from the purchase. A second
    call returns the same rows and issues nothing, with one query.
    """
    book.require_transaction()
    bought = GiftCard.objects.bought_with(source)
    issued = list(bought.filter(source_sku=sku).order_by("number_in_source"))
    if issued:
        return issued
    last = bought.aggregate(last=Max("number_in_source"))["last"] or 0
    facts: dict[str, Any] = {
        "source": source, "source_sku": sku, "title": title, "currency": currency, "recipient": recipient,
        "livemode": is_live() and not is_demo,
    }  # fmt: skip
    return [
        _issue(
            f"{source} card {number}",
            amount_minor,
            withdrawal_url=withdrawal_url,
            number_in_source=number,
            **facts,
        )
        for number in range(last + 1, last + count + 1)
    ]


def issue_by_hand(
    *, amount_minor: int, recipient: str, note: str, staff: Any, expires_on: dt.date | None = None,
    reference: str = "", code: str = "",
) -> GiftCard:  # fmt: skip
    """Issue a card in the shop's currency that nobody bought, and mail its code, if to anybody.

    `reference` is a name for the act, which the database takes once: a form sent twice issues one card.
    `code` is one that the caller chose, for demonstrations alone; else nobody knows it but the recipient.
    Raises ValueError for an amount or a code that cannot be.
    """
    if code and is_live():
        raise ValueError("Nobody chooses the code of a card for real money.")
    return _issue(
        reference or new_reference(), amount_minor, code=code, recipient=recipient, note=note, staff=staff,
        expires_on=expires_on, currency=settings.SHOP_CURRENCY, livemode=is_live(),
    )  # fmt: skip


def new_reference() -> str:
    """Return a name for something that staff does by hand; a form sent twice carries it twice."""
    return f"desk {timezone.localdate():%Y-%m-%d} {secrets.token_hex(3)}"


def _issue(
    reference: str, amount_minor: int, *, code: str = "", withdrawal_url: str = "", staff: Any = None,
    **facts: Any,
) -> GiftCard:  # fmt: skip
    """Make a card with its first movement and its mail. Raises ValueError for a senseless amount or code."""
    book.require_transaction()
    code = code or codes.new()
    if not 1 <= amount_minor <= MOST_MINOR or not codes.readable(code):
        raise ValueError(f"No gift card of {amount_minor}, or of such a code, can be issued.")
    card = GiftCard.objects.create(
        code_hash=codes.hashed(code), hint=codes.hint_of(code), staff=staff, initial_minor=amount_minor,
        balance_minor=amount_minor, **facts,
    )  # fmt: skip
    GiftCardMovement.objects.create(
        card=card, delta_minor=amount_minor, kind=Kind.ISSUED, reference=reference, staff=staff
    )
    if card.recipient:
        _send(card, code, withdrawal_url=withdrawal_url)
    return card


def new_code(card: GiftCard, *, staff: Any, recipient: str = "") -> None:
    """Replace a code that was lost: the old one is dead at once, the new one is mailed. Writes no movement.

    `recipient` is another address than the card's own. The admin's history of the card tells of it. Raises
    CardRefused when the code was replaced since `card` was read.
    """
    book.require_transaction()
    code, old = codes.new(), card.code_number
    facts = {
        "code_hash": codes.hashed(code), "hint": codes.hint_of(code), "code_number": old + 1,
        "recipient": recipient or card.recipient,
    }  # fmt: skip
    if GiftCard.objects.filter(pk=card.pk, code_number=old).update(**facts) != 1:
        raise CardRefused(_("A new code was sent in this moment already."))
    card.refresh_from_db()
    text = _("A new code was sent to %(recipient)s.") % {"recipient": card.recipient}
    history.write(card, text, staff=staff)
    _send(card, code)


def mail_context(card: GiftCard, code: str, *, withdrawal_url: str = "") -> dict[str, Any]:
    """Return what the mail with a code says; for a preview, `code` is codes.masked(card.hint).

    A code that is sent anew may go to somebody else, who cannot withdraw from the purchase.
    """
    return {
        "withdrawal_url": withdrawal_url,
        "code": code,
        "title": card.title or _("Gift card"),
        "worth": card.balance.display(),
        "expires_on": card.expires_on,
        "source": card.source,
        "is_demo": not card.livemode,
    }


def _send(card: GiftCard, code: str, *, withdrawal_url: str = "") -> None:
    context = mail_context(card, code, withdrawal_url=withdrawal_url)
    mail.enqueue(
        message="gift_card", to=[card.recipient], context=context, is_secret=True,
        reference=f"gift card {card.pk} code {card.code_number}",
    )  # fmt: skip


def withdraw(*, source: str, sku: str, count: int, cause: str, staff: Any = None) -> None:
    """Take `count` unused cards of a purchase out of use, as it is refunded; once for each cause and SKU.

    Raises CardRefused when fewer of them are whole. A card that is blocked or has expired can be whole.
    """
    book.require_transaction()
    entry: dict[str, Any] = {"kind": Kind.WITHDRAWN, "reference": f"{source} {cause}"}
    if GiftCardMovement.objects.filter(card__source_sku=sku, **entry).exists():
        return
    taken, whole = 0, GiftCard.objects.filter(balance_minor=F("initial_minor"))
    for card in _whole(source, sku).order_by("pk"):
        if taken < count:
            taken += book.enter(whole, card.pk, -card.initial_minor, staff=staff, **entry)
    if taken < count:
        raise CardRefused(_too_few(taken))


def _too_few(left: int) -> str:
    if not left:
        return _("None of these gift cards is still unused.")
    text = ngettext(
        "Only %(left)d of these gift cards is still unused.",
        "Only %(left)d of these gift cards are still unused.",
        left,
    )
    return text % {"left": left}


def whole_count(source: str, sku: str) -> int:
    """Return how many cards of a purchase could be withdrawn now. One query."""
    return _whole(source, sku).count()


def standing_count(source: str, sku: str) -> int:
    """Return how many cards of a purchase are not withdrawn, whether they were used or not. One query."""
    return _standing(source, sku).count()


def _whole(source: str, sku: str) -> GiftCardQuerySet:
    """Return the cards with all their first value on them whose purchase is not refunded."""
    return _standing(source, sku).filter(balance_minor=F("initial_minor"))


def _standing(source: str, sku: str) -> GiftCardQuerySet:
    """Return the cards whose purchase is not refunded."""
    refunds = Q(movements__kind__in=[Kind.WITHDRAWN, Kind.REINSTATED])
    bought = GiftCard.objects.bought_with(source).filter(source_sku=sku)
    withdrawn = bought.annotate(withdrawn=Sum("movements__delta_minor", filter=refunds))
    return withdrawn.filter(Q(withdrawn=None) | Q(withdrawn=0))


def reinstate(*, source: str, cause: str) -> None:
    """Put back what was withdrawn for a cause, once: that refund failed."""
    book.require_transaction()
    reference = f"{source} {cause}"
    back = GiftCardMovement.objects.filter(kind=Kind.REINSTATED, reference=reference).values("card")
    withdrawn = GiftCardMovement.objects.filter(kind=Kind.WITHDRAWN, reference=reference)
    for movement in withdrawn.exclude(card__in=back).order_by("card"):
        book.put(movement.card_id, -movement.delta_minor, kind=Kind.REINSTATED, reference=reference)


def block(source: str) -> None:
    """Let no card of a purchase pay any more: a bank disputes it. Two queries."""
    _locked(source).update(is_blocked=True)


def unblock(source: str) -> None:
    """Let the cards of a purchase pay again, but for those that staff blocked by hand. Two queries."""
    _locked(source).update(is_blocked=F("is_blocked_by_hand"))


def _locked(source: str) -> GiftCardQuerySet:
    """Return the cards of a purchase, locked in order of id; an UPDATE would lock them in any order."""
    book.require_transaction()
    bought = GiftCard.objects.bought_with(source)
    list(bought.select_for_update().order_by("pk"))
    return bought

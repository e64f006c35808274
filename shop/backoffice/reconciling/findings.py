"""What a comparison can find; the verbs that mend each kind stand in kinds.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import models

from shop.backoffice.reconciling.listing import Listing

SETTLING = timedelta(minutes=2)  # what is younger may still be on its way between Stripe and the shop


class Kind(models.TextChoices):
    """Names of what can differ, as `Difference.kind` keeps them."""

    PAID_AT_STRIPE = "paid at Stripe"
    UNKNOWN_SESSION = "unknown session"
    NOT_PAID = "not paid at Stripe"
    AMOUNT = "amount received"
    UNKNOWN_REFUND = "unknown refund"
    REFUND_STATE = "state of a refund"
    REFUND_AMOUNT = "amount of a refund"
    REFUND_MISSING = "refund missing at Stripe"
    REFUND_NOT_SENT = "refund not sent"
    DISPUTE = "dispute"
    REFUNDED_SUM = "sum of refunds"
    CARD_RETURNED_SUM = "sum put back on gift cards"
    PAID_WITHOUT_PAYMENT = "order paid without payment"
    PAYMENT_WITHOUT_ORDER = "payment without paid order"
    REVIEW = "payment in review"
    REFUND_DUE = "money due back"
    LONG_OPEN = "payment open too long"
    WAITING_EVENT = "event waiting"
    ON_HAND = "on hand"
    RESERVED = "reserved"
    CARD_BALANCE = "balance of a gift card"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference: its kind, the row or object it is about, and the sentence for the staff."""

    kind: Kind
    key: str
    text: str


class Book(Protocol):
    """A module that compares one subject; `KINDS` are what it can find."""

    KINDS: frozenset[Kind]

    def suspects(self, listing: Listing) -> Iterator[str]:
        """Return the keys of what does not look right. Cheap; asks Stripe nothing."""

    def judge(self, key: str, listing: Listing) -> Iterator[Finding]:
        """Return what differs about one key, read anew. May ask Stripe; raises stripe_api.StripeError."""

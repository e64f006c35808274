"""What Stripe lists: sessions, refunds and disputes, by their ids."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shop.payments import matching, stripe_api, wording
from shop.payments.models import Payment
from shop.payments.stripe_amounts import from_stripe


@dataclass(frozen=True, slots=True)
class Session:
    """The facts of a Checkout Session; `amount` as Stripe counts, `payment` and `order` as it names them."""

    id: str
    is_paid: bool
    amount: int
    currency: str
    payment: str
    order: str
    intent_id: str

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Session":
        """Return the facts of a session as Stripe sends it."""
        metadata, intent = found.get("metadata") or {}, found.get("payment_intent")
        return cls(
            id=found["id"],
            is_paid=found["status"] == "complete" and found["payment_status"] == "paid",
            amount=int(found.get("amount_total") or 0),
            currency=str(found.get("currency") or "").upper(),
            payment=str(metadata.get("payment") or ""),
            order=str(metadata.get("order") or ""),
            intent_id=str((intent.get("id") if isinstance(intent, dict) else intent) or ""),
        )

    @property
    def is_ours(self) -> bool:
        """Whether a shop like this one made it; others may use the same Stripe account."""
        return bool(self.payment)

    @property
    def received(self) -> tuple[int, str]:
        """The amount in minor units of its currency."""
        return minor(self.amount, self.currency), self.currency


@dataclass(frozen=True, slots=True)
class Listing:
    """What Stripe listed since a moment."""

    since: datetime
    sessions: Mapping[str, Session] = field(default_factory=dict)
    refunds: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    disputes: Mapping[str, dict[str, Any]] = field(default_factory=dict)


def ask(*, since: datetime) -> Listing:
    """Return what Stripe lists since then; three requests, and one for each further hundred.

    Raises stripe_api.StripeError.
    """
    sessions = map(Session.read, stripe_api.list_sessions(since=since))
    return Listing(
        since=since,
        sessions={session.id: session for session in sessions},
        refunds=_by_id(stripe_api.list_refunds(since=since)),
        disputes=_by_id(stripe_api.list_disputes(since=since)),
    )


def _by_id(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in found}


def minor(amount: int, currency: str) -> int:
    """Return an amount of Stripe's in minor units; as Stripe counts where the shop does not know how."""
    try:
        return from_stripe(amount, currency.upper())
    except ValueError:
        return amount


def shown(amount: int, currency: str) -> str:
    """Return an amount of Stripe's for people, also in a currency that the shop does not know."""
    return wording.amount(minor(amount, currency), currency.upper())


def payment_of(found: dict[str, Any]) -> Payment | None:
    """Return the payment that a refund or a dispute takes its money from; None for somebody else's."""
    with suppress(matching.UnknownObject):
        return matching.payment_behind(found)
    return None

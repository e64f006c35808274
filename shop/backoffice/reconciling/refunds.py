"""Refunds at Stripe and refunds here: each has its other half, with the same amount and state.

A refund of the shop has its number as key; one that only Stripe has, Stripe's id.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import SETTLING, Finding, Kind
from shop.backoffice.reconciling.listing import Listing, minor, payment_of, shown
from shop.backoffice.tables import moment
from shop.payments import matching, stripe_api, wording
from shop.payments.models import Refund

KINDS = frozenset({
    Kind.UNKNOWN_REFUND, Kind.REFUND_STATE, Kind.REFUND_AMOUNT, Kind.REFUND_MISSING, Kind.REFUND_NOT_SENT,
})  # fmt: skip
UNSENT = timedelta(minutes=15)  # the worker sends at once, and again after a few minutes
_HERE = {
    "succeeded": Refund.Status.SUCCEEDED, "failed": Refund.Status.FAILED, "canceled": Refund.Status.FAILED
}  # fmt: skip


def suspects(listing: Listing) -> Iterator[str]:
    """Return refunds of either side that the other has not, or has otherwise. Three queries."""
    of_money = Refund.objects.exclude(payment=None)
    rows = of_money.filter(Q(created_at__gte=listing.since) | Q(status=Refund.Status.PENDING))
    yield from (str(row.pk) for row in rows.select_related("payment") if _is_suspect(row, listing))
    known = Refund.objects.in_bulk(list(listing.refunds), field_name="stripe_id")
    unknown = {one["id"]: one for one in listing.refunds.values() if one["id"] not in known}
    yield from (key for key, one in unknown.items() if payment_of(one))


def _is_suspect(row: Refund, listing: Listing) -> bool:
    if row.stripe_id is None:
        return row.status == Refund.Status.PENDING
    there = listing.refunds.get(row.stripe_id)
    return there is None or state_of(there) != row.status or minor_of(there) != row.amount_minor


def state_of(there: dict[str, Any]) -> str:
    """Return Stripe's state of a refund in the shop's words."""
    return _HERE.get(there["status"], Refund.Status.PENDING)


def minor_of(there: dict[str, Any]) -> int:
    """Return Stripe's amount of a refund in minor units."""
    return minor(int(there["amount"]), there["currency"])


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about a refund, as Stripe knows it now."""
    if not key.isdigit():
        return _unknown(key)
    row = Refund.objects.select_related("order", "payment").filter(pk=int(key)).first()
    if row is None or row.created_at > timezone.now() - SETTLING:
        return iter(())
    return _known(row) if row.stripe_id else _unsent(row)


def _unknown(key: str) -> Iterator[Finding]:
    there = ask(key)
    payment = payment_of(there) if there else None
    if there is None or payment is None or state_of(there) == Refund.Status.FAILED:
        return
    created_at = datetime.fromtimestamp(there["created"], tz=UTC)
    if created_at > timezone.now() - SETTLING or matching.own_refund(there, payment):
        return
    words = {"amount": shown(int(there["amount"]), there["currency"]), "order": payment.order}
    text = _("Stripe sent back %(amount)s of order %(order)s; the shop does not know of it.")
    yield Finding(Kind.UNKNOWN_REFUND, key, text % words)


def ask(stripe_id: str) -> dict[str, Any] | None:
    """Return a refund as Stripe knows it now; None when there is none of this id."""
    try:
        return stripe_api.retrieve_refund(stripe_id)
    except stripe_api.Refused as refusal:
        if refusal.code == "resource_missing":
            return None
        raise


def _unsent(row: Refund) -> Iterator[Finding]:
    if row.status == Refund.Status.PENDING and row.created_at < timezone.now() - UNSENT:
        words = _words(row) | {"at": moment(row.created_at)}
        text = _(
            "Refund %(refund)s of order %(order)s (%(amount)s) was asked for on %(at)s and not sent yet."
        )
        yield Finding(Kind.REFUND_NOT_SENT, str(row.pk), text % words)


def _known(row: Refund) -> Iterator[Finding]:
    there = ask(str(row.stripe_id))
    if there is None:
        if row.status != Refund.Status.FAILED:
            text = _("Refund %(refund)s of order %(order)s (%(amount)s) is unknown to Stripe.")
            yield Finding(Kind.REFUND_MISSING, str(row.pk), text % _words(row))
        return
    before = row.status
    row.refresh_from_db(fields=["status"])
    if state_of(there) != row.status == before:  # else it was booked while Stripe was asked
        states = {"here": row.get_status_display(), "there": Refund.Status(state_of(there)).label}
        text = _(
            "Refund %(refund)s of order %(order)s (%(amount)s) is “%(here)s” here, “%(there)s” at Stripe."
        )
        yield Finding(Kind.REFUND_STATE, str(row.pk), text % (_words(row) | states))
    if minor_of(there) != row.amount_minor:
        words = _words(row) | {"there": shown(int(there["amount"]), there["currency"])}
        text = _("Refund %(refund)s of order %(order)s is %(amount)s here, but %(there)s at Stripe.")
        yield Finding(Kind.REFUND_AMOUNT, str(row.pk), text % words)


def _words(row: Refund) -> dict[str, Any]:
    amount = wording.amount(row.amount_minor, row.payment.currency if row.payment else row.currency)
    return {"refund": row.pk, "order": row.order, "amount": amount}

"""Disputes at Stripe: each is here, with the same status."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import SETTLING, Finding, Kind
from shop.backoffice.reconciling.listing import Listing, payment_of, shown
from shop.payments import stripe_api, wording
from shop.payments.models import Dispute

KINDS = frozenset({Kind.DISPUTE})


def suspects(listing: Listing) -> Iterator[str]:
    """Return disputes that are not here, or not the same, and older ones that are open here. Two queries."""
    ours = Dispute.objects.filter(Q(stripe_id__in=listing.disputes) | Q(status__in=Dispute.OPEN))
    here = dict(ours.values_list("stripe_id", "status"))
    yield from (key for key, there in listing.disputes.items() if here.get(key) != there["status"])
    yield from (key for key in here if key not in listing.disputes)


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about a dispute, as Stripe knows it now."""
    there = ask(key)
    payment = payment_of(there) if there else None
    if there is None or payment is None or there["created"] > (timezone.now() - SETTLING).timestamp():
        return
    row = Dispute.objects.filter(stripe_id=key).first()
    words = {"amount": shown(int(there["amount"]), there["currency"]), "order": payment.order}
    if row is None:
        text = _("The bank disputes %(amount)s of order %(order)s; the shop does not know of it.")
        yield Finding(Kind.DISPUTE, key, text % words)
    elif row.status != there["status"]:
        states = {"here": _said(row.status), "there": _said(there["status"])}
        text = _("The dispute over %(amount)s of order %(order)s is “%(here)s”, but “%(there)s” at Stripe.")
        yield Finding(Kind.DISPUTE, key, text % (words | states))


def ask(stripe_id: str) -> dict[str, Any] | None:
    """Return a dispute as Stripe knows it now; None when there is none of this id."""
    try:
        return stripe_api.retrieve_dispute(stripe_id)
    except stripe_api.Refused as refusal:
        if refusal.code == "resource_missing":
            return None
        raise


def _said(status: str) -> str:
    return wording.dispute_status(Dispute(status=status))

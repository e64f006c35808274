"""Compare the shop with Stripe and with itself, and keep what differs as rows of Difference.

Stripe's lists only tell where to look: whatever looks wrong is read anew before it counts, here and
there, so that a shop that sells meanwhile raises no false alarm. Source: docs/reconciliation.md.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.composed_text import fit
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import (
    disputes,
    gift_cards,
    inbox,
    listing,
    orders,
    payments,
    refunds,
    sessions,
    stock,
)
from shop.backoffice.reconciling.findings import Book, Finding
from shop.backoffice.reconciling.listing import Listing
from shop.payments import stripe_api

LONGEST_SENTENCE = 240
AT_STRIPE: tuple[Book, ...] = (sessions, refunds, disputes)
AT_HOME: tuple[Book, ...] = (orders, payments, stock, gift_cards, inbox)


def book_of(kind: str) -> Book:
    """Return the book that finds this kind of difference."""
    return next(book for book in (*AT_STRIPE, *AT_HOME) if kind in book.KINDS)


def compare(*, since: datetime) -> Comparison:
    """Compare now with what Stripe lists since then. Never inside a transaction.

    When Stripe cannot be asked, `error` says so and the shop's own books are compared all the same.
    """
    return run(Comparison.objects.create(since=since))


def run(comparison: Comparison) -> Comparison:
    """Carry out a comparison that was asked for; one that is finished stays as it is."""
    if comparison.finished_at is not None:
        return comparison
    try:
        _with_stripe(comparison)
    except stripe_api.StripeError as error:
        text = _("Stripe could not be asked: %(why)s") % {"why": error}
        comparison.error = fit(text, 300)
    for book in AT_HOME:
        _look_into(book, Listing(since=comparison.since))
    comparison.finished_at = timezone.now()
    comparison.save()
    return comparison


def _with_stripe(comparison: Comparison) -> None:
    listed = listing.ask(since=comparison.since)
    comparison.sessions = len(listed.sessions)
    comparison.refunds, comparison.disputes = len(listed.refunds), len(listed.disputes)
    for book in AT_STRIPE:
        _look_into(book, listed)


def _look_into(book: Book, listed: Listing) -> None:
    """Judge what looks wrong, and what was found wrong before."""
    for key in dict.fromkeys([*book.suspects(listed), *_open_keys(book)]):
        keep(book, key, list(book.judge(key, listed)))


def _open_keys(book: Book) -> Iterator[str]:
    yield from Difference.objects.still_open().filter(kind__in=book.KINDS).values_list("key", flat=True)


@transaction.atomic
def keep(book: Book, key: str, findings: list[Finding]) -> None:
    """Write down what was found about one key; what was not found any more is gone."""
    now = timezone.now()
    here = Difference.objects.still_open().filter(kind__in=book.KINDS, key=key)
    here.exclude(kind__in=[finding.kind for finding in findings]).update(gone_at=now)
    for finding in findings:
        if not _is_settled(finding):
            _keep_one(finding, now)


def _is_settled(finding: Finding) -> bool:
    """Whether somebody called this very difference settled; another amount is another difference."""
    settled = Difference.objects.settled().filter(kind=finding.kind, key=finding.key)
    return any(row.sentence == _sentence(finding) for row in settled)


def _keep_one(finding: Finding, now: datetime) -> None:
    facts = {"kind": finding.kind.value, "key": finding.key, "gone_at": None}
    text = _sentence(finding)
    row, _is_new = Difference.objects.get_or_create(**facts, defaults={"text": text, "seen_at": now})
    Difference.objects.filter(pk=row.pk).update(text=text, seen_at=now)


def _sentence(finding: Finding) -> str:
    """Return the sentence on one line, with room for a note."""
    return fit(" ".join(finding.text.split()), LONGEST_SENTENCE)

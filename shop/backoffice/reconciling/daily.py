"""Once a day the worker compares, mends what needs no decision, and writes to the staff about the rest."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation import jobs, mail
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import comparing, mending
from shop.backoffice.reconciling.corrections import NotMended
from shop.payments.models import Payment

A_DAY = timedelta(days=1)
USUAL, LONG = timedelta(days=3), timedelta(days=30)
LONG_EVERY = timedelta(days=7)
IN_MAIL = 30  # sentences; the rest is counted
GIVEN_UP = timedelta(minutes=15)  # a comparison that takes longer died with its worker


class NotCompared(Exception):
    """Stripe could not be asked; the job is tried again."""


def begin() -> bool:
    """Have the worker compare, unless the shop is younger than a day; return whether it will. A tick."""
    is_due = Payment.objects.filter(created_at__lt=timezone.now() - A_DAY).exists()
    if is_due:
        compare_and_mend.enqueue()
    return is_due


@jobs.job(priority=jobs.PAYMENT, attempts=12)
def compare_and_mend() -> None:
    """Compare the last days, mend what is safe, tell the staff about the rest. Raises NotCompared."""
    comparison = comparing.compare(since=timezone.now() - _span())
    mending.mend_what_is_safe()
    tell_staff()
    if comparison.error:
        raise NotCompared(comparison.error)


def _span() -> timedelta:
    """Return how far to look back: three days, once a week thirty. One query."""
    lately = Comparison.objects.filter(started_at__gt=timezone.now() - LONG_EVERY, error="")
    spans = [c.started_at - c.since for c in lately.exclude(finished_at=None)]
    return USUAL if any(span > LONG - A_DAY for span in spans) else LONG


@transaction.atomic
def tell_staff() -> None:
    """Write to the staff about what is still open, once until it changes."""
    rows = [row for row in Difference.objects.still_open() if not row.is_being_mended]
    if not rows:
        return
    facts = "\n".join(f"{row.pk} {row.text}" for row in rows)
    screen = reverse("admin:shop_comparison_changelist")
    mail.enqueue(
        message="staff_differences",
        to=settings.STAFF_EMAILS,
        context={
            "sentences": [row.sentence for row in rows[:IN_MAIL]],
            "count": len(rows),
            "more": max(len(rows) - IN_MAIL, 0),
            "admin_url": f"{settings.SITE_URL}{screen}",
        },
        reference=f"differences {hashlib.sha256(facts.encode()).hexdigest()[:32]}",
    )


@transaction.atomic
def compare_now() -> Comparison:
    """Have the worker compare the last days at once. Raises NotMended while it does so already."""
    if under_way() is not None:
        raise NotMended(_("The worker is comparing already."))
    comparison = Comparison.objects.create(since=timezone.now() - USUAL)
    carry_out.enqueue(comparison_id=comparison.pk)
    return comparison


def under_way() -> Comparison | None:
    """Return the comparison that is not finished yet. One query."""
    unfinished = Comparison.objects.filter(finished_at=None, started_at__gt=timezone.now() - GIVEN_UP)
    return unfinished.first()


@jobs.job(priority=jobs.PAYMENT, attempts=3)
def carry_out(*, comparison_id: int) -> None:
    """Carry out a comparison that the staff asked for."""
    comparing.run(Comparison.objects.get(pk=comparison_id))

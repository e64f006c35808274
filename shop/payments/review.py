"""Payments and events that need a person."""

from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from foundation.models import BackgroundJob
from shop.payments import webhooks
from shop.payments.models import Payment, Refund, WebhookEvent

STUCK_AFTER = timedelta(minutes=10)


def to_review(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Keep payments that do not match their order, and money due back that has not gone back."""
    gone_back = Refund.objects.filter(payment=OuterRef("pk"), status=Refund.Status.SUCCEEDED)
    still_due = Q(status=Payment.Status.REFUND_DUE) & ~Exists(gone_back)
    return payments.filter(Q(status=Payment.Status.REVIEW) | still_due)


def unprocessed(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """Keep events whose work is not done."""
    return events.filter(status=WebhookEvent.Status.NEW)


def oldest_unprocessed() -> datetime | None:
    """Return when the event arrived that has waited longest to be looked at; None without one. One query.

    One with a note was looked at: it waits for what it speaks of, which may never come.
    """
    untouched = unprocessed(WebhookEvent.objects.filter(note=""))
    oldest: datetime | None = untouched.aggregate(oldest=Min("received_at"))["oldest"]
    return oldest


def stuck(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """Keep events that have waited longer than the worker needs."""
    return unprocessed(events).filter(received_at__lt=timezone.now() - STUCK_AFTER)


def process_again(events: QuerySet[WebhookEvent]) -> int:
    """Give the worker the work of these events anew, unless it is done; returns how many."""
    ids = list(unprocessed(events).values_list("pk", flat=True))
    for pk in ids:
        webhooks.process.enqueue(row_id=pk)
    return len(ids)


def last_problem(event: WebhookEvent) -> str:
    """Return the last line of what went wrong with an event, or an empty text. One query."""
    jobs = BackgroundJob.objects.filter(
        task_path=webhooks.process.module_path, args_kwargs__kwargs__row_id=event.pk
    )
    lines = "\n".join(jobs.order_by("enqueued_at").values_list("traceback", flat=True)).strip().splitlines()
    return lines[-1] if lines else ""

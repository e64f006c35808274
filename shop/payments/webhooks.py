"""Stripe's events: verify, keep, answer, and only then work.

receive() is behind the webhook view and, in demo mode, behind the demo's payment page; what Stripe
could not deliver is fetched. An event is never believed: what it speaks of is asked for anew.
Source: docs/payments.md, "Events".
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min
from django.utils import timezone
from django_tasks_db.compat import TaskResultStatus

from foundation import jobs
from foundation.composed_text import fit
from shop.payments import card_testing, disputes, matching, refund_imports, stripe_api, sync
from shop.payments.matching import UnknownObject
from shop.payments.models import Payment, WebhookEvent, WebhookHealth

DEMO_SECRET = "whsec_demo"  # noqa: S105 - signs nothing but the demo's own events
FETCHED = "fetched"  # how the note of an event begins that Stripe could not deliver
FETCH_BACK = timedelta(days=3)  # for so long Stripe itself tries to deliver
WRITE_REFUSALS_EVERY = timedelta(seconds=10)  # for each process

logger = logging.getLogger(__name__)


def secret() -> str:
    """Return the secret that signs events in this mode."""
    return DEMO_SECRET + settings.SECRET_KEY if settings.IS_DEMO else settings.STRIPE_WEBHOOK_SECRET


# ---- the inbox -----------------------------------------------------------------------------------


def receive(body: bytes, signature: str) -> WebhookEvent:
    """Keep a genuine event once and enqueue its work. Raises stripe_api.ForgedEvent."""
    try:
        event = stripe_api.read_event(body, signature, secret=secret())
    except stripe_api.ForgedEvent as forgery:
        _note_refused(f"{forgery} {forgery.__cause__ or ''}")
        raise
    return _keep(event)


@transaction.atomic
def _keep(event: dict[str, Any], note: str = "") -> WebhookEvent:
    """Write an event and its work, unless it is here already."""
    fields = {"kind": event["type"][:80], "payload": event, "livemode": bool(event.get("livemode"))}
    row, is_new = WebhookEvent.objects.get_or_create(event_id=event["id"], defaults=fields | {"note": note})
    if is_new:
        sync.let_page_ask(str(event["data"]["object"].get("id", ""))[:255])
        process.enqueue(row_id=row.pk)
    return row


def fetch_undelivered() -> int:
    """Keep the events that Stripe could not deliver; return how many were not here.

    They come from Stripe itself, so nothing has to be signed. One call, which may fail: later again.
    """
    try:
        found = stripe_api.list_undelivered_events(since=timezone.now() - FETCH_BACK, kinds=list(HANDLERS))
    except stripe_api.StripeError as error:
        logger.warning("Stripe cannot be asked about lost events: %s", error)
        return 0
    here = WebhookEvent.objects.in_bulk([event["id"] for event in found], field_name="event_id")
    lost = [event for event in found if event["id"] not in here]
    for event in lost:
        _keep(event, FETCHED)
    return len(lost)


@jobs.job(priority=jobs.PAYMENT, attempts=20)
def process(*, row_id: int) -> None:
    """Bring up to date what an event speaks of. Raises UnknownObject and StripeError, to be tried again."""
    row = WebhookEvent.objects.get(pk=row_id)
    if row.status != WebhookEvent.Status.NEW:
        return
    if row.livemode != (settings.SHOP_MODE == "live"):
        _close(row, WebhookEvent.Status.IGNORED, "livemode does not match this shop")
    elif row.kind not in HANDLERS:
        _close(row, WebhookEvent.Status.IGNORED, "nothing to do")
    else:
        _handle(row)
        _close(row, WebhookEvent.Status.DONE)


def _handle(row: WebhookEvent) -> None:
    try:
        HANDLERS[row.kind](row)
    except UnknownObject as unknown:
        WebhookEvent.objects.filter(pk=row.pk).update(note=_note(row, str(unknown)))
        raise


def _close(row: WebhookEvent, status: str, text: str = "") -> bool:
    """End an event's work; False if it was ended before. One guarded UPDATE."""
    new = WebhookEvent.objects.filter(pk=row.pk, status=WebhookEvent.Status.NEW)
    return new.update(status=status, note=_note(row, text), processed_at=timezone.now()) == 1


def _note(row: WebhookEvent, text: str) -> str:
    """Return a note that still says that the event was fetched, if it was."""
    origin = FETCHED if row.note.startswith(FETCHED) else ""
    return fit(": ".join(filter(None, [origin, text])), 300)


# ---- what each kind means ------------------------------------------------------------------------


def _session_event(row: WebhookEvent) -> None:
    session = row.payload["data"]["object"]
    payment = matching.payment_of_session(session)
    if payment.session_id is None:
        sync.apply(payment.pk, stripe_api.retrieve_session(session["id"], patient=True))
    else:
        sync.sync(payment.pk, patient=True)


def _refusal_event(row: WebhookEvent) -> None:
    """Count a refused card, once an event, after learning what became of the payment."""
    payment = matching.payment_of_intent(row.payload["data"]["object"])
    sync.sync(payment.pk, patient=True)
    with transaction.atomic():
        if _close(row, WebhookEvent.Status.DONE):
            Payment.objects.filter(pk=payment.pk).update(refusals=F("refusals") + 1)
            card_testing.note_refusal(payment.pk)


def _refund_event(row: WebhookEvent) -> None:
    told = row.payload["data"]["object"]
    matching.payment_behind(told)  # of another shop at the same account: Stripe need not be asked
    refund_imports.take(stripe_api.retrieve_refund(told["id"]))


def _dispute_event(row: WebhookEvent) -> None:
    told = row.payload["data"]["object"]
    matching.payment_behind(told)
    disputes.take(told)


HANDLERS: dict[str, Callable[[WebhookEvent], None]] = {
    "checkout.session.completed": _session_event,
    "checkout.session.async_payment_succeeded": _session_event,
    "checkout.session.async_payment_failed": _session_event,
    "checkout.session.expired": _session_event,
    "payment_intent.payment_failed": _refusal_event,
    "refund.created": _refund_event,
    "refund.updated": _refund_event,
    "refund.failed": _refund_event,
    "charge.dispute.created": _dispute_event,
    "charge.dispute.updated": _dispute_event,
    "charge.dispute.closed": _dispute_event,
    "charge.dispute.funds_withdrawn": _dispute_event,
    "charge.dispute.funds_reinstated": _dispute_event,
}

# ---- how well it goes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Health:
    """How the webhook does: the last event Stripe delivered, the last request refused, what waits and why."""

    last_success_at: datetime | None
    last_kind: str
    last_refused_at: datetime | None
    refusal: str
    refused_count: int
    waiting: int
    oldest_waiting_at: datetime | None
    last_problem: str


def health() -> Health:
    """Return how the webhook does. Four queries."""
    delivered = WebhookEvent.objects.exclude(note__startswith=FETCHED)
    last = delivered.only("received_at", "kind").order_by("-pk").first()
    refused = WebhookHealth.objects.first() or WebhookHealth()
    new = WebhookEvent.objects.filter(status=WebhookEvent.Status.NEW)
    waiting = new.order_by().aggregate(count=Count("pk"), oldest=Min("received_at"))
    return Health(
        last_success_at=last.received_at if last else None,
        last_kind=last.kind if last else "",
        last_refused_at=refused.refused_at,
        refusal=refused.refusal,
        refused_count=refused.refused_count,
        waiting=waiting["count"],
        oldest_waiting_at=waiting["oldest"],
        last_problem=_last_problem(),
    )


def _last_problem() -> str:
    """Return the last line of what went wrong with an event that is not done yet."""
    tried = jobs.BackgroundJob.objects.filter(task_path=process.module_path).exclude(traceback="")
    unfinished = tried.exclude(status=TaskResultStatus.SUCCESSFUL).order_by("-enqueued_at")
    lines = (unfinished.values_list("traceback", flat=True).first() or "").strip().splitlines()
    return lines[-1] if lines else ""


@dataclass(slots=True)
class _Refusals:
    """How many requests this process refused since it last wrote so."""

    count: int = 0
    written_at: datetime | None = None


_refusals = _Refusals()


def _note_refused(why: str) -> None:
    """Keep that a request was refused, and why; a flood of them costs one write in ten seconds."""
    now = timezone.now()
    _refusals.count += 1
    if _refusals.written_at and abs(now - _refusals.written_at) < WRITE_REFUSALS_EVERY:
        return
    WebhookHealth.objects.get_or_create(pk=1)
    count = F("refused_count") + _refusals.count
    WebhookHealth.objects.update(refused_at=now, refusal=fit(why.strip(), 200), refused_count=count)
    _refusals.count, _refusals.written_at = 0, now

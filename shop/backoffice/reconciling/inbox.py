"""Events of Stripe that the shop has and has not worked on."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.backoffice.tables import moment
from shop.payments import review, webhooks
from shop.payments.models import WebhookEvent

KINDS = frozenset({Kind.WAITING_EVENT})


def suspects(listing: Listing) -> Iterator[str]:
    """Return events that wait longer than the worker needs. One query."""
    yield from map(str, _waiting().values_list("pk", flat=True))


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return whether an event waits too long. One query."""
    event = _waiting().defer("payload").filter(pk=int(key)).first()
    if event is not None:
        words = {"kind": event.kind, "at": moment(event.received_at), "event": event.event_id}
        text = _("The event %(kind)s of %(at)s has not been worked on (%(event)s).") % words
        yield Finding(Kind.WAITING_EVENT, key, text)


def _waiting() -> QuerySet[WebhookEvent]:
    """Return events that nobody looked at for long.

    One with another note was looked at and speaks of something that is not here: of another shop at the
    same account, or of a session that sessions.py finds.
    """
    return review.stuck(WebhookEvent.objects.filter(note__in=["", webhooks.FETCHED]))

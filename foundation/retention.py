"""Nothing private is kept for ever: what is forgotten after how many days, a few hundred rows at a time.

Domains name what they forget in modules called retention; config/wiring.py registers it. Each rule
belongs to a setting `…_DAYS`, which settings hold as `…_LIFETIME`. The table is in docs/operations.md.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from foundation.mail import FORGOTTEN, OutboxMail

CHUNK = 200  # rows in one transaction
CHUNKS_AT_A_TIME = 10  # for each rule, so that the worker is soon back at what is urgent

logger = logging.getLogger(__name__)


def delete(rows: QuerySet[Any]) -> None:
    """Delete the rows and what belongs to them."""
    rows.delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is forgotten: `due(before)` finds rows that are older, `forget(rows)` makes them no longer due."""

    name: str
    setting: str
    due: Callable[[dt.datetime], QuerySet[Any]]
    forget: Callable[[QuerySet[Any]], object] = delete

    @property
    def lifetime(self) -> dt.timedelta:
        """How long rows are kept, as the owner set it."""
        found: dt.timedelta = getattr(settings, self.setting.removesuffix("DAYS") + "LIFETIME")
        return found

    def rows(self) -> QuerySet[Any]:
        """Return what is due now."""
        return self.due(timezone.now() - self.lifetime)


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Have the worker forget what this rule finds."""
    _rules[rule.name] = rule


def rules() -> list[Rule]:
    """Return all rules, in the order of registration."""
    return list(_rules.values())


def forget_due() -> None:
    """Forget a bounded part of all that is due; the rest follows with the next call.

    A rule that fails does not stop the others. Raises the last failure, for the staff to see.
    """
    failure: Exception | None = None
    for rule in rules():
        try:
            purge(rule, chunks=CHUNKS_AT_A_TIME)
        except Exception as error:
            logger.exception("%s could not be forgotten", rule.name)
            failure = error
    if failure is not None:
        raise failure


def purge(rule: Rule, *, chunks: int | None = None) -> int:
    """Forget what is due by a rule, each chunk in a transaction of its own; return how many rows."""
    done = 0
    while chunks is None or chunks > 0:
        count = _purge_chunk(rule)
        done += count
        if count < CHUNK:
            break
        chunks = None if chunks is None else chunks - 1
    return done


@transaction.atomic
def _purge_chunk(rule: Rule) -> int:
    """Lock some of the rows that are due, and forget those that still are."""
    due = rule.rows()
    keys = list(due.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    list(due.model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    rule.forget(due.filter(pk__in=keys))
    return len(keys)


def _sent(before: dt.datetime) -> QuerySet[OutboxMail]:
    return OutboxMail.objects.filter(sent_at__lt=before).exclude(recipient__startswith=FORGOTTEN)


def _never_sent(before: dt.datetime) -> QuerySet[OutboxMail]:
    """Return mails that no server took in twice the time: staff were told of them and let them be."""
    return OutboxMail.objects.filter(sent_at=None, created_at__lt=before - settings.MAIL_LIFETIME)


def _forget_mails(mails: QuerySet[OutboxMail]) -> None:
    """Leave which mail it was and when it went, so that it is never written again."""
    nobody = Concat(Value(FORGOTTEN), Cast("pk", CharField()))
    mails.update(recipient=nobody, text="", html="", headers={}, reply_to="", error="")


SESSIONS = Rule(
    name="sessions of the staff that ended",
    setting="SESSION_DAYS",
    due=lambda before: Session.objects.filter(expire_date__lt=before),
)
SENT_MAILS = Rule(
    name="texts and recipients of sent mails", setting="MAIL_DAYS", due=_sent, forget=_forget_mails
)
UNSENT_MAILS = Rule(name="mails that could never be sent", setting="MAIL_DAYS", due=_never_sent)

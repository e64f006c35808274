"""The version that public pages depend on: a write raises it, each process looks at it often.

Writers never wait for each other: every bump is a row of its own, the version is their sum, and
`compact()` folds old rows into one of the same sum. Each row weighs a random amount, so that a
version seen inside a transaction that rolled back can never come again with other contents.
Source: docs/architecture.md, "Freshness".
"""

import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Sum

T = TypeVar("T")
LOOK_SECONDS = 0.25
_LARGEST_WEIGHT = 2**31 - 1

_looks: dict[str, tuple[float, int]] = {}  # "last" -> (monotonic seconds of the look, version)
_remembered: dict[str, tuple[int, Any]] = {}


class Change(models.Model):
    """One write that public pages depend on, or many old ones folded together."""

    weight = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.pk}: {self.weight}"


def bump() -> None:
    """Say that public pages changed. Call it inside the transaction of the write. One insert."""
    Change.objects.create(weight=secrets.randbelow(_LARGEST_WEIGHT) + 1)
    look_again()
    transaction.on_commit(look_again)


def current() -> int:
    """Return the version of all public pages. At most one query per 0.25 seconds and process."""
    now = time.monotonic()
    at, version = _looks.get("last", (-1.0, 0))
    if at < 0 or not 0 <= now - at < LOOK_SECONDS:
        version = int(Change.objects.aggregate(version=Sum("weight"))["version"] or 0)
        _looks["last"] = (now, version)
    return version


def remember(key: str, make: Callable[[], T]) -> T:
    """Return make()'s answer, kept in this process until the version changes.

    The answer is shared: treat it as read-only. No query when warm, except current()'s own.
    """
    version = current()
    kept = _remembered.get(key)
    if kept is None or kept[0] != version:
        kept = _remembered[key] = (version, make())
    answer: T = kept[1]
    return answer


def look_again() -> None:
    """Make the next current() of this process ask the database."""
    _looks.clear()


def forget() -> None:
    """Drop everything this process remembers; tests start with it."""
    look_again()
    _remembered.clear()


def compact(*, keep: int = 100) -> None:
    """Fold all but the newest `keep` rows into one, so that the sum stays the same."""
    newest = list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:keep])
    if len(newest) < keep:
        return
    with transaction.atomic():
        old = Change.objects.select_for_update(skip_locked=True).filter(pk__lt=newest[-1])
        weights = dict(old.values_list("pk", "weight"))
        if len(weights) > 1:
            Change.objects.filter(pk__in=weights).delete()
            Change.objects.create(weight=sum(weights.values()))

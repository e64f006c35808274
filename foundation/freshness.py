"""The version that public pages depend on: a write raises it, each process looks at it often.

Writers never wait for each other: every bump is a row of its own, the version is their sum, and
`compact()` folds old rows into one of the same sum. Each row weighs a random amount, so that a
version seen inside a transaction that rolled back can never come again with other contents.
What changes at a known moment without any write, such as the end of a sale, is planned: see `plan()`.
Source: docs/architecture.md, "Freshness".
"""

import datetime as dt
import secrets
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Max, Sum
from django.utils import timezone

T = TypeVar("T")
LOOK_SECONDS = 0.25
_LARGEST_WEIGHT = 2**31 - 1

_looks: dict[str, tuple[float, int]] = {}  # "last" -> (monotonic seconds of the look, version)
_written_at: dict[str, dt.datetime | None] = {}  # "last" -> when the version that was seen was written
_remembered: dict[str, tuple[int, Any]] = {}
_planned: list[Callable[[], Iterable[dt.datetime]]] = []
_moments: dict[str, tuple[int, list[dt.datetime]]] = {}  # "last" -> (version as written, moments in order)


class Change(models.Model):
    """One write that public pages depend on, or many old ones folded together."""

    weight = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.pk}: {self.weight}"


def bump() -> None:
    """Say that public pages changed. Call it inside the transaction of the write. One insert."""
    Change.objects.create(weight=secrets.randbelow(_LARGEST_WEIGHT) + 1)
    look_again()
    transaction.on_commit(look_again)


def plan(read: Callable[[], Iterable[dt.datetime]]) -> None:
    """Let the version also change at the moments that read() returns; it is asked after each write."""
    if read not in _planned:
        _planned.append(read)


def current() -> int:
    """Return the version of all public pages. At most one query per 0.25 seconds and process.

    After a write, one more for each read() that plan() was given.
    """
    version = _written()
    return version + _moments_passed(version)


def changed_at() -> dt.datetime | None:
    """Return when public pages changed last; None if they never did. No query beyond current()'s."""
    passed = current() - _written()
    planned = _moments["last"][1][passed - 1] if passed else None
    return max((moment for moment in (_written_at.get("last"), planned) if moment), default=None)


def _written() -> int:
    now = time.monotonic()
    at, version = _looks.get("last", (-1.0, 0))
    if at < 0 or not 0 <= now - at < LOOK_SECONDS:
        seen = Change.objects.aggregate(version=Sum("weight"), at=Max("at"))
        version, _written_at["last"] = int(seen["version"] or 0), seen["at"]
        _looks["last"] = (now, version)
    return version


def _moments_passed(version: int) -> int:
    """Return how many of the planned moments lie behind us. No query until the next write."""
    kept = _moments.get("last")
    if kept is None or kept[0] != version:
        kept = _moments["last"] = (version, sorted({moment for read in _planned for moment in read()}))
    return bisect_right(kept[1], timezone.now())


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
    _moments.clear()


def compact(*, keep: int = 100) -> None:
    """Fold all but the newest `keep` rows into one, so that the sum stays the same."""
    newest = list(Change.objects.order_by("-pk").values_list("pk", flat=True)[:keep])
    if len(newest) < keep:
        return
    with transaction.atomic():
        old = Change.objects.select_for_update(skip_locked=True).filter(pk__lt=newest[-1])
        rows = list(old)
        if len(rows) > 1:
            Change.objects.filter(pk__in=[row.pk for row in rows]).delete()
            weight, at = sum(row.weight for row in rows), max(row.at for row in rows)
            Change.objects.create(weight=weight, at=at)

"""Does everything work that the shop needs? Named checks, asked by /readyz.

    readiness.register("webhooks", check)   # check() returns what is wrong, or an empty text

A check costs one query and says nothing that a stranger must not read.
Source: docs/operations.md, "Watching the shop".
"""

import datetime as dt
import logging
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from foundation import heartbeats, jobs

Check = Callable[[], str]
OK = "ok"
NOT_ASKED = "not asked"

logger = logging.getLogger(__name__)


def register(name: str, check: Check) -> None:
    """Have `check` asked, after those that were registered before."""
    _checks[name] = check


def report() -> dict[str, str]:
    """Return the state of each check: "ok", or what is wrong. A query a check.

    When the database fails one of them, the later ones are not asked.
    """
    states = dict.fromkeys(_checks, NOT_ASKED)
    for name, check in _checks.items():
        try:
            states[name] = check() or OK
        except Error as error:
            logger.warning("readiness: %s cannot be asked", name, exc_info=error)
            states[name] = f"the database fails: {type(error).__name__}"
            break
    return states


def waits_too_long(since: dt.datetime | None, seconds: int) -> str:
    """Say how long something has waited when that is more than `seconds`; None is nothing."""
    age = (timezone.now() - since).total_seconds() if since else 0
    return f"the oldest has waited for {age:.0f} s, more than {seconds}" if age > seconds else ""


def database() -> str:
    """Ask the database anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    """Check that the tables are those of this code."""
    applied = MigrationRecorder(connection).migration_qs.values_list("app", "name")
    missing = sorted(".".join(names) for names in _newest_migrations().difference(applied))
    return f"not applied: {', '.join(missing)}" if missing else ""


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def worker() -> str:
    """Check that a worker was heard of lately."""
    last = heartbeats.last_at()
    if last is None:
        return "none is running"
    age = timezone.now() - last
    return f"last heard of {age.total_seconds():.0f} s ago" if age > heartbeats.silent_after() else ""


def due_jobs() -> str:
    """Check that no job waits for too long."""
    return waits_too_long(jobs.oldest_due(), settings.READY_JOB_SECONDS)


_checks: dict[str, Check] = {
    "database": database, "migrations": migrations, "worker": worker, "jobs": due_jobs,
}  # fmt: skip

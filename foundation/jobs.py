"""Work in the background: jobs in the same database as their cause.

    @jobs.job(priority=jobs.MAIL)
    def send(mail_id: int) -> None: ...

    send.enqueue(mail_id=7)      # inside the transaction that causes it

A job runs at least once and must be idempotent: one that raises is tried again, later and later,
until `attempts` is used up; one whose worker died goes back into the queue. `manage.py worker`
runs jobs and ticks (foundation.worker); `run_due()` runs them in this process.
Source: docs/operations.md, "Work in the background".
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from traceback import format_exception
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.db.models import Case, Min, When
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django_tasks_db.compat import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from foundation import heartbeats, schedules
from foundation.schedules import register_tick

__all__ = ["MAIL", "PAYMENT", "PICTURE", "BackgroundJob", "Job", "job", "register_tick", "run_due"]

P = ParamSpec("P")
T = TypeVar("T")

PAYMENT, MAIL, PICTURE = 60, 30, 0
ATTEMPTS = 8  # with the pauses below: about two and a half hours
FIRST_PAUSE = dt.timedelta(seconds=5)
LONGEST_PAUSE = dt.timedelta(hours=1)
KEEP_DONE = dt.timedelta(days=7)

logger = logging.getLogger(__name__)


class WorkerLost(Exception):
    """The worker that ran the job fell silent before the job was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[P, T]):
    """A function that runs in the background, tried at most `attempts` times."""

    attempts: int = ATTEMPTS


class BackgroundJob(DBTaskResult):
    """A job as the staff sees it."""

    class Meta:
        proxy = True
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")

    def __str__(self) -> str:
        return str(self.task_path)


def job(*, priority: int, attempts: int = ATTEMPTS) -> Callable[[Callable[P, T]], Job[P, T]]:
    """Turn a module-level function with JSON arguments into a Job with `.enqueue(**kwargs)`.

    Priority is PAYMENT, MAIL or PICTURE. To run later: `.using(run_after=moment).enqueue(...)`.
    """

    def wrap(function: Callable[P, T]) -> Job[P, T]:
        return Job(func=function, priority=priority, attempts=attempts)

    return wrap


def run_due() -> int:
    """Run all ticks and jobs that are due now, in this process; returns how many jobs ran."""
    worker_id = f"inline-{get_random_string(16)}"
    heartbeats.beat(worker_id)
    try:
        schedules.run_due(worker_id)
        return sum(1 for _done in iter(lambda: run_next(worker_id), False))
    finally:
        heartbeats.end(worker_id)


def run_next(worker_id: str) -> bool:
    """Claim the most urgent due job and run it; False when none is due."""
    row = _claim(worker_id)
    if row is not None:
        _run(row)
    return row is not None


def _claim(worker_id: str) -> DBTaskResult | None:
    ready = DBTaskResult.objects.ready()
    if not ready.exists():  # most looks end here, without a write lock
        return None
    with transaction.atomic():
        row: DBTaskResult | None = ready.get_locked()
        if row is not None:
            row.claim(worker_id)
    return row


def _run(row: DBTaskResult) -> None:
    logger.info("job %s %s starts, attempt %s", row.task_path, row.id, len(row.worker_ids))
    try:
        row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception as error:
        logger.warning("job %s %s failed", row.task_path, row.id, exc_info=error)
        _settle_failure(row, error)
    else:
        _settle(row, status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now(), traceback="")


def _settle_failure(row: DBTaskResult, error: Exception) -> None:
    """Put a claimed job back to be tried later, or call it failed when its attempts are used up."""
    attempts, now = len(row.worker_ids), timezone.now()
    failures = attempts - 1 if isinstance(error, WorkerLost) else attempts  # once may be bad luck
    reason = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)).replace("\x00", ""),
    }
    if attempts < _attempts_allowed(row):
        _settle(row, status=TaskResultStatus.READY, run_after=now + pause_after(failures), **reason)
    else:
        logger.error("job %s %s gave up after %s attempts", row.task_path, row.id, attempts)
        _settle(row, status=TaskResultStatus.FAILED, finished_at=now, **reason)


def pause_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many failed attempts: 5 s, 20 s, 80 s … at most an hour."""
    return min(FIRST_PAUSE * 4 ** min(attempts - 1, 10), LONGEST_PAUSE) if attempts else dt.timedelta(0)


def _settle(row: DBTaskResult, **outcome: Any) -> None:
    """Write a job's outcome, unless the job was given to another worker meanwhile."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    mine.update(**outcome)


def _attempts_allowed(row: DBTaskResult) -> int:
    try:
        task = row.task
    except Exception:  # the function is gone: repairing the code may bring it back
        return ATTEMPTS
    return task.attempts if isinstance(task, Job) else ATTEMPTS


def reap() -> int:
    """Take back the jobs that silent workers left running; returns how many."""
    running = list(DBTaskResult.objects.running())
    alive = heartbeats.alive_ids()  # asked last: whoever claimed a job above had given a sign of life before
    heartbeats.forget_silent()
    return _take_back(row for row in running if row.worker_ids[-1] not in alive)


def take_back(worker_id: str) -> int:
    """Take back what this worker left running when its database went away; returns how many."""
    return _take_back(row for row in DBTaskResult.objects.running() if row.worker_ids[-1] == worker_id)


def _take_back(rows: Iterable[DBTaskResult]) -> int:
    lost = list(rows)
    for row in lost:
        _settle_failure(row, WorkerLost(f"{row.worker_ids[-1]} was lost while it ran this job."))
    return len(lost)


def oldest_due() -> dt.datetime | None:
    """Return since when the job has waited that should have begun first; None when none is due. One query."""
    due_at = Case(When(run_after=get_date_max(), then="enqueued_at"), default="run_after")
    oldest: dt.datetime | None = DBTaskResult.objects.ready().aggregate(oldest=Min(due_at))["oldest"]
    return oldest


def run_again(rows: Iterable[DBTaskResult]) -> int:
    """Give failed jobs a fresh set of attempts, starting now; returns how many."""
    failed = DBTaskResult.objects.failed().filter(pk__in=[row.pk for row in rows])
    return failed.update(
        status=TaskResultStatus.READY, run_after=timezone.now(), finished_at=None, worker_ids=[]
    )


def prune() -> int:
    """Delete jobs that succeeded days ago; failed ones stay. Returns how many."""
    old = DBTaskResult.objects.successful().filter(finished_at__lt=timezone.now() - KEEP_DONE)
    return int(old.delete()[0])

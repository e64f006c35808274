"""Work in the background: jobs in the same database as their cause, and schedules.

    @jobs.job(priority=jobs.MAIL)
    def send(mail_id: int) -> None: ...

    send.enqueue(mail_id=7)      # inside the transaction that causes it

Jobs run at least once and must be idempotent: one that raises is tried again, later and later,
until `attempts` is used up; one whose worker died goes back into the queue. `manage.py worker`
runs them (foundation.worker); `run_due()` runs them in this process.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_exception
from typing import ParamSpec, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django_tasks_db.compat import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

P = ParamSpec("P")
T = TypeVar("T")

PAYMENT, MAIL, PICTURE = 60, 30, 0
DEFAULT_ATTEMPTS = 8
FIRST_WAIT = dt.timedelta(seconds=5)
LONGEST_WAIT = dt.timedelta(hours=1)
SILENT_AFTER = dt.timedelta(seconds=30)  # without a heartbeat a worker counts as dead
KEEP_DONE = dt.timedelta(days=7)

logger = logging.getLogger(__name__)


class WorkerLost(Exception):
    """The worker that ran the job fell silent before it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[P, T]):
    """A function that runs in the background, at most `attempts` times until it succeeds."""

    attempts: int = DEFAULT_ATTEMPTS


def job(*, priority: int, attempts: int = DEFAULT_ATTEMPTS) -> Callable[[Callable[P, T]], Job[P, T]]:
    """Turn a module-level function with JSON arguments into a Job with `.enqueue(**kwargs)`.

    Priority is one of PAYMENT, MAIL, PICTURE. Later: `.using(run_after=moment).enqueue(...)`.
    """

    def wrap(function: Callable[P, T]) -> Job[P, T]:
        return Job(func=function, priority=priority, attempts=attempts)

    return wrap


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Named reads of heartbeats."""

    def alive(self) -> "HeartbeatQuerySet":
        """Return workers heard of lately."""
        return self.filter(at__gte=timezone.now() - SILENT_AFTER)


class Heartbeat(models.Model):
    """A worker's sign of life, renewed every few seconds and removed when it ends."""

    worker_id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.worker_id


class Schedule(models.Model):
    """When a tick is due next and which worker holds it now."""

    name = models.CharField(_("name"), primary_key=True, max_length=80)
    next_at = models.DateTimeField(_("due at"))
    held_by = models.CharField(_("running on"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("last started at"), null=True)
    finished_at = models.DateTimeField(_("last finished at"), null=True)
    error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BackgroundJob(DBTaskResult):
    """A job as the staff sees it."""

    class Meta:
        proxy = True
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")

    def __str__(self) -> str:
        return self.task_path


@dataclass(frozen=True, slots=True)
class Tick:
    """A function that is called every so often, by one worker at a time."""

    name: str
    every: dt.timedelta
    call: Callable[[], object]


_ticks: dict[str, Tick] = {}


def register_tick(*, name: str, every: dt.timedelta, call: Callable[[], object]) -> None:
    """Have `call` called every so often by the worker. Keep it short: enqueue jobs for long work."""
    _ticks[name] = Tick(name, every, call)


def run_due() -> int:
    """Run all ticks and jobs that are due now, in this process; returns how many jobs ran."""
    worker_id = f"inline-{get_random_string(16)}"
    beat(worker_id)
    try:
        return run_all(worker_id)
    finally:
        Heartbeat.objects.filter(pk=worker_id).delete()


def run_all(worker_id: str) -> int:
    """Run due ticks, then due jobs until none is left; returns how many jobs ran."""
    run_ticks(worker_id)
    done = 0
    while run_next(worker_id):
        done += 1
    return done


def beat(worker_id: str) -> None:
    """Give a sign of life for this worker. One UPSERT."""
    now = timezone.now()
    if not Heartbeat.objects.filter(pk=worker_id).update(at=now):
        Heartbeat.objects.create(worker_id=worker_id, started_at=now, at=now)


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
        row = ready.get_locked()
        if row is not None:
            row.claim(worker_id)
    return row


def _run(row: DBTaskResult) -> None:
    try:
        row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception as error:
        logger.warning("job %s %s failed", row.task_path, row.id, exc_info=error)
        settle_failure(row, error)
    else:
        _settle(row, status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now(),
                exception_class_path="", traceback="")  # fmt: skip


def settle_failure(row: DBTaskResult, error: Exception) -> None:
    """Put a claimed job back to be tried later, or call it failed when its attempts are used up."""
    attempts = len(row.worker_ids)
    now = timezone.now()
    outcome: dict[str, object] = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }
    if attempts < _attempts_allowed(row):
        outcome |= {"status": TaskResultStatus.READY, "run_after": now + wait_after(attempts)}
    else:
        outcome |= {"status": TaskResultStatus.FAILED, "finished_at": now}
        logger.error("job %s %s gave up after %s attempts", row.task_path, row.id, attempts)
    _settle(row, **outcome)


def wait_after(attempts: int) -> dt.timedelta:
    """Return the pause after so many failed attempts: 5 s, 20 s, 80 s … at most an hour."""
    return min(FIRST_WAIT * 4 ** min(attempts - 1, 10), LONGEST_WAIT)


def _settle(row: DBTaskResult, **outcome: object) -> None:
    """Write a job's outcome unless the reaper has given the job to somebody else meanwhile."""
    mine = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    mine.update(**outcome)


def _attempts_allowed(row: DBTaskResult) -> int:
    try:
        task = row.task
    except Exception:  # a job whose function is gone: give a roll-back of the code its chance
        return DEFAULT_ATTEMPTS
    return task.attempts if isinstance(task, Job) else 1


def run_ticks(worker_id: str) -> None:
    """Call every registered tick that is due and that no living worker holds."""
    now = timezone.now()
    waiting = Schedule.objects.filter(next_at__gt=now).values_list("name", flat=True)
    for name in sorted(_ticks.keys() - set(waiting)):
        if _hold(_ticks[name], worker_id):
            _call(_ticks[name], worker_id)


def _hold(tick: Tick, worker_id: str) -> bool:
    now = timezone.now()
    Schedule.objects.get_or_create(name=tick.name, defaults={"next_at": now})
    due = Schedule.objects.filter(name=tick.name, next_at__lte=now)
    alive = Heartbeat.objects.alive().values("worker_id")
    free = due.filter(Q(held_by="") | ~Q(held_by__in=alive))
    return free.update(held_by=worker_id, started_at=now, next_at=now + tick.every) == 1


def _call(tick: Tick, worker_id: str) -> None:
    error = ""
    try:
        tick.call()
    except Exception as raised:
        logger.exception("tick %s failed", tick.name)
        error = "".join(format_exception(raised))
    held = Schedule.objects.filter(name=tick.name, held_by=worker_id)
    held.update(held_by="", finished_at=timezone.now(), error=error)


def reap() -> int:
    """Give up on jobs that silent workers left running: try again, or failed. Returns how many."""
    alive = set(Heartbeat.objects.alive().values_list("worker_id", flat=True))
    lost = [row for row in DBTaskResult.objects.running() if row.worker_ids[-1] not in alive]
    for row in lost:
        settle_failure(row, WorkerLost(f"Worker {row.worker_ids[-1]} fell silent."))
    long_ago = timezone.now() - dt.timedelta(days=1)
    Heartbeat.objects.filter(at__lt=long_ago).delete()
    return len(lost)


def prune() -> int:
    """Delete jobs that succeeded days ago; failed ones stay. Returns how many."""
    old = DBTaskResult.objects.successful().filter(finished_at__lt=timezone.now() - KEEP_DONE)
    return old.delete()[0]

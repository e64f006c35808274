"""Schedules: functions called every so often, by one worker at a time."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from traceback import format_exception

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.heartbeats import Heartbeat

logger = logging.getLogger(__name__)


class Schedule(models.Model):
    """When a tick is due next, and which worker runs it now."""

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


@dataclass(frozen=True, slots=True)
class Tick:
    """A function that is called every so often."""

    name: str
    every: dt.timedelta
    call: Callable[[], object]


_ticks: dict[str, Tick] = {}


def register_tick(*, name: str, every: dt.timedelta, call: Callable[[], object]) -> None:
    """Have the worker call `call` every so often, the first time at once.

    Two calls never overlap. Keep it short: the worker does nothing else meanwhile, so enqueue
    jobs for long work.
    """
    _ticks[name] = Tick(name, every, call)


def run_due(worker_id: str) -> None:
    """Call every registered tick that is due and that no living worker runs. One query if none is."""
    waiting = Schedule.objects.filter(next_at__gt=timezone.now()).values_list("name", flat=True)
    for name in sorted(_ticks.keys() - set(waiting)):
        if _hold(_ticks[name], worker_id):
            _call(_ticks[name], worker_id)


def _hold(tick: Tick, worker_id: str) -> bool:
    now = timezone.now()
    Schedule.objects.bulk_create([Schedule(name=tick.name, next_at=now)], ignore_conflicts=True)
    alive = Heartbeat.objects.alive().exclude(pk=worker_id).values("worker_id")
    free = Schedule.objects.filter(Q(held_by="") | ~Q(held_by__in=alive), name=tick.name, next_at__lte=now)
    return free.update(held_by=worker_id, started_at=now, next_at=now + tick.every) == 1


def _call(tick: Tick, worker_id: str) -> None:
    """Call a held tick and let it go. When the database is away the hold stays, for this worker to retake."""
    error = ""
    try:
        tick.call()
    except Exception as raised:
        logger.exception("tick %s failed", tick.name)
        error = "".join(format_exception(raised))
    held = Schedule.objects.filter(name=tick.name, held_by=worker_id)
    held.update(held_by="", finished_at=timezone.now(), error=error)

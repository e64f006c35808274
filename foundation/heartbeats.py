"""Signs of life: which workers are alive. A job or schedule of a silent worker is given to others."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BEATS = 6  # signs of life in the time after which a worker counts as dead


def silent_after() -> dt.timedelta:
    """Return how long a worker may give no sign of life before it counts as dead."""
    return dt.timedelta(seconds=settings.WORKER_SILENT_SECONDS)


def beat_seconds() -> float:
    """Return the pause between two signs of life."""
    return silent_after().total_seconds() / BEATS


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Named reads of heartbeats."""

    def alive(self) -> "HeartbeatQuerySet":
        """Return the workers heard of lately."""
        return self.filter(at__gte=timezone.now() - silent_after())


class Heartbeat(models.Model):
    """A worker's sign of life, renewed every few seconds and removed when the worker ends."""

    worker_id = models.CharField(_("worker"), primary_key=True, max_length=64)
    started_at = models.DateTimeField(_("started at"))
    at = models.DateTimeField(_("last heard of at"))

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker_id


def beat(worker_id: str) -> None:
    """Give a sign of life for this worker. One or two queries."""
    now = timezone.now()
    if not Heartbeat.objects.filter(pk=worker_id).update(at=now):
        fresh = Heartbeat(worker_id=worker_id, started_at=now, at=now)
        Heartbeat.objects.bulk_create([fresh], ignore_conflicts=True)


def end(worker_id: str) -> None:
    """Say that this worker is gone, so that nobody waits for it."""
    Heartbeat.objects.filter(pk=worker_id).delete()


def alive_ids() -> set[str]:
    """Return the ids of all living workers. One query."""
    return set(Heartbeat.objects.alive().values_list("worker_id", flat=True))


def last_at() -> dt.datetime | None:
    """Return when any worker was last heard of; None without one. One query."""
    return Heartbeat.objects.aggregate(last=models.Max("at"))["last"]


def forget_silent() -> None:
    """Delete the heartbeats of workers that fell silent a day ago."""
    Heartbeat.objects.filter(at__lt=timezone.now() - dt.timedelta(days=1)).delete()

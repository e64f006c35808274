"""Signs of life: which workers are alive. A job or schedule of a silent worker is given to others."""

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BEAT_SECONDS = 5.0
SILENT_AFTER = dt.timedelta(seconds=30)  # without a sign of life for so long a worker counts as dead


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Named reads of heartbeats."""

    def alive(self) -> "HeartbeatQuerySet":
        """Return the workers heard of lately."""
        return self.filter(at__gte=timezone.now() - SILENT_AFTER)


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


def forget_silent() -> None:
    """Delete the heartbeats of workers that fell silent a day ago."""
    Heartbeat.objects.filter(at__lt=timezone.now() - dt.timedelta(days=1)).delete()

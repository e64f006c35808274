"""The same fresh start before every life; after every death the shop starts again: a worker, and time."""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from unittest import mock

import time_machine
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from foundation import freshness, heartbeats, jobs, schedules
from shop.payments.models import Payment

OURS = ("shop", "payments_demo", "foundation", "django_tasks_database", "sessions")
TICKS = {"sync payments", "reap jobs"}
SOON = (0, 35, 45, 75, 120, 660, 900)  # seconds after the restart
LATER = (46, 57, 180)  # minutes: the hold of 45 is over, and jobs were tried again

Rows = list[models.Model]


@functools.cache
def our_models() -> list[type[models.Model]]:
    """Return the models of the tables that a sale may touch."""
    there = set(connection.introspection.table_names())
    found = [m for label in OURS for m in apps.get_app_config(label).get_models(include_auto_created=True)]
    return [model for model in found if not model._meta.proxy and model._meta.db_table in there]


def keep() -> list[Rows]:
    """Return all rows, to be brought back by start_over()."""
    kept = [list(model._base_manager.all()) for model in our_models()]
    return [rows for rows in kept if rows]


@transaction.atomic
def start_over(kept: Iterable[Rows] = ()) -> None:
    """Leave these rows alone in our tables; much quicker than flushing the whole database."""
    with connection.cursor() as cursor:
        for model in our_models():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    for rows in kept:
        type(rows[0])._base_manager.bulk_create(rows)
    cache.clear()
    freshness.forget()
    mail.outbox.clear()


@contextmanager
def only_the_ticks_of_payments() -> Iterator[None]:
    """Leave out what a sale does not need, and the second nets, which might mend what should not break."""
    ticks = {name: tick for name, tick in schedules._ticks.items() if name in TICKS}
    assert len(ticks) == len(TICKS)
    with mock.patch.object(schedules, "_ticks", ticks):
        yield


def work() -> None:
    """Run a worker as long as there is something to do about money; the mails wait."""
    worker_id = f"worker-{get_random_string(8)}"
    heartbeats.beat(worker_id)
    schedules.run_due(worker_id)
    while DBTaskResult.objects.ready().filter(priority=jobs.PAYMENT).exists():
        jobs.run_next(worker_id)
    heartbeats.end(worker_id)


def work_for_a_quarter_of_an_hour() -> None:
    """Let a new worker run: silent workers are given up, and every payment is asked about once."""
    _work_at(dt.timedelta(seconds=seconds) for seconds in SOON)


def work_until_the_hold_is_over() -> None:
    """Let the worker go on until nobody can pay any more and whatever failed was tried again."""
    _work_at(dt.timedelta(minutes=minutes) for minutes in LATER)


def _work_at(moments: Iterable[dt.timedelta]) -> None:
    now = timezone.now()
    for moment in moments:
        with time_machine.travel(now + moment, tick=False):
            jobs.run_due()
            if _nothing_is_left_to_do():
                return


def _nothing_is_left_to_do() -> bool:
    unfinished = DBTaskResult.objects.exclude(status__in=["SUCCESSFUL", "FAILED"])
    return not (unfinished.exists() or Payment.objects.filter(status__in=Payment.ACTIVE).exists())

"""Readiness: each check by itself, and what becomes of the rest when the database fails."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from foundation import heartbeats, jobs, readiness
from foundation.models import Heartbeat
from tests.foundation.example_jobs import note

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def checks(monkeypatch) -> None:
    """Begin with no check at all."""
    monkeypatch.setattr(readiness, "_checks", {})


def fail() -> str:
    raise OperationalError("password authentication failed for user kora at 10.0.0.7")


@pytest.mark.usefixtures("checks")
def test_each_check_is_reported_by_name():
    readiness.register("strings", lambda: "")
    readiness.register("skins", lambda: "one is torn")
    assert readiness.report() == {"strings": "ok", "skins": "one is torn"}


@pytest.mark.usefixtures("checks")
def test_once_the_database_failed_nothing_more_is_asked_and_nothing_secret_said():
    readiness.register("first", lambda: "")
    readiness.register("second", fail)
    readiness.register("third", lambda: pytest.fail("asked"))
    states = readiness.report()
    assert states == {
        "first": "ok", "second": "the database fails: OperationalError", "third": "not asked",
    }  # fmt: skip


def test_a_database_that_answers_is_ready():
    assert readiness.database() == ""


def test_a_migration_that_was_not_applied_is_named(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert readiness.migrations() == ""
    newest = MigrationRecorder.Migration.objects.filter(app="foundation").order_by("id").last()
    newest.delete()
    assert readiness.migrations() == f"not applied: foundation.{newest.name}"


def test_a_shop_without_worker_is_not_ready():
    assert readiness.worker() == "none is running"


def test_a_worker_is_missed_when_it_has_been_silent_for_too_long():
    with time_machine.travel(NOON, tick=False) as clock:
        heartbeats.beat("w")
        Heartbeat.objects.create(worker_id="old", started_at=NOON, at=NOON - dt.timedelta(days=1))
        clock.shift(heartbeats.silent_after())
        assert readiness.worker() == ""
        clock.shift(1)
        assert readiness.worker() == "last heard of 31 s ago"


def test_a_job_that_has_waited_too_long_is_noticed(settings):
    settings.READY_JOB_SECONDS = 60
    with time_machine.travel(NOON, tick=False) as clock:
        note.enqueue(text="x")
        clock.shift(60)
        assert readiness.due_jobs() == ""
        clock.shift(1)
        assert readiness.due_jobs() == "the oldest has waited for 61 s, more than 60"
        jobs.run_due()
        assert readiness.due_jobs() == ""

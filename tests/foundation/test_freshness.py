"""Freshness: every committed write changes the version, and looking at it is cheap."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections, transaction

from foundation import freshness
from foundation.models import Change

LOOK_SECONDS = freshness.LOOK_SECONDS  # the real pause, which tests/conftest.py lengthens


@pytest.mark.django_db
def test_every_bump_changes_the_version_at_once_in_this_process():
    versions = [freshness.current()]
    for _ in range(3):
        freshness.bump()
        versions.append(freshness.current())
    assert len(set(versions)) == 4


@pytest.mark.django_db
def test_another_process_is_seen_after_a_quarter_second(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(freshness, "LOOK_SECONDS", LOOK_SECONDS)
    monkeypatch.setattr(freshness.time, "monotonic", lambda: clock[0])
    before = freshness.current()
    Change.objects.create(weight=7)  # what another process does: nothing here is told
    clock[0] += 0.24
    assert freshness.current() == before
    clock[0] += 0.02
    assert freshness.current() == before + 7


@pytest.mark.django_db
def test_a_warm_look_costs_no_query(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(freshness.time, "monotonic", lambda: 100.0)
    freshness.remember("x", lambda: "made")
    with django_assert_num_queries(0):
        assert freshness.remember("x", lambda: "made again") == "made"


@pytest.mark.django_db
def test_what_is_remembered_is_made_anew_after_a_bump():
    assert freshness.remember("x", lambda: 1) == 1
    freshness.bump()
    assert freshness.remember("x", lambda: 2) == 2


@pytest.mark.django_db
def test_what_was_remembered_in_a_rolled_back_transaction_is_never_shown():
    before = freshness.current()
    with transaction.atomic():
        freshness.bump()
        assert freshness.remember("x", lambda: "never happened") == "never happened"
        transaction.set_rollback(True)
    freshness.look_again()
    assert freshness.current() == before
    freshness.bump()
    assert freshness.remember("x", lambda: "truth") == "truth"


@pytest.mark.django_db
def test_the_version_changes_at_a_planned_moment_without_a_write(monkeypatch, django_assert_num_queries):
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    monkeypatch.setattr(freshness, "_planned", [])
    freshness.plan(lambda: [noon + timedelta(hours=1), noon])
    with time_machine.travel(noon - timedelta(seconds=1), tick=False) as clock:
        before = freshness.remember("x", lambda: "before")
        with django_assert_num_queries(0):
            clock.move_to(noon)
            assert (before, freshness.remember("x", lambda: "from noon on")) == ("before", "from noon on")
            clock.move_to(noon + timedelta(minutes=59))
            assert freshness.remember("x", lambda: "made again") == "from noon on"
            clock.move_to(noon + timedelta(hours=1))
            assert freshness.remember("x", lambda: "one o'clock") == "one o'clock"


@pytest.mark.django_db
def test_a_write_brings_new_planned_moments(monkeypatch):
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    moments = [noon]
    monkeypatch.setattr(freshness, "_planned", [lambda: list(moments)])
    with time_machine.travel(noon - timedelta(hours=2), tick=False) as clock:
        freshness.current()
        moments[:] = [noon - timedelta(hours=1)]
        freshness.bump()
        before = freshness.current()
        clock.move_to(noon - timedelta(hours=1))
        assert freshness.current() != before


@pytest.mark.django_db
def test_compacting_keeps_the_version():
    for _ in range(25):
        freshness.bump()
    before = freshness.current()
    freshness.compact(keep=10)
    freshness.look_again()
    assert freshness.current() == before
    assert Change.objects.count() == 11


@pytest.mark.django_db(transaction=True)
def test_versions_stay_right_while_writers_and_compacting_run_together():
    errors: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(10):
                Change.objects.create(weight=1)
                freshness.compact(keep=3)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert freshness.current() == 40


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other():
    bumped: list[bool] = []

    def write() -> None:
        freshness.bump()
        bumped.append(True)
        connections.close_all()

    with transaction.atomic():
        freshness.bump()
        other = threading.Thread(target=write)
        other.start()
        other.join(5)
        assert bumped == [True]

"""Ticks: called every so often, by one worker at a time."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections

from foundation import heartbeats, jobs, schedules

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def ticks(monkeypatch) -> list[str]:
    """Replace the registered ticks by one that notes its call every ten minutes."""
    monkeypatch.setattr(schedules, "_ticks", {})
    calls: list[str] = []
    jobs.register_tick(name="a", every=dt.timedelta(minutes=10), call=lambda: calls.append("a"))
    return calls


def test_a_tick_runs_at_once_and_then_once_a_period(ticks):
    with time_machine.travel(NOON, tick=False) as clock:
        jobs.run_due()
        jobs.run_due()
        assert ticks == ["a"]
        clock.shift(dt.timedelta(minutes=10))
        jobs.run_due()
        assert ticks == ["a", "a"]


def test_a_tick_that_another_living_worker_runs_is_left_to_it(ticks):
    heartbeats.beat("other")
    schedules.Schedule.objects.create(name="a", next_at=NOON - dt.timedelta(days=1000), held_by="other")
    jobs.run_due()
    assert ticks == []


def test_a_tick_that_a_dead_worker_held_runs_again(ticks):
    schedules.Schedule.objects.create(name="a", next_at=NOON - dt.timedelta(days=1000), held_by="dead")
    jobs.run_due()
    assert ticks == ["a"]


def test_a_tick_that_fails_is_shown_and_holds_up_nobody(ticks):
    jobs.register_tick(name="0", every=dt.timedelta(minutes=1), call=lambda: 1 / 0)
    jobs.run_due()
    assert ticks == ["a"]
    assert "ZeroDivisionError" in schedules.Schedule.objects.get(name="0").error
    assert schedules.Schedule.objects.get(name="0").held_by == ""


def test_looking_for_work_costs_two_queries_when_there_is_none(ticks, django_assert_num_queries):
    jobs.run_due()
    with django_assert_num_queries(2):
        schedules.run_due("w")
        assert jobs.run_next("w") is False


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_tick_at_once(ticks):
    begun, going_on = threading.Event(), threading.Event()

    def slow() -> None:
        ticks.append("slow")
        begun.set()
        going_on.wait(5)

    def work() -> None:
        try:
            jobs.run_due()
        finally:
            connections.close_all()

    jobs.register_tick(name="a", every=dt.timedelta(0), call=slow)
    first = threading.Thread(target=work)
    first.start()
    assert begun.wait(5)
    jobs.run_due()
    going_on.set()
    first.join()
    assert ticks == ["slow"]

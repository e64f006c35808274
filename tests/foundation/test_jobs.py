"""Jobs: exactly when their cause exists, most urgent first, tried again, never lost."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation import heartbeats, jobs
from foundation.models import Heartbeat
from tests.foundation import example_jobs
from tests.foundation.example_jobs import done, fail, note, note_urgently

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def only_row() -> DBTaskResult:
    return DBTaskResult.objects.get()


def leave_running(worker_id: str) -> DBTaskResult:
    """Make a job that a worker claimed and never finished."""
    note.enqueue(text="lost")
    row = DBTaskResult.objects.get(status="READY")
    row.claim(worker_id)
    return row


def test_a_job_runs_once():
    note.enqueue(text="hello")
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    assert done == ["hello"]
    assert only_row().status == "SUCCESSFUL"


def test_a_job_whose_cause_rolls_back_never_existed():
    with transaction.atomic():
        note.enqueue(text="never")
        transaction.set_rollback(True)
    assert jobs.run_due() == 0


def test_payments_come_before_pictures():
    note.enqueue(text="picture")
    note_urgently.enqueue(text="payment")
    jobs.run_due()
    assert done == ["payment", "picture"]


def test_a_job_for_later_waits():
    with time_machine.travel(NOON, tick=False) as clock:
        note.using(run_after=timezone.now() + dt.timedelta(minutes=5)).enqueue(text="later")
        assert jobs.run_due() == 0
        clock.shift(dt.timedelta(minutes=5))
        assert jobs.run_due() == 1


def test_a_failing_job_is_tried_again_with_growing_pauses_then_shown_as_failed():
    with time_machine.travel(NOON, tick=False) as clock:
        fail.enqueue(text="x")
        pauses = []
        for _attempt in range(2):
            jobs.run_due()
            row = only_row()
            assert row.status == "READY"
            pauses.append((row.run_after - timezone.now()).total_seconds())
            assert jobs.run_due() == 0
            clock.move_to(row.run_after)
        jobs.run_due()
    row = only_row()
    assert pauses == [5, 20]
    assert done == ["x"] * 3
    assert row.status == "FAILED"
    assert row.exception_class_path == "builtins.ConnectionRefusedError"
    assert "ConnectionRefusedError: x" in row.traceback


def test_pauses_end_at_an_hour():
    assert [jobs.pause_after(n).total_seconds() for n in (1, 2, 3, 7, 1000)] == [5, 20, 80, 3600, 3600]


def test_a_failing_job_does_not_hold_up_others():
    fail.enqueue(text="bad")
    note.enqueue(text="good")
    jobs.run_due()
    assert done == ["bad", "good"]


def test_a_job_whose_function_is_gone_waits_for_it_and_holds_up_nobody():
    note.enqueue(text="gone")
    DBTaskResult.objects.update(task_path="tests.foundation.example_jobs.no_longer_there")
    note_urgently.enqueue(text="here")
    jobs.run_due()
    assert done == ["here"]
    assert DBTaskResult.objects.get(task_path__endswith="no_longer_there").status == "READY"


def test_running_again_gives_a_failed_job_all_its_attempts():
    fail.enqueue(text="x")
    DBTaskResult.objects.update(status="FAILED", worker_ids=["a", "b", "c"], finished_at=timezone.now())
    assert jobs.run_again(DBTaskResult.objects.all()) == 1
    jobs.run_due()
    assert done == ["x"]
    assert (only_row().status, len(only_row().worker_ids)) == ("READY", 1)


def test_running_again_leaves_succeeded_jobs_alone():
    note.enqueue(text="once")
    jobs.run_due()
    assert jobs.run_again(DBTaskResult.objects.all()) == 0


def test_the_job_of_a_silent_worker_goes_back_into_the_queue():
    row = leave_running("dead")
    heard = timezone.now() - heartbeats.silent_after() * 2
    Heartbeat.objects.create(worker_id="dead", started_at=NOON, at=heard)
    assert jobs.reap() == 1
    row.refresh_from_db()
    assert row.status == "READY"
    assert row.exception_class_path == "foundation.jobs.WorkerLost"
    with time_machine.travel(row.run_after):
        jobs.run_due()
    assert done == ["lost"]


def test_a_lost_job_is_begun_again_at_once_and_one_that_is_lost_again_later_and_later():
    with time_machine.travel(NOON, tick=False) as clock:
        row = leave_running("dead 1")
        pauses = []
        for number in range(2, 5):
            jobs.reap()
            row.refresh_from_db()
            pauses.append((row.run_after - timezone.now()).total_seconds())
            clock.move_to(row.run_after)
            row.claim(f"dead {number}")
    assert pauses == [0, 5, 20]


def test_a_worker_that_arrives_while_jobs_are_reaped_keeps_its_job(monkeypatch):
    alive_ids = heartbeats.alive_ids

    def somebody_arrives_meanwhile() -> set[str]:
        ids = alive_ids()
        heartbeats.beat("new")
        leave_running("new")
        return ids

    monkeypatch.setattr(heartbeats, "alive_ids", somebody_arrives_meanwhile)
    assert jobs.reap() == 0
    assert only_row().status == "RUNNING"


def test_the_job_of_a_living_worker_stays_with_it():
    leave_running("busy")
    heartbeats.beat("busy")
    assert jobs.reap() == 0
    assert only_row().status == "RUNNING"


def test_a_job_that_kills_every_worker_is_given_up():
    row = leave_running("dead")
    DBTaskResult.objects.update(worker_ids=["dead"] * jobs.ATTEMPTS)
    jobs.reap()
    row.refresh_from_db()
    assert row.status == "FAILED"


def test_a_worker_that_was_thought_dead_does_not_overwrite_its_successor():
    old = leave_running("slow")
    jobs.reap()
    DBTaskResult.objects.update(run_after=timezone.now())
    new = DBTaskResult.objects.get()
    new.claim("successor")
    jobs._settle(old, status="SUCCESSFUL")
    assert only_row().status == "RUNNING"
    jobs._settle(new, status="SUCCESSFUL")
    assert only_row().status == "SUCCESSFUL"


def test_succeeded_jobs_go_after_days_and_failed_ones_stay():
    long_ago = timezone.now() - jobs.KEEP_DONE * 2
    note.enqueue(text="new")
    jobs.run_due()
    for status in ("SUCCESSFUL", "FAILED"):
        note.enqueue(text=status)
        DBTaskResult.objects.filter(status="READY").update(status=status, finished_at=long_ago)
    assert jobs.prune() == 1
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]


def test_the_oldest_due_job_is_the_one_that_should_have_begun_first():
    assert jobs.oldest_due() is None
    with time_machine.travel(NOON, tick=False):
        note.using(run_after=NOON + dt.timedelta(hours=1)).enqueue(text="later")
        assert jobs.oldest_due() is None
        note.enqueue(text="now")
        assert jobs.oldest_due() == NOON
    with time_machine.travel(NOON + dt.timedelta(hours=2), tick=False):
        DBTaskResult.objects.filter(run_after__year=9999).delete()
        assert jobs.oldest_due() == NOON + dt.timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_job():
    for number in range(20):
        note.enqueue(text=str(number))
    errors: list[Exception] = []

    def work(name: str) -> None:
        try:
            while jobs.run_next(name):
                pass
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(example_jobs.done, key=int) == [str(number) for number in range(20)]

"""The worker process: graceful end, a killed one's job, a database that goes away."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from foundation import heartbeats, jobs, schedules
from foundation.models import Heartbeat
from foundation.worker import Worker
from tests.foundation import example_jobs
from tests.foundation.worker_process import Start, wait_for, workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def start_worker() -> Iterator[Start]:
    with workers() as start:
        yield start


def reads(path: Path, text: str) -> Callable[[], bool]:
    return lambda: path.exists() and path.read_text() == text


def test_a_worker_takes_up_a_job_and_ends_gracefully_when_told_to(start_worker, tmp_path):
    mark = tmp_path / "mark"
    worker = start_worker()
    wait_for(Heartbeat.objects.alive().exists)
    example_jobs.work_slowly.enqueue(path=str(mark), seconds=1.0)
    wait_for(reads(mark, "begun"), 5)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert mark.read_text() == "done"
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert not Heartbeat.objects.exists()


def test_the_job_of_a_killed_worker_is_done_by_the_next(start_worker, tmp_path):
    mark = tmp_path / "mark"
    example_jobs.hang_the_first_time.enqueue(path=str(mark))
    victim = start_worker()
    wait_for(reads(mark, "begun"))
    victim.kill()
    victim.wait()
    row = DBTaskResult.objects.get()
    assert row.status == "RUNNING"
    Heartbeat.objects.update(at=timezone.now() - 2 * heartbeats.silent_after())
    schedules.Schedule.objects.update(next_at=timezone.now())
    start_worker()
    wait_for(reads(mark, "done"))
    wait_for(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
    assert len(DBTaskResult.objects.get().worker_ids) == 2


@pytest.mark.postgres
def test_a_worker_outlives_a_restart_of_its_database(start_worker, tmp_path):
    mark = tmp_path / "mark"
    worker = start_worker()
    wait_for(Heartbeat.objects.alive().exists)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    example_jobs.leave_file.enqueue(path=str(mark))
    wait_for(reads(mark, "done"))
    assert worker.poll() is None


def test_a_worker_that_loses_its_database_reconnects_and_takes_its_job_back(monkeypatch):
    worker = Worker()
    monkeypatch.setattr(schedules, "_ticks", {})
    example_jobs.note.enqueue(text="x")
    run_next = jobs.run_next
    turns: list[str] = []

    def go_away_at_first(worker_id: str) -> bool:
        turns.append(worker_id)
        if len(turns) == 1:
            DBTaskResult.objects.get().claim(worker_id)
            raise OperationalError("terminating connection due to administrator command")
        worker.is_stopping = True
        return run_next(worker_id)

    monkeypatch.setattr(jobs, "run_next", go_away_at_first)
    worker.run()
    row = DBTaskResult.objects.get()
    assert len(turns) == 2
    assert (row.status, row.worker_ids) == ("SUCCESSFUL", [worker.worker_id] * 2)
    assert example_jobs.done == ["x"]
    connections.close_all()


def test_a_worker_is_known_to_be_alive_before_it_takes_a_job(monkeypatch):
    worker = Worker()
    monkeypatch.setattr(schedules, "_ticks", {})
    monkeypatch.setattr(worker, "_beat_until_ended", lambda: None)
    alive: list[set[str]] = []

    def look_who_is_alive(worker_id: str) -> bool:
        alive.append(heartbeats.alive_ids())
        worker.is_stopping = True
        return False

    monkeypatch.setattr(jobs, "run_next", look_who_is_alive)
    worker.run()
    assert alive == [{worker.worker_id}]


def test_a_second_signal_ends_a_worker_at_once():
    worker = Worker()
    worker.stop(signal.SIGTERM, None)
    assert worker.is_stopping
    with pytest.raises(SystemExit):
        worker.stop(signal.SIGTERM, None)


def test_a_worker_that_hangs_in_a_job_stops_looking_alive():
    worker = Worker()
    worker._beat()
    Heartbeat.objects.all().delete()
    worker._busy_since = time.monotonic() - 3600
    worker._beat()
    assert not Heartbeat.objects.exists()


def test_once_runs_everything_that_is_due_and_ends(capsys):
    example_jobs.note.enqueue(text="a")
    example_jobs.note.enqueue(text="b")
    call_command("worker", "--once")
    assert example_jobs.done == ["a", "b"]
    assert "2 jobs run." in capsys.readouterr().out
    assert not Heartbeat.objects.exists()

"""Real workers on a hundred jobs: several never share one, and killing them loses and doubles none."""

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
from django_tasks_db.models import DBTaskResult

from shop.stock.ledger import on_hand_differences
from tests.builders import make_variant
from tests.faults import worker_jobs
from tests.foundation.worker_process import Start, is_working, wait_for, workers

JOBS = 100
KILL_AFTER_SECONDS = 2.0
MOST_KILLS = 40  # about five on a machine that is not busy
SILENT_SECONDS = 1.5  # 30 outside tests
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start_worker() -> Iterator[Start]:
    with workers() as start:
        yield start


def all_done() -> bool:
    return not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()


def is_done_within(seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not all_done():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def kill_every_two_seconds(start: Start) -> int:
    """Keep one worker running until all is done, as a supervisor would; return how many were killed."""
    for kills in range(MOST_KILLS):
        worker = start(TEST_WORKER_SILENT_SECONDS=str(SILENT_SECONDS))
        wait_for(partial(is_working, worker))
        if is_done_within(KILL_AFTER_SECONDS):
            return kills
        worker.kill()
        worker.wait()
    raise AssertionError("some jobs are never done")


def test_a_worker_killed_every_two_seconds_loses_no_job_and_doubles_none(start_worker):
    variant = make_variant(on_hand=0)
    for number in range(JOBS):
        reference = f"delivery {number}"
        worker_jobs.receive_unit.enqueue(variant_id=variant.pk, reference=reference, seconds=0.09)
    kills = kill_every_two_seconds(start_worker)
    begun_again = [row for row in DBTaskResult.objects.all() if len(row.worker_ids) > 1]
    variant.refresh_from_db()
    assert kills >= 3
    assert begun_again, "no kill hit a running job: this proves nothing"
    assert variant.on_hand == JOBS
    assert on_hand_differences() == []


def test_three_workers_run_each_of_a_hundred_jobs_once(start_worker, tmp_path):
    lines = tmp_path / "lines"
    for number in range(JOBS):
        worker_jobs.write_line.enqueue(path=str(lines), text=str(number), seconds=0.02)
    DBTaskResult.objects.update(run_after="2100-01-01T00:00Z")  # until all three are there
    three = [start_worker() for _ in range(3)]
    wait_for(lambda: all(is_working(worker) for worker in three))
    DBTaskResult.objects.update(run_after="2020-01-01T00:00Z")
    wait_for(all_done, 30)
    shares = Counter(worker_id for row in DBTaskResult.objects.all() for worker_id in row.worker_ids)
    assert sorted(lines.read_text().split(), key=int) == [str(number) for number in range(JOBS)]
    assert sum(shares.values()) == JOBS
    assert len(shares) == 3, shares

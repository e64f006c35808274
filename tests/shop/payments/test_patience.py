"""However slow Stripe is, two processes wait for it at most; the others answer everybody else."""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import ExitStack

import pytest

from shop.payments import patience, stripe_api

FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def own_seats(settings, tmp_path):
    """Give each test seats of its own."""
    settings.VAR_DIR = tmp_path


def test_a_third_caller_is_turned_away_within_a_moment():
    with ExitStack() as stack:
        for _number in range(patience.SEATS):
            stack.enter_context(patience.seat())
        began = time.monotonic()
        with pytest.raises(patience.Busy, match="others wait"), patience.seat():
            pytest.fail("a third seat was given")
        assert patience.LONGEST_WAIT <= time.monotonic() - began < patience.LONGEST_WAIT + 0.5


def test_a_seat_is_free_again_for_the_next_even_after_an_error():
    for _number in range(patience.SEATS + 1):
        with pytest.raises(ZeroDivisionError), patience.seat():
            raise ZeroDivisionError


def test_who_waits_takes_the_seat_that_gets_free():
    with patience.seat():
        leaving = patience.seat()
        leaving.__enter__()
        threading.Timer(0.2, leaving.__exit__, (None, None, None)).start()
        began = time.monotonic()
        with patience.seat():
            assert 0.15 < time.monotonic() - began < patience.LONGEST_WAIT


def hold_a_seat(ready):
    with patience.seat():
        ready.set()
        time.sleep(60)


def test_the_seat_of_a_killed_process_is_free_again():
    with patience.seat():
        ready = FORK.Event()
        process = FORK.Process(target=hold_a_seat, args=(ready,), daemon=True)
        process.start()
        assert ready.wait(10)
        with pytest.raises(patience.Busy), patience.seat():
            pytest.fail("a third seat was given")
        os.kill(process.pid, signal.SIGKILL)
        process.join(10)
        with patience.seat():
            pass


def test_a_folder_that_cannot_be_written_limits_nobody(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "missing"
    with ExitStack() as stack:
        for _number in range(patience.SEATS + 1):
            stack.enter_context(patience.seat())


@pytest.fixture
def slow_stripe():
    """A distant Stripe that answers nothing until it is let; gives how many ask it right now."""
    asking, may_answer = threading.Semaphore(0), threading.Event()

    def answer(*_args):
        asking.release()
        may_answer.wait(10)
        return "{}", 200, {}

    before = stripe_api.current_local_server()
    stripe_api.use_local_server(answer, is_distant=True)
    yield asking, may_answer
    may_answer.set()
    stripe_api.use_local_server(before)


@pytest.mark.django_db
def test_requests_beyond_the_seats_are_told_at_once_that_stripe_is_busy(slow_stripe):
    asking, may_answer = slow_stripe
    expire = {"target": stripe_api.expire_session, "args": ("cs_1",), "kwargs": {"patient": False}}
    waiting = [threading.Thread(**expire) for _number in range(patience.SEATS)]
    for thread in waiting:
        thread.start()
        assert asking.acquire(timeout=5)
    with pytest.raises(stripe_api.Unreachable, match="busy"):
        stripe_api.expire_session("cs_1", patient=False)
    assert not asking.acquire(blocking=False)
    may_answer.set()
    stripe_api.expire_session("cs_1", patient=True)
    for thread in waiting:
        thread.join(5)


@pytest.mark.django_db
def test_the_worker_needs_no_seat(slow_stripe):
    _asking, may_answer = slow_stripe
    may_answer.set()
    with patience.seat(), patience.seat():
        assert stripe_api.expire_session("cs_1", patient=True) == {}


@pytest.mark.django_db
def test_the_demo_needs_no_seat(slow_stripe):
    stripe_api.use_local_server(lambda *_args: ("{}", 200, {}))
    with patience.seat(), patience.seat():
        assert stripe_api.expire_session("cs_1", patient=False) == {}

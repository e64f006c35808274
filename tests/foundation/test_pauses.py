"""Pauses grow with failures, end by themselves, and are exact under concurrency."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections

from foundation import limits, pauses
from foundation.pauses import Pauses

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
SLOW = Pauses(free=2, first=10, longest=60, memory=600)


def take(key: str = "owner", bucket: str = "accounts") -> limits.Verdict:
    return pauses.take(bucket=bucket, key=key, pauses=SLOW)


@pytest.mark.django_db
def test_the_pause_doubles_with_each_attempt_up_to_the_longest():
    with time_machine.travel(NOON, tick=False) as clock:
        assert [take().is_allowed for _ in range(2)] == [True, True]
        for pause in (10, 20, 40, 60, 60):
            assert take() == limits.Verdict(is_allowed=False, retry_after_seconds=pause)
            clock.shift(pause - 1)
            assert take() == limits.Verdict(is_allowed=False, retry_after_seconds=1)
            clock.shift(1)
            assert take().is_allowed


@pytest.mark.django_db
def test_all_is_forgotten_after_a_while_or_when_it_turned_out_to_be_honest():
    with time_machine.travel(NOON, tick=False) as clock:
        take(), take()
        clock.shift(600)
        assert [take().is_allowed for _ in range(3)] == [True, True, False]
        pauses.end(bucket="accounts", key="owner")
        assert [take().is_allowed for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_keys_and_buckets_have_pauses_of_their_own():
    with time_machine.travel(NOON, tick=False):
        take(), take()
        assert not take().is_allowed
        assert take(key="moderator").is_allowed
        assert take(bucket="devices").is_allowed


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_the_free_attempts():
    verdicts: list[bool] = []

    def attempt() -> None:
        verdicts.append(take().is_allowed)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(verdicts) == SLOW.free

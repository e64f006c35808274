"""Limits: exact under concurrency, by address, and nothing readable is stored."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connections
from django.test import RequestFactory

from foundation import limits
from foundation.models import LimitCounter

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def take(key: str = "visitor", bucket: str = "comments") -> limits.Verdict:
    return limits.take(bucket=bucket, key=key, rate=(5, 600))


@pytest.mark.django_db
def test_the_sixth_attempt_of_five_is_refused_until_the_window_closes():
    with time_machine.travel(NOON, tick=False) as clock:
        assert all(take().is_allowed for _ in range(5))
        clock.shift(dt.timedelta(seconds=90))
        assert take() == limits.Verdict(is_allowed=False, retry_after_seconds=510)
        clock.shift(dt.timedelta(seconds=509))
        assert take() == limits.Verdict(is_allowed=False, retry_after_seconds=1)
        clock.shift(dt.timedelta(seconds=1))
        assert take() == limits.Verdict(is_allowed=True, retry_after_seconds=0)


@pytest.mark.django_db
def test_looking_counts_nothing_and_says_what_the_next_attempt_would_hear():
    rate = (2, 600)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(2):
            assert limits.look(bucket="cards", key="visitor", rate=rate).is_allowed
            limits.take(bucket="cards", key="visitor", rate=rate)
        clock.shift(dt.timedelta(seconds=90))
        assert limits.look(bucket="cards", key="visitor", rate=rate) == limits.Verdict(
            is_allowed=False, retry_after_seconds=510
        )
        assert limits.look(bucket="cards", key="another", rate=rate).is_allowed
        clock.shift(dt.timedelta(seconds=510))
        assert limits.look(bucket="cards", key="visitor", rate=rate).is_allowed


@pytest.mark.django_db
def test_keys_and_buckets_are_counted_apart():
    for _ in range(5):
        take()
    assert not take().is_allowed
    assert take(key="another").is_allowed
    assert take(bucket="cart").is_allowed


@pytest.mark.django_db(transaction=True)
def test_eight_threads_get_exactly_what_the_rate_allows():
    verdicts: list[bool] = []
    errors: list[Exception] = []
    start = threading.Barrier(8)

    def visit() -> None:
        start.wait()
        try:
            takes = (limits.take(bucket="race", key="k", rate=(37, 600)) for _ in range(10))
            verdicts.extend(verdict.is_allowed for verdict in takes)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (verdicts.count(True), verdicts.count(False)) == (37, 43)
    assert LimitCounter.objects.get().count == 80


@pytest.mark.django_db
def test_one_attempt_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        take()


@pytest.mark.django_db
def test_closed_windows_are_purged_and_open_ones_stay():
    with time_machine.travel(NOON, tick=False) as clock:
        take(key="old")
        clock.shift(dt.timedelta(seconds=600))
        take(key="new")
        assert limits.purge() == 1
    assert LimitCounter.objects.count() == 1


@pytest.mark.django_db
def test_no_address_is_stored_readably():
    take(key="203.0.113.9")
    assert "203.0.113.9" not in str(LimitCounter.objects.values_list().get())


def test_a_keyed_hash_depends_on_the_secret_key(settings):
    before = limits.keyed_hash("203.0.113.9")
    assert before == limits.keyed_hash("203.0.113.9")
    settings.SECRET_KEY = "another" * 10
    assert limits.keyed_hash("203.0.113.9") != before


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "ü" * 10_000])
def test_any_text_can_be_hashed(text):
    assert len(limits.keyed_hash(text)) == 64


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "expected"),
    [
        (0, "198.51.100.1", "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "1.1.1.1, 198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (2, "1.1.1.1, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "10.0.0.1", "198.51.100.1"),
        (1, "[2001:db8:1:2::7]:4711", "10.0.0.1", "2001:db8:1:2::/64"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1", "10.0.0.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:203.0.113.9", "203.0.113.9"),
        (0, "", "fe80::1%eth0", "fe80::/64"),
        (0, "", "", limits.UNKNOWN_IP),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_saw(
    settings, proxies, forwarded, remote, expected
):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert limits.client_ip(request) == expected


def test_two_addresses_of_one_ipv6_network_are_one_client():
    keys = {
        limits.client_key(RequestFactory().get("/", REMOTE_ADDR=address))
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2")
    }
    assert len(keys) == 1

"""How long each process waits for PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from config import env
from foundation.postgresql import base, waits


@pytest.fixture(autouse=True)
def process() -> Iterator[None]:
    """Let no test change what the process waits for."""
    before = waits.chosen()
    yield
    waits.choose(before)


@pytest.fixture
def wrapper(monkeypatch) -> base.DatabaseWrapper:
    """Return the engine as DATABASE_URL sets it up, not connected."""
    monkeypatch.setenv("TRIED", "postgres://kora@10.0.0.7/kora?connect_timeout=7&application_name=shop")
    settings = env.database("TRIED", Path("unused"), "FULL")
    return base.DatabaseWrapper({"TIME_ZONE": None, "AUTOCOMMIT": True, "OPTIONS": {}} | settings)


@pytest.fixture
def short_patience() -> Iterator[None]:
    """Give the tests' connection a tenth of a second for an answer."""
    connection.ensure_connection()
    connection.connection.patience = 0.1
    yield
    connection.close()


def test_all_that_a_request_may_wait_for_stays_below_ten_seconds():
    web = waits.WEB
    assert web.statement is not None
    assert web.answer is not None
    assert waits.HEALTH + waits.CONNECT + web.answer < 10
    assert web.statement < web.answer  # so that the server may say itself what took too long


def test_the_server_is_told_the_limits_of_the_process(wrapper):
    waits.choose(waits.WEB)
    options = wrapper.get_connection_params()["options"]
    assert "-c statement_timeout=4000 -c lock_timeout=3000" in options
    assert "-c idle_in_transaction_session_timeout=5000" in options


def test_a_command_may_take_as_long_as_it_needs(wrapper):
    waits.choose(waits.COMMAND)
    assert "-c statement_timeout=0 " in wrapper.get_connection_params()["options"]


def test_what_the_address_says_wins(wrapper):
    params = wrapper.get_connection_params()
    assert (params["connect_timeout"], params["application_name"]) == (7, "shop")
    assert params["tcp_user_timeout"] > 0


@pytest.mark.django_db
def test_the_worker_takes_the_workers_limits(capsys):
    call_command("worker", "--once")
    assert waits.chosen() == waits.WORKER


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("short_patience")
def test_a_connection_that_brings_no_answer_in_time_is_given_up():
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="no answer within"):
        cursor.execute("SELECT pg_sleep(5)")
    assert connection.connection.closed
    assert not connection.is_usable()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_quick_enough_leaves_the_connection_as_it_was():
    connection.ensure_connection()
    assert connection.is_usable()
    assert connection.connection.patience == waits.chosen().answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    assert not connection.connection.closed


def test_after_a_vain_attempt_to_connect_nobody_tries_for_a_moment(wrapper, monkeypatch):
    attempts = []

    def time_out(**params):
        attempts.append(params)
        raise psycopg.errors.ConnectionTimeout("connection timeout expired")

    monkeypatch.setattr(base.Connection, "connect", time_out)
    monkeypatch.setattr(base.DatabaseWrapper, "_silent_until", 0.0)
    for _attempt in range(3):
        with pytest.raises(psycopg.OperationalError):
            wrapper.get_new_connection({})
    assert len(attempts) == 1
    monkeypatch.setattr(base.DatabaseWrapper, "_silent_until", 0.0)
    with pytest.raises(psycopg.errors.ConnectionTimeout):
        wrapper.get_new_connection({})
    assert len(attempts) == 2


def test_a_refused_connection_is_tried_again_at_once(wrapper, monkeypatch):
    def refuse(**params):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(base.Connection, "connect", refuse)
    monkeypatch.setattr(base.DatabaseWrapper, "_silent_until", 0.0)
    for _attempt in range(2):
        with pytest.raises(psycopg.OperationalError, match="refused"):
            wrapper.get_new_connection({})

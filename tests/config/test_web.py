"""Rules of the web server: the options that the shop was measured with, whoever starts it."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from granian.constants import Interfaces

from config.management.commands import web


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Collect what the server is made with, instead of serving."""
    options: dict[str, Any] = {}

    class Server:
        def __init__(self, target: str, **given: Any) -> None:
            options.update(given, target=target)

        def serve(self) -> None:
            options["has_connection"] = connection.connection is not None

    monkeypatch.setattr(web, "Server", Server)
    monkeypatch.setattr(web.gc, "freeze", lambda: None)
    return options


def test_four_workers_serve_behind_the_guard_against_slow_clients(served):
    call_command("web", host="127.0.0.1", port=9000, skip_checks=True)
    assert (served["target"], served["interface"]) == ("config.asgi:application", Interfaces.ASGINL)
    assert (served["workers"], served["blocking_threads"]) == (4, 1)
    assert (served["address"], served["port"]) == ("127.0.0.1", 9000)


def test_headers_have_a_deadline_and_many_connections_have_room(served):
    call_command("web", skip_checks=True)
    assert served["http1_settings"].header_read_timeout == 10_000
    assert served["backpressure"] >= 1000


def test_worker_that_dies_is_replaced(served):
    call_command("web", skip_checks=True)
    assert served["respawn_failed_workers"]


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_shared_by_the_workers(served):
    connection.ensure_connection()
    call_command("web", skip_checks=True)
    assert not served["has_connection"]

"""Rules of slow clients: whole requests alone reach Django's thread, and nobody is waited for for ever."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from foundation.slow_clients import Deadlines, Patient

HASTE = Deadlines(seconds=0.2, least_rate=1024 * 1024, most_bytes=1000)
SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/",
    "query_string": b"",
    "http_version": "1.1",
    "headers": [],
}


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


class Streamed:
    """An answer in pieces that notes when it was closed."""

    streaming = True

    def __init__(self) -> None:
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    def close(self) -> None:
        """End it."""
        self.is_closed = True


def run(
    app: Patient, messages: list[dict[str, Any]], *, reader: Any = None, **scope: Any
) -> list[dict[str, Any]]:
    """Send these messages, then nothing more; return what was answered."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if reader:
            await reader(message)

    asyncio.run(app(SCOPE | scope, receive, send))
    return sent


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def status_of(sent: list[dict[str, Any]]) -> int:
    return int(sent[0]["status"])


def test_whole_request_reaches_django_with_its_length():
    seen: dict[str, Any] = {}

    def app(environ, start_response):
        seen.update(environ)
        return echo(environ, start_response)

    sent = run(Patient(app, HASTE), [part(b"ab", more=True), part(b"cd")], query_string=b"q=\xff")
    assert b"".join(message.get("body", b"") for message in sent) == b"abcd"
    assert (seen["CONTENT_LENGTH"], seen["QUERY_STRING"]) == ("4", "q=\xff")


def test_body_that_stops_is_answered_408_and_never_reaches_django():
    app = Patient(lambda *args: pytest.fail("a part of a request reached Django"), HASTE)
    assert status_of(run(app, [part(b"a", more=True)])) == 408


def test_slow_body_holds_nobody_else():
    """Two bodies stand still while a third request is answered by the same worker."""
    patient = Patient(echo, Deadlines(seconds=30))

    async def scenario() -> list[dict[str, Any]]:
        async def never() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def at_once() -> dict[str, Any]:
            return part(b"quick")

        slow = [asyncio.create_task(patient(SCOPE, never, send)) for _ in range(2)]
        await asyncio.wait_for(patient(SCOPE, at_once, send), 5)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return sent

    assert status_of(asyncio.run(scenario())) == 200


def test_slow_reader_is_let_go_and_the_answer_is_closed():
    answer = Streamed()

    def app(environ, start_response):
        start_response("200 OK", [])
        return answer

    async def reader(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    sent = run(Patient(app, HASTE), [part(b"")], reader=reader)
    assert [message.get("body") for message in sent] == [None, b"one"]
    assert answer.is_closed


def test_streamed_answer_goes_out_piece_by_piece_and_is_closed():
    answer = Streamed()

    def app(environ, start_response):
        start_response("200 OK", [])
        return answer

    sent = run(Patient(app, HASTE), [part(b"")])
    assert [message.get("body") for message in sent] == [None, b"one", b"two", None]
    assert answer.is_closed


@pytest.mark.parametrize(
    ("headers", "messages"),
    [([(b"content-length", b"1001")], []), ([], [part(b"x" * 600, more=True), part(b"x" * 600, more=True)])],
)
def test_too_large_a_body_is_answered_413_before_it_has_come(headers, messages):
    app = Patient(lambda *args: pytest.fail("it reached Django"), HASTE)
    assert status_of(run(app, list(messages), headers=headers)) == 413


def test_client_who_leaves_reaches_nobody():
    app = Patient(lambda *args: pytest.fail("it reached Django"), HASTE)
    assert run(app, [part(b"a", more=True), {"type": "http.disconnect"}]) == []


def test_all_of_django_runs_in_one_thread():
    threads: set[int] = set()

    def app(environ, start_response):
        threads.add(threading.get_ident())
        return echo(environ, start_response)

    patient = Patient(app, HASTE)
    for _ in range(3):
        run(patient, [part(b"")])
    assert len(threads) == 1


def test_cookies_in_two_lines_are_one_list():
    seen: dict[str, Any] = {}

    def app(environ, start_response):
        seen.update(environ)
        return echo(environ, start_response)

    run(Patient(app, HASTE), [part(b"")], headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")])
    assert seen["HTTP_COOKIE"] == "a=1; b=2"


@pytest.mark.parametrize(("count", "is_over"), [(0, True), (1024 * 1024, False)])
def test_deadline_moves_with_what_has_come(count, is_over):
    begun = time.monotonic() - 1
    assert (Deadlines(seconds=0.5, least_rate=1024 * 1024).left(begun, count) < 0) == is_over

"""Force an interleaving: one runner stops at a point, the others go as far as they come, then it goes on.

    first, second = interleave(pay, cancel, at=before('UPDATE "shop_order"'))

runs pay() until it is about to change an order, then cancel() until it is done or waits for a lock, then
the rest. Hoping for the right moment instead would prove nothing.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from django.db import connection

from shop.payments import stripe_api
from shop.payments.stripe_api import Answer, Server

LONGEST = 30.0  # seconds until a test gives up
BLOCKED_AFTER = 0.4  # seconds inside one statement of SQLite: it waits for the one who writes
GLANCE = 0.01


@dataclass(frozen=True)
class Point:
    """The first statement to the database, or call to Stripe, that contains a text: before it or after it."""

    text: str
    is_before: bool


def before(text: str) -> Point:
    """Stop before a statement, such as `UPDATE "shop_order"`, or a call, such as `POST /v1/refunds`."""
    return Point(text, is_before=True)


def after(text: str) -> Point:
    """Stop after a statement or a call, when its answer is there but nothing was made of it."""
    return Point(text, is_before=False)


@dataclass
class Runner:
    """A thread with its own connection that runs some work, and may stop once on the way."""

    work: Callable[[], Any]
    stop_at: Point | None = None
    result: Any = None
    is_done: bool = False
    busy_since: float | None = None
    backend_pid: int = 0
    is_in_transaction: bool = False
    has_stopped: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the thread."""
        self.thread = threading.Thread(target=self._run)

    @property
    def is_blocked(self) -> bool:
        """Whether it waits for a lock: PostgreSQL says so, on SQLite its statement takes too long."""
        since = self.busy_since
        if connection.vendor == "postgresql":
            return since is not None and _waits_for_a_lock(self.backend_pid)
        return since is not None and time.monotonic() - since > BLOCKED_AFTER

    def around_statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run a statement of this thread, stopping at the point."""
        self.stop_if(sql, is_before=True)
        self.backend_pid = getattr(getattr(connection.connection, "info", None), "backend_pid", 0)
        self.busy_since = time.monotonic()
        try:
            result = execute(sql, params, many, context)
        finally:
            self.busy_since = None
        self.stop_if(sql, is_before=False)
        return result

    def stop_if(self, text: str, *, is_before: bool) -> None:
        """Stop here if this is the point, the first time it is passed."""
        point = self.stop_at
        if (
            point is None
            or point.is_before != is_before
            or point.text not in text
            or self.has_stopped.is_set()
        ):
            return
        self.is_in_transaction = connection.in_atomic_block
        self.has_stopped.set()
        assert self.may_go_on.wait(LONGEST), "nobody let this runner go on"

    def _run(self) -> None:
        try:
            with connection.execute_wrapper(self.around_statement):
                self.result = self.work()
        except Exception as error:
            self.result = error
        finally:
            connection.close()
            self.is_done = True


def interleave(first: Callable[[], Any], *others: Callable[[], Any], at: Point) -> list[Any]:
    """Run `first` up to the point, the others as far as they come, then the rest; return all results.

    A result may be the exception that ended the work. Fails when `first` never came to the point.
    """
    runners = [Runner(first, stop_at=at), *(Runner(work) for work in others)]
    server = stripe_api.current_local_server()
    assert server is not None
    connection.close()
    with mock.patch.object(stripe_api, "_local_server", _stopping(server, runners[0])):
        _run_interleaved(*runners)
    return [runner.result for runner in runners]


def _run_interleaved(first: Runner, *others: Runner) -> None:
    first.thread.start()
    _wait_until(lambda: first.has_stopped.is_set() or first.is_done)
    came_there = first.has_stopped.is_set()
    if came_there:
        for other in others:
            other.thread.start()
        _wait_until(lambda: all(_comes_no_further(other, first) for other in others))
    first.may_go_on.set()
    for runner in [first, *others] if came_there else [first]:
        runner.thread.join(LONGEST)
        assert runner.is_done, "a runner hangs"
    assert came_there, f"the first runner never came to {first.stop_at}: {first.result!r}"


def _comes_no_further(other: Runner, first: Runner) -> bool:
    return other.is_done or (first.is_in_transaction and other.is_blocked)


def _waits_for_a_lock(backend_pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", [backend_pid])
        return cursor.fetchone() == ("Lock",)


def _stopping(server: Server, runner: Runner) -> Server:
    """Return a Stripe that lets this runner stop before and after a call."""

    def answer(method: str, url: str, headers: Any, body: str) -> Answer:
        call = f"{method.upper()} {urlsplit(url).path} "
        if threading.current_thread() is not runner.thread:
            return server(method, url, headers, body)
        runner.stop_if(call, is_before=True)
        reply = server(method, url, headers, body)
        runner.stop_if(call, is_before=False)
        return reply

    return answer


def _wait_until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < give_up_at, "the runners did not get there"
        time.sleep(GLANCE)

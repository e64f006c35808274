"""Kill the process at every database write and every call to Stripe, and see what the shop makes of it.

A scenario runs in a forked child that dies with `os._exit` at its n-th crash point: nothing is caught,
rolled back or closed, as with `kill -9`. sweep() lets it run through once to learn its points, and then die
once of all points that leave the same traces behind; after every death the shop starts again and the books
must add up.

A crash point is before a write, before and after a COMMIT that has something to say, and before and
after a call to Stripe. What the fake Stripe writes for itself is no crash point: Stripe does not die.
Points that leave the same traces behind are the writes of one open transaction: that they leave the same is
what a transaction promises, and what test_crashing.py looks at.
"""

import gc
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from shop.payments import stripe_api
from shop.payments.stripe_api import Answer, Server

RAN_THROUGH, DIED, FAILED = 0, 77, 78
NEVER = 0  # the number of no point
_WRITE = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)

Tell = Callable[[str], None]


@dataclass
class CrashPoints:
    """Counts the crash points that its process passes, and dies at one of them.

    `traces` counts what outlives the process: commits, calls to Stripe, and answers to the buyer.
    """

    die_at: int
    write: Tell
    passed: int = 0
    traces: int = 0
    is_at_stripe: bool = False
    has_written: bool = False

    def install(self) -> None:
        """Watch this process from now on; it is a child that ends soon, so nothing is undone."""
        connection.execute_wrappers.append(self.around_statement)
        database: Any = BaseDatabaseWrapper
        commit = database._commit
        database._commit = lambda wrapper: self.around_commit(commit, wrapper)
        server = stripe_api.current_local_server()
        assert server is not None
        stripe_api.use_local_server(self.around_stripe(server))

    def around_statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Pass a point before a write of the shop; one outside a transaction is its own commit."""
        write = _WRITE.match(sql)
        if write is None or self.is_at_stripe or write[2].startswith("payments_demo"):
            return execute(sql, params, many, context)
        name = f"{write[1].upper()} {write[2]}"
        self.pass_by(f"before {name}")
        result = execute(sql, params, many, context)
        if context["connection"].in_atomic_block:
            self.has_written = True
        else:
            self.traces += 1
        return result

    def around_commit(self, commit: Callable[[Any], None], wrapper: Any) -> None:
        """Pass a point before and after a COMMIT, unless there is nothing to commit."""
        is_point, self.has_written = self.has_written, False
        if is_point:
            self.pass_by("before COMMIT")
        commit(wrapper)
        if is_point:
            self.traces += 1
            self.pass_by("after COMMIT")

    def around_stripe(self, server: Server) -> Server:
        """Pass a point before Stripe is asked, and one when it has done its work but nobody knows."""

        def answer(method: str, url: str, headers: Any, body: str) -> Answer:
            name = f"{method.upper()} {urlsplit(url).path}"
            self.pass_by(f"before {name}")
            self.is_at_stripe = True
            reply = server(method, url, headers, body)
            self.is_at_stripe = False
            self.traces += 1
            self.pass_by(f"after {name}")
            return reply

        return answer

    def tell(self, text: str) -> None:
        """Note what the outside world sees."""
        self.traces += 1
        self.write(f"told {text}")

    def pass_by(self, where: str) -> None:
        """Count a point, and die there if it is the one."""
        self.passed += 1
        self.write(f"passed {self.traces} {where}")
        if self.passed == self.die_at:
            os._exit(DIED)


@dataclass(frozen=True)
class Point:
    """A crash point that was passed: its number, how many traces there were before it, and its name."""

    number: int
    traces: int
    where: str


@dataclass(frozen=True)
class Life:
    """How a child ended, the points that it passed, and what the buyer had been told until then."""

    has_run_through: bool
    points: list[Point]
    told: list[str]

    @property
    def where(self) -> str:
        """Where it ended."""
        return "the end" if self.has_run_through else self.points[-1].where

    @property
    def traces(self) -> list[int]:
        """How many traces there were before each point."""
        return [point.traces for point in self.points]

    @property
    def different_points(self) -> list[Point]:
        """The last one of all points that leave the same traces behind."""
        return list({point.traces: point for point in self.points}.values())


@dataclass(frozen=True)
class Sweep:
    """The places where the scenario could die, and what did not add up after it did."""

    places: list[str]
    failures: list[str]


def live(act: Callable[[Tell], None], *, die_at: int) -> Life:
    """Run `act(tell)` in a child that dies at a crash point, or NEVER; `tell` notes what the world saw."""
    connections.close_all()
    reading, writing = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of threads in the parent
        child = os.fork()
    if child == 0:
        _be_the_child(act, die_at, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        report = pipe.read()
    _pid, status = os.waitpid(child, 0)
    _wait_until_the_server_has_noticed()
    return _read(report, os.waitstatus_to_exitcode(status))


def _read(report: str, code: int) -> Life:
    """Return the life that a child's report tells of. Fails when it ended in any other way."""
    assert code in {RAN_THROUGH, DIED}, f"The scenario itself failed:\n{report}"
    told = re.findall(r"^told (.*)$", report, re.MULTILINE)
    passed = re.findall(r"^passed (\d+) (.*)$", report, re.MULTILINE)
    points = [Point(number, int(traces), where) for number, (traces, where) in enumerate(passed, start=1)]
    return Life(code == RAN_THROUGH, points, told)


def _be_the_child(act: Callable[[Tell], None], die_at: int, pipe: int) -> NoReturn:
    def write(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())

    gc.disable()  # its memory is shared with the parent's as long as nobody touches it
    try:
        points = CrashPoints(die_at, write)
        points.install()
        act(points.tell)
    except BaseException:
        write("".join(traceback.format_exception(*sys.exc_info())))
        os._exit(FAILED)
    os._exit(RAN_THROUGH)


def _wait_until_the_server_has_noticed() -> None:
    """PostgreSQL needs a moment to see that a client is gone and to roll back what it had open."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _try in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_sleep(0.002), ({others} AND backend_type = 'client backend')")
            if cursor.fetchone()[1] == 0:
                return


def sweep(
    act: Callable[[Tell], None],
    *,
    start_over: Callable[[], None],
    look: Callable[[], list[str]],
    restart: Callable[[Life], list[str]],
    until_first_failure: bool = False,
) -> Sweep:
    """Let `act` die once of all crash points that leave the same behind; the last life runs through.

    start_over() gives a fresh start before every life. look() says what is wrong right after it,
    restart(life) starts the shop again and says what is wrong then.
    """
    failures: list[str] = []

    def look_at(die_at: int) -> Life:
        start_over()
        life = live(act, die_at=die_at)
        failures.extend(f"{die_at}, {life.where}: {difference}" for difference in look() + restart(life))
        return life

    start_over()
    whole = live(act, die_at=NEVER)
    for die_at in [*(point.number for point in whole.different_points), NEVER]:
        if failures and until_first_failure:
            break
        life = look_at(die_at)
        assert life.traces == whole.traces[: die_at or None], "The scenario took another way this time."
    return Sweep([point.where for point in whole.points], failures)

"""Kill the process at every database write and every call to Stripe, and see what the shop makes of it.

A scenario runs in a forked child that dies with `os._exit` at its n-th crash point: nothing is caught,
rolled back or closed, as with `kill -9`. sweep() lets it die at the first point, the second, and so on
until it runs through; after every death the shop starts again and the books must add up.

A crash point is before a write, before and after a COMMIT that has something to say, and before and
after a call to Stripe. What the fake Stripe writes for itself is no crash point: Stripe does not die.
Between two points that leave the same traces behind (writes of one open transaction) the shop is not
restarted again; that they leave the same is what a transaction promises.
"""

import gc
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from shop.payments import stripe_api
from shop.payments.stripe_api import Answer, Server

RAN_THROUGH, DIED, FAILED = 0, 77, 78
MOST_POINTS = 400  # a scenario that never ends is a mistake of the harness
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
        if self.passed == self.die_at:
            self.write(f"died {self.traces} {where}")
            os._exit(DIED)


@dataclass(frozen=True)
class Life:
    """How a child ended, where, how many traces it left, and what the buyer had been told until then."""

    has_run_through: bool
    where: str
    traces: int
    told: list[str]


@dataclass(frozen=True)
class Sweep:
    """The places where the scenario died, and what did not add up afterwards."""

    places: list[str]
    failures: list[str]


def live(act: Callable[[Tell], None], *, die_at: int) -> Life:
    """Run `act(tell)` in a child that dies at a crash point; `tell` notes what the outside world saw."""
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
    died = re.search(r"^died (\d+) (.*)$", report, re.MULTILINE)
    if died is None:
        return Life(has_run_through=True, where="the end", traces=-1, told=told)
    return Life(has_run_through=False, where=died[2], traces=int(died[1]), told=told)


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
    """Let `act` die at every crash point in turn; the last life runs through.

    start_over() gives a fresh start before every life. look() says what is wrong right after a death,
    restart(life) starts the shop again and says what is wrong then.
    """
    places, failures, traces = [], [], None
    for n in count(1):
        assert n <= MOST_POINTS, f"The scenario has not ended after {MOST_POINTS} crash points."
        start_over()
        life = live(act, die_at=n)
        wrong = look()
        if life.traces != traces:
            wrong += restart(life)
            traces = life.traces
        places.append(life.where)
        failures += [f"{n}, {life.where}: {difference}" for difference in wrong]
        if life.has_run_through or (failures and until_first_failure):
            break
    return Sweep(places, failures)

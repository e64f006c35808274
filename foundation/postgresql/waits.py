"""How long this process waits for PostgreSQL: the web briefly, the worker longer, a command without end.

A stopped server or a network that swallows everything answers nothing at all, so it is not enough
that the server limits its statements: whoever waits must give up by himself. For the web, checking
a kept connection, connecting anew and one statement together stay below ten seconds.
Source: docs/operations.md, "When the database is away".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """Time limits in seconds; None waits without end.

    The server keeps the first three: for a statement, for a lock, and for the next statement of a
    transaction, so that the locks of a client who is gone are free soon. `answer` is ours.
    """

    statement: float | None
    lock: float | None
    pause: float | None
    answer: float | None  # longer than `statement`, which leaves the connection usable


HEALTH = 1.0  # for a kept connection to show that it still works
CONNECT = 2  # for each address of the server; libpq takes no less
TCP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
REST = 1.0  # after a vain attempt to connect, in which this process makes no other

COMMAND = Waits(statement=None, lock=10, pause=None, answer=None)
WORKER = Waits(statement=30, lock=10, pause=60, answer=33)
WEB = Waits(statement=4, lock=3, pause=5, answer=5)

_chosen = COMMAND


def choose(waits: Waits) -> None:
    """Set what this process's next connections wait for; config.wsgi and the worker do, as they begin."""
    global _chosen  # noqa: PLW0603 - a fact about the process
    _chosen = waits


def chosen() -> Waits:
    """Return what this process waits for."""
    return _chosen

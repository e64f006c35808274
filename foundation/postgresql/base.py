"""The engine `foundation.postgresql`: Django's own, with connections that do not wait forever."""

import time
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg import IsolationLevel, errors
from psycopg.abc import PQGen

from foundation.postgresql import waits

RV = TypeVar("RV")


class Connection(psycopg.Connection[Any]):
    """A connection that ends when the server does not answer within `patience` seconds."""

    patience: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer. Raises psycopg.OperationalError when it takes too long."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except errors._WaitTimeout:  # as the overridden method documents it
            self.pgconn.finish()  # nobody knows what the server still makes of it
            raise psycopg.OperationalError(f"no answer within {self.patience} s") from None


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's engine with the time limits of `waits`."""

    _silent_until = 0.0  # for all threads of the process, by time.monotonic()

    def get_connection_params(self) -> dict[str, Any]:
        """Add the time limits; what DATABASE_URL says about them wins."""
        params = {"connect_timeout": waits.CONNECT, **waits.TCP, **super().get_connection_params()}
        limits = waits.chosen()
        own = {
            "statement_timeout": limits.statement,
            "lock_timeout": limits.lock,
            "idle_in_transaction_session_timeout": limits.pause,
        }
        words = [f"-c {name}={int((seconds or 0) * 1000)}" for name, seconds in own.items()]
        params["options"] = " ".join([*words, params.get("options", "")]).strip()
        return params

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Connect. Raises psycopg.OperationalError, at once if the server was silent a moment ago."""
        if time.monotonic() < DatabaseWrapper._silent_until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        self.isolation_level = IsolationLevel.READ_COMMITTED
        try:
            connection = Connection.connect(**conn_params)
        except errors.ConnectionTimeout:
            DatabaseWrapper._silent_until = time.monotonic() + waits.REST
            raise
        connection.patience = waits.chosen().answer
        return connection

    def is_usable(self) -> bool:
        """Tell whether the connection answers, and soon."""
        if self.connection is None:
            return False
        self.connection.patience = waits.HEALTH
        try:
            return super().is_usable()
        finally:
            self.connection.patience = waits.chosen().answer

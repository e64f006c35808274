"""Which errors mean that the shop is only interrupted: the same request would work in a moment.

The database is away, does not answer, is locked for too long, or a disk is full. Anything else is a
defect of ours and stays a 500.
"""

import errno
import logging
import sqlite3
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

FULL = {errno.ENOSPC, errno.EDQUOT}
_SQLITE_PASSES = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
}  # fmt: skip


def is_outage(error: BaseException | None) -> bool:
    """Tell whether an outage is what an error comes from."""
    return any(_is_one(cause) for cause in _chain(error))


class OneLine(logging.Filter):
    """Says in one line, without a traceback, that a request met an outage: there may be many of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten the record; every record passes."""
        error = record.exc_info[1] if record.exc_info else None
        if is_outage(error):
            reason = str(error).partition("\n")[0]
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {reason})"
            record.args, record.exc_info = (), None
        return True


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_one(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    reason = error.__cause__
    if isinstance(reason, sqlite3.Error):  # which calls a missing table "operational" too
        return getattr(reason, "sqlite_errorcode", 0) & 0xFF in _SQLITE_PASSES
    return True

"""What counts as an outage: the same request would work in a moment."""

import errno
import sqlite3

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
)

from foundation.outages import is_outage


def raised_from(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def sqlite_error(statement: str, *, pages: int = 0) -> Exception:
    """Return Django's error around a real one of SQLite's."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE full (text)")
        database.execute(f"PRAGMA max_page_count={pages}")
        try:
            database.execute(statement)
        except sqlite3.Error as error:
            return raised_from(OperationalError(str(error)), error)
    raise AssertionError("no error")


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("server closed the connection unexpectedly"),
        InterfaceError("connection already closed"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        raised_from(RuntimeError("the page could not be made"), OperationalError("gone")),
    ],
    ids=repr,
)
def test_a_database_that_is_away_and_a_full_disk_are_outages(error):
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        KeyError("x"),
        OSError(errno.ENOENT, "No such file"),
        ConnectionRefusedError(errno.ECONNREFUSED, "a mail server"),
        ProgrammingError("no such column"),
        IntegrityError("twice"),
        DataError("too long"),
    ],
    ids=repr,
)
def test_defects_are_none(error):
    assert not is_outage(error)


def test_on_sqlite_a_full_disk_is_an_outage_and_a_missing_table_is_a_defect():
    full = sqlite_error("INSERT INTO full VALUES (zeroblob(100000))", pages=2)
    assert "full" in str(full)
    assert is_outage(full)
    assert is_outage(sqlite_error("ATTACH '/nowhere/at/all' AS x"))
    assert not is_outage(sqlite_error("SELECT * FROM nowhere"))


def break_while_dealing_with_an_outage() -> None:
    try:
        raise OperationalError("gone")
    except OperationalError:
        int("x")


def deal_with_an_outage_and_break() -> None:
    try:
        raise OperationalError("gone")
    except OperationalError:
        raise KeyError("x") from None


def test_what_breaks_because_of_an_outage_is_one_until_it_was_dealt_with():
    with pytest.raises((KeyError, ValueError)) as broken:
        break_while_dealing_with_an_outage()
    assert is_outage(broken.value)
    with pytest.raises((KeyError, ValueError)) as broken:
        deal_with_an_outage_and_break()
    assert not is_outage(broken.value)


def test_errors_that_name_each_other_end():
    one, other = KeyError("one"), KeyError("other")
    one.__cause__, other.__cause__ = other, one
    assert not is_outage(one)


@pytest.mark.django_db
def test_what_the_database_can_is_not_forgotten_because_it_was_away_when_it_was_asked():
    def away(*_args):
        raise OperationalError("disk I/O error")

    anew = connection.copy()
    try:
        anew.ensure_connection()
        with anew.execute_wrapper(away):
            assert anew.features.supports_json_field
    finally:
        anew.close()

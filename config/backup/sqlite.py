"""SQLite: a copy by the online backup API, and the copied file put in the place of an empty one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from config.backup import facts, storage
from config.backup.errors import BackupFailed, NotEmpty, RestoreFailed
from config.backup.facts import Facts

BUSY_SECONDS = 2


def server_version() -> str:
    """Return the version of the library."""
    return sqlite3.sqlite_version


def dump(file: Path) -> Facts:
    """Copy the database as it is at this moment into `file`, and prove that the copy is whole.

    Writers go on meanwhile. Raises BackupFailed.
    """
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            damage = _damage(copy)
            if damage:
                text = _("The database itself is damaged, keep your older backups: %(why)s")
                raise BackupFailed(text % {"why": damage})
            return facts.read(copy.cursor(), _tables(copy))
    except sqlite3.Error as error:
        raise BackupFailed(_("SQLite could not be copied: %(why)s") % {"why": error}) from error


def _damage(copy: sqlite3.Connection) -> str:
    """Return what is wrong inside a database, or nothing. Reads all of it."""
    [[verdict]] = copy.execute("PRAGMA integrity_check(1)").fetchall()
    return "" if verdict == "ok" else str(verdict)


def _tables(copy: sqlite3.Connection) -> list[str]:
    return [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def refuse_version(version: str) -> None:
    """Accept every version: the file's format has been the same since 2004."""


def refuse_if_in_use() -> None:
    """Raise NotEmpty when another process has the database open.

    Whoever is alone can end the write-ahead log, so none stays beside the file that takes its place.
    """
    target = _place()
    connection.close()
    try:
        with closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as last:
            last.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        text = _("%(file)s is open in another process (%(why)s): end web and worker first.")
        raise NotEmpty(text % {"file": target, "why": error}) from error


def load(file: Path) -> None:
    """Put the copy into the place of the empty database: whole or not at all.

    Raises RestoreFailed, NotEmpty, OSError.
    """
    try:
        with closing(sqlite3.connect(file)) as copy:
            damage = _damage(copy)
    except sqlite3.Error as error:
        damage = str(error)
    if damage:
        raise RestoreFailed(_("The database in this backup is damaged: %(why)s") % {"why": damage})
    refuse_if_in_use()
    storage.move(file, _place())


def _place() -> Path:
    return Path(str(connection.settings_dict["NAME"])).resolve()


def leave_id_gaps(gap: int) -> None:
    """Let every table's next id be `gap` higher. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s", [gap])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, %s FROM sqlite_master"
            " WHERE type = 'table' AND sql LIKE '%%AUTOINCREMENT%%'"
            " AND name NOT IN (SELECT name FROM sqlite_sequence)",
            [gap],
        )

"""PostgreSQL: pg_dump and pg_restore of the server's version, on one exported snapshot."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.backup import facts
from config.backup.errors import BackupError, BackupFailed, NotEmpty, RestoreFailed, UnfitBackup
from config.backup.facts import Facts

DEBIAN = Path("/usr/lib/postgresql")
LOCK_WAIT_MS = 10_000


def server_version() -> str:
    """Return the version of the server, such as 15.20."""
    connection.ensure_connection()
    number = connection.connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"


def dump(file: Path) -> Facts:
    """Dump the database as it is at this moment into `file`; counted in the very same snapshot.

    Writers go on meanwhile. Raises BackupFailed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        [(snapshot,)] = cursor.fetchall()
        found = facts.read(cursor, connection.introspection.table_names(cursor))
        options = [f"--snapshot={snapshot}", f"--lock-wait-timeout={LOCK_WAIT_MS}", "--no-comments"]
        _run("pg_dump", *options, "--format=custom", f"--file={file}", error=BackupFailed)
        return found


def refuse_version(version: str) -> None:
    """Raise UnfitBackup when the backup comes from a newer server than this one."""
    theirs, ours = _major(version), _major(server_version())
    if theirs > ours:
        text = _("The backup comes from PostgreSQL %(theirs)s; this server is %(ours)s, which is older.")
        raise UnfitBackup(text % {"theirs": theirs, "ours": ours})


def refuse_if_in_use() -> None:
    """Raise NotEmpty when somebody else is connected to the database. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name, client_addr FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        others = [" ".join(str(part) for part in row if part) or "?" for row in cursor.fetchall()]
    if others:
        text = _("Others are connected to the database (%(who)s): end web and worker first.")
        raise NotEmpty(text % {"who": ", ".join(others)})


# what migrations made besides tables, such as the folding of letters
_OUR_FUNCTIONS = r"""
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'kora\_%%' ORDER BY oid DESC
"""


def load(file: Path) -> None:
    """Drop empty tables and our functions, and restore the dump in one transaction. Raises RestoreFailed."""
    with connection.cursor() as cursor:
        empty = facts.tables(connection.introspection.table_names(cursor))
        if empty:
            names = ", ".join(connection.ops.quote_name(name) for name in empty)
            cursor.execute(f"DROP TABLE {names} CASCADE")
        cursor.execute(_OUR_FUNCTIONS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function}")
    database = f"--dbname={connection.connection.info.dbname}"
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
    _run("pg_restore", *options, database, str(file), error=RestoreFailed)
    connection.close()


def leave_id_gaps(gap: int) -> None:
    """Let every table's next id be `gap` higher. Two queries for each table."""
    with connection.cursor() as cursor:
        for table in facts.tables(connection.introspection.table_names(cursor)):
            for sequence in connection.introspection.get_sequences(cursor, table):
                name = connection.ops.quote_name(sequence["name"])
                cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [name, name, gap])


def _run(name: str, *arguments: str, error: type[BackupError]) -> None:
    program = find_program(name, error=error)
    connection.ensure_connection()
    result = subprocess.run(  # noqa: S603 - a program of PostgreSQL's with our own arguments
        [program, *arguments], env=os.environ | _libpq_environment(), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if result.returncode:
        why = {"name": name, "code": result.returncode, "why": result.stderr.strip()}
        raise error(_("%(name)s failed (%(code)s): %(why)s") % why)


def find_program(name: str, *, error: type[BackupError]) -> str:
    """Return the path of a program of the server's version, or of the next newer one.

    Raises `error` with the package to install.
    """
    wanted = _major(server_version())
    paths = [shutil.which(name), *map(str, DEBIAN.glob(f"*/bin/{name}"))]
    found = {path: _version_of(path) for path in paths if path}
    fitting = sorted((major, path) for path, major in found.items() if major >= wanted)
    if not fitting:
        text = _("%(name)s of PostgreSQL %(wanted)s is not there. On Debian: %(command)s")
        command = f"sudo apt-get install postgresql-client-{wanted}"
        raise error(text % {"name": name, "wanted": wanted, "command": command})
    return fitting[0][1]


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def _version_of(path: str) -> int:
    result = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    match = re.search(r"\(PostgreSQL\) (\d+)", result.stdout)
    return int(match[1]) if match else 0


def _libpq_environment() -> dict[str, str]:
    """Return how our own connection was made, as variables: no password stands in a list of processes.

    Left out are PGOPTIONS, our time limits for a statement of a page.
    """
    options = connection.connection.pgconn.info
    known = {o.envvar.decode(): o.val.decode() for o in options if o.envvar and o.val is not None}
    known.pop("PGOPTIONS", None)
    return known

"""What a snapshot of the database holds: rows, migrations, pictures. Asked in plain SQL.

So the same questions go to a copied SQLite file, which Django is not connected to, and to PostgreSQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from foundation.identity import SiteIdentity
from foundation.pictures import Picture

MIGRATIONS = MigrationRecorder.Migration._meta.db_table


class Cursor(Protocol):
    """What sqlite3's and Django's cursors have in common."""

    def execute(self, sql: str, /) -> Any:
        """Run a statement."""
        ...

    def fetchall(self) -> list[Any]:
        """Return its rows."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a snapshot holds; `originals` are paths below MEDIA_ROOT."""

    rows: dict[str, int]
    migrations: list[str]
    originals: list[str]
    has_been_live: bool


def tables(existing: Iterable[str]) -> list[str]:
    """Return the names of the shop's own tables among the existing ones."""
    ours = {*connection.introspection.django_table_names(), MIGRATIONS}
    return sorted(ours & set(existing))


def read(cursor: Cursor, existing: Iterable[str]) -> Facts:
    """Return what the snapshot behind the cursor holds. A query for each table, and three."""
    live = f"{SiteIdentity._meta.db_table} WHERE has_been_live"
    return Facts(
        rows=count(cursor, tables(existing)),
        migrations=[f"{app}.{name}" for app, name in _select(cursor, "app, name", MIGRATIONS)],
        originals=sorted(path for (path,) in _select(cursor, "original", Picture._meta.db_table)),
        has_been_live=bool(_select(cursor, "id", live)),
    )


def count(cursor: Cursor, names: Iterable[str]) -> dict[str, int]:
    """Return how many rows each table has. A query for each."""
    quote = connection.ops.quote_name
    return {name: _select(cursor, "COUNT(*)", quote(name))[0][0] for name in names}


def differences(found: dict[str, int], expected: dict[str, int]) -> list[str]:
    """Return a line for each table that has other rows than it should have."""
    return [
        f"{name}: {found.get(name, 'no table')} instead of {rows} rows"
        for name, rows in sorted(expected.items())
        if found.get(name) != rows
    ]


def _select(cursor: Cursor, columns: str, table: str) -> list[Any]:
    cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608  # nosec B608 - our own names
    return cursor.fetchall()

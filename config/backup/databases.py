"""The two databases behind one interface."""

from pathlib import Path
from typing import Protocol

from django.db import connection

from config.backup import postgresql, sqlite
from config.backup.facts import Facts


class Database(Protocol):
    """What sqlite.py and postgresql.py both do."""

    def server_version(self) -> str:
        """Return the version of what keeps the rows."""
        ...

    def dump(self, file: Path) -> Facts:
        """Write one consistent snapshot and return what it holds. Raises BackupFailed."""
        ...

    def refuse_version(self, version: str) -> None:
        """Raise UnfitBackup when a backup of that version cannot be restored here."""
        ...

    def refuse_if_in_use(self) -> None:
        """Raise NotEmpty when somebody else works with the database."""
        ...

    def load(self, file: Path) -> None:
        """Put a snapshot in the place of the empty database. Raises RestoreFailed."""
        ...

    def leave_id_gaps(self, gap: int) -> None:
        """Let every table's next id be `gap` higher."""
        ...


def current() -> Database:
    """Return the one that this shop uses."""
    return postgresql if connection.vendor == "postgresql" else sqlite

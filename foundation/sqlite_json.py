"""SQLite reads and writes JSON: not asked for, but known.

Django asks each process's connection once, and takes "the database is away" for "no" until the process ends:
whoever came first in an outage would leave every listing broken behind.
"""

from typing import Any

from django.db.backends.signals import connection_created


def register() -> None:
    """Know it of every connection."""
    connection_created.connect(_know, dispatch_uid="foundation.sqlite_json")


def _know(connection: Any, **_signal: Any) -> None:
    if connection.vendor == "sqlite":
        vars(connection.features)["supports_json_field"] = True

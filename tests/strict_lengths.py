"""SQLite stores a text of any length, PostgreSQL refuses one that is too long: in tests both do."""

from typing import Any

from django.db import DataError, models
from django.db.backends.base.base import BaseDatabaseWrapper


def teach_django() -> None:
    """Let every write of a text that does not fit its column end as it does on PostgreSQL."""
    prepare = models.CharField.get_db_prep_save

    def checked(field: Any, value: Any, connection: BaseDatabaseWrapper) -> Any:
        prepared = prepare(field, value, connection)
        if field.max_length and isinstance(prepared, str) and len(prepared) > field.max_length:
            raise DataError(f"value too long for type character varying({field.max_length}): {field}")
        return prepared

    models.CharField.get_db_prep_save = checked  # type: ignore[method-assign, assignment]

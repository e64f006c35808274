"""Looking for a part of a text whatever its case and accents: `icontains` on every text of every table.

The admin's searches ask in this way. SQLite calls foundation.folding itself, PostgreSQL the functions that a
migration makes of its tables.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.signals import connection_created
from django.db.models import lookups

from foundation import folding


class FoldedContains(lookups.IContains):
    """`icontains` beyond ASCII on both databases; nothing is a part of no text."""

    lookup_name = "icontains"
    function = "kora_fold"
    fold = staticmethod(folding.fold)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the comparison of folded texts. Raises EmptyResultSet for what folds to nothing."""
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        asked = self.fold(str(self.rhs).replace("\x00", ""))
        if not asked:
            raise EmptyResultSet
        sql, params = compiler.compile(self.lhs)
        pattern = f"%{connection.ops.prep_for_like_query(asked)}%"
        return f"{self.function}({_as_text(sql, connection)}) LIKE %s ESCAPE '\\'", [*params, pattern]


class TogetherContains(FoldedContains):
    """`together`: the same without blanks, dots and dashes, for telephone numbers and postal codes."""

    lookup_name = "together"
    function = "kora_together"
    fold = staticmethod(folding.together)


def _as_text(sql: str, connection: Any) -> str:
    return f"({sql})::text" if connection.vendor == "postgresql" else sql


def register() -> None:
    """Teach Django's text fields and SQLite's connections; called once by FoundationConfig.ready()."""
    for field in (models.CharField, models.TextField):
        for lookup in (FoldedContains, TogetherContains):
            field.register_lookup(lookup)
    connection_created.connect(_teach_sqlite, dispatch_uid="foundation.folded_lookups")


def _teach_sqlite(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        for lookup in (FoldedContains, TogetherContains):
            connection.connection.create_function(
                lookup.function, 1, _or_null(lookup.fold), deterministic=True
            )


def _or_null(fold: Any) -> Any:
    return lambda value: None if value is None else fold(str(value))

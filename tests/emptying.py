"""Empty tables after a test that commits.

Django's own flush also makes every permission and content type anew, after each test: they stay instead.
"""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}


def teach_django() -> None:
    """Let tests with `django_db(transaction=True)` end with `empty_tables`."""
    TransactionTestCase._fixture_teardown = lambda _test: empty_tables()  # type: ignore[attr-defined]


@transaction.atomic
def empty_tables() -> None:
    """Delete the rows of all models but those that only a migration changes."""
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - KEPT)

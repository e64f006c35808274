"""The full-text index beside shop_searchdocument: FTS5 on SQLite, tsvector and trigrams on PostgreSQL."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, migrations

SQLITE = [
    """CREATE VIRTUAL TABLE shop_search_fts USING fts5(
        title, maker, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')""",
]
POSTGRESQL = [
    "ALTER TABLE shop_searchdocument ADD COLUMN vector tsvector",
    "ALTER TABLE shop_searchdocument ADD COLUMN folded_title text NOT NULL DEFAULT ''",
    "CREATE INDEX shop_search_vector ON shop_searchdocument USING gin (vector)",
    "CREATE INDEX shop_search_typos ON shop_searchdocument USING gin (folded_title gin_trgm_ops)",
]
UNDO_POSTGRESQL = [
    "ALTER TABLE shop_searchdocument DROP COLUMN vector",
    "ALTER TABLE shop_searchdocument DROP COLUMN folded_title",
]
TRIGRAMS_MISSING = (
    "Search needs PostgreSQL's extension pg_trgm, and this database user may not create it. Let an "
    'administrator run "CREATE EXTENSION pg_trgm" in this database, then migrate again.'
)


def create(apps, schema_editor):
    """Create the index."""
    if schema_editor.connection.vendor == "postgresql":
        create_trigrams(schema_editor)
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def create_trigrams(schema_editor):
    """Create pg_trgm unless it is there. Raises ImproperlyConfigured without the right to."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION pg_trgm")
        except DatabaseError as error:
            raise ImproperlyConfigured(TRIGRAMS_MISSING) from error


def drop(apps, schema_editor):
    """Drop the index; the extension stays, others may use it."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in UNDO_POSTGRESQL if is_postgresql else ["DROP TABLE shop_search_fts"]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]

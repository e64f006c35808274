"""The fold of foundation.folding as functions of PostgreSQL; SQLite calls the Python one."""

from django.db import migrations

from foundation import folding


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def create(apps, schema_editor):
    """Create kora_fold and kora_together."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu'")
        collate = ' COLLATE "und-x-icu"' if cursor.fetchone() else ""
        cursor.execute(FOLD.format(body=body(collate)))
        cursor.execute(TOGETHER.format(parts=quoted(folding.PUNCTUATION)))


FOLD = """CREATE OR REPLACE FUNCTION kora_fold(typed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT {body} $$"""
TOGETHER = """CREATE OR REPLACE FUNCTION kora_together(typed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT translate(kora_fold(typed), {parts}, '') $$"""


def body(collate):
    marks = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in folding.mark_ranges())
    sql = f"regexp_replace(normalize(typed, NFKD), '[{marks}]', '', 'g')"
    sql = f"regexp_replace(normalize(lower({sql}{collate}), NFKD), '[{marks}]', '', 'g')"
    for letter, plain in (folding.PAIRS | {"ς": "σ"}).items():
        sql = f"replace({sql}, {quoted(letter)}, {quoted(plain)})"
    letters, plain = "".join(folding.LETTERS), "".join(folding.LETTERS.values())
    return f"normalize(translate({sql}, {quoted(letters + folding.DROPPED)}, {quoted(plain)}), NFC)"


def drop(apps, schema_editor):
    """Drop the functions."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS kora_together(text)")
        schema_editor.execute("DROP FUNCTION IF EXISTS kora_fold(text)")


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0004_redirects'),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]

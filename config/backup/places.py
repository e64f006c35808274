"""Is there room for a backup? Only into an empty place is one restored: nothing is ever overwritten."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.translation import gettext as _

from config.backup import facts

MADE_BY_MIGRATE = {facts.MIGRATIONS, ContentType._meta.db_table, Permission._meta.db_table}


def originals() -> Path:
    """Return the folder of pictures as they were uploaded."""
    return Path(settings.MEDIA_ROOT) / "originals"


def in_the_way() -> list[str]:
    """Return a line for each table with rows and for pictures that are there. A query for each table."""
    pictures = sum(path.is_file() for path in originals().rglob("*"))
    where = {"count": pictures, "folder": originals()}
    return _full_tables() + ([_("pictures in %(folder)s: %(count)s") % where] if pictures else [])


def _full_tables() -> list[str]:
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - MADE_BY_MIGRATE
        rows = facts.count(cursor, sorted(names))
    return [_("rows in %(table)s: %(rows)s") % {"table": name, "rows": n} for name, n in rows.items() if n]

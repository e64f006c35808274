"""A migrated SQLite database is made once for each state of the migrations; later runs start from a copy.

Migrating takes most of a short run. Copies lie in the temporary folder, named for what they were made of.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.db import connection


def copy_into_place() -> bool:
    """Put a copy where the test database is to be; return whether there was one."""
    if connection.vendor != "sqlite" or not _kept().exists():
        return False
    shutil.copyfile(_kept(), connection.settings_dict["TEST"]["NAME"])
    return True


def keep() -> None:
    """Keep a copy of the test database, which was migrated just now and holds nothing else."""
    if connection.vendor == "sqlite":
        copy = _kept().with_suffix(f".{os.getpid()}")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        copy.replace(_kept())


def _kept() -> Path:
    made_of = hashlib.sha256(django.__version__.encode())
    apps = (folder for folder in Path(settings.BASE_DIR).iterdir() if (folder / "apps.py").exists())
    for path in sorted(path for app in apps for path in app.rglob("migrations/*.py")):
        made_of.update(path.name.encode() + path.read_bytes())
    return Path(tempfile.gettempdir()) / f"kora-migrated-{made_of.hexdigest()[:20]}.sqlite3"

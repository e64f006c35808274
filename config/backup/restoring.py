"""Put a backup into an empty place. What could refuse it is asked before anything is changed.

First the pictures, then, in one step, the database; whatever fails until then leaves the place empty.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from config.backup import archive, databases, facts, places
from config.backup.errors import NotEmpty, RestoreFailed, UnfitBackup
from config.backup.manifest import Manifest
from foundation import freshness


def check(file: Path) -> Manifest:
    """Return the manifest of a backup that is whole and fits this place; nothing is changed.

    Raises DamagedBackup, UnfitBackup, NotEmpty.
    """
    try:
        manifest = archive.verify(file)
    except OSError as error:
        raise UnfitBackup(_("%(file)s cannot be read: %(why)s") % {"file": file, "why": error}) from error
    _refuse_other_mode(manifest)
    _refuse_other_database(manifest)
    _refuse_newer(manifest)
    _refuse_full_place()
    return manifest


def _refuse_other_mode(manifest: Manifest) -> None:
    """Orders of one mode mean nothing in another: Stripe keeps the two apart."""
    here = settings.SHOP_MODE
    if manifest.has_been_live and here == "demo":
        raise UnfitBackup(
            _("This backup is of a shop that has been live: SHOP_MODE=demo would mix real orders.")
        )
    if manifest.mode != here:
        text = _("This backup was made with SHOP_MODE=%(there)s, and here SHOP_MODE is %(here)s.")
        raise UnfitBackup(text % {"there": manifest.mode, "here": here})


def _refuse_other_database(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        text = _("This backup is of %(there)s, and here DATABASE_URL leads to %(here)s.")
        raise UnfitBackup(text % {"there": manifest.vendor, "here": connection.vendor})
    databases.current().refuse_version(manifest.server_version)


def _refuse_newer(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        text = _("This backup was made by a newer program (%(version)s): %(names)s are unknown here.")
        raise UnfitBackup(text % {"version": manifest.program, "names": ", ".join(unknown)})


def _refuse_full_place() -> None:
    obstacles = places.in_the_way()
    if obstacles:
        text = _(
            "Only an empty database and an empty folder of pictures take a backup. In the way:\n%(what)s"
        )
        raise NotEmpty(text % {"what": "\n".join(obstacles)})
    databases.current().refuse_if_in_use()


def load(file: Path, manifest: Manifest) -> list[str]:
    """Put pictures and database into their places; return the tables that have other rows than told.

    Raises DamagedBackup and RestoreFailed; then the place is empty again.
    """
    try:
        with _pictures_only_if_all_goes_well(), _folder_for_the_database() as work:
            dump = work / archive.DATABASES[connection.vendor]
            archive.extract(file, manifest, _places(dump))
            os.sync()  # pictures are on the disk before the database speaks of them
            databases.current().load(dump)
    except OSError as error:
        raise RestoreFailed(_("Nothing was restored: %(why)s") % {"why": error}) from error
    ContentType.objects.clear_cache()
    freshness.forget()
    return _row_differences(manifest)


def _places(dump: Path) -> Callable[[str], Path | None]:
    def place(name: str) -> Path | None:
        if name == dump.name:
            return dump
        is_media = name.startswith(archive.MEDIA)
        return Path(settings.MEDIA_ROOT) / name.removeprefix(archive.MEDIA) if is_media else None

    return place


@contextmanager
def _folder_for_the_database() -> Iterator[Path]:
    """Give a folder on the disk of the database, from where a file can take its place in one step."""
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kora-restore-", dir=settings.VAR_DIR) as work:
        yield Path(work)


@contextmanager
def _pictures_only_if_all_goes_well() -> Iterator[None]:
    """Remove the restored pictures again when the database cannot be restored; there were none before."""
    try:
        yield
    except BaseException:
        shutil.rmtree(places.originals(), ignore_errors=True)
        raise


def _row_differences(manifest: Manifest) -> list[str]:
    with connection.cursor() as cursor:
        there = sorted(set(manifest.rows) & set(connection.introspection.table_names(cursor)))
        return facts.differences(facts.count(cursor, there), manifest.rows)

"""Make a backup while the shop goes on selling: whole under its name, or not there at all.

Everything is written into a hidden folder beside the backups and moved when it is on the disk.
"""

import fcntl
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup import archive, databases, manifest, storage
from config.backup.errors import BackupFailed
from config.backup.facts import Facts
from config.backup.manifest import Manifest

NAME = re.compile(r"kora-\d{8}-\d{6}Z\.tar")
UNFINISHED = ".kora-unfinished-"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup."""

    path: Path
    size_bytes: int
    manifest: Manifest


def make(folder: Path) -> Made:
    """Write a backup into `folder`. Raises BackupFailed, and then leaves no file."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone_in(folder), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as work:
            return _make(folder.resolve(), Path(work))
    except (OSError, DatabaseError, sqlite3.Error) as error:
        raise BackupFailed(_("No backup was made: %(why)s") % {"why": error}) from error


def _make(folder: Path, work: Path) -> Made:
    now = timezone.now()
    target = folder / f"kora-{now:%Y%m%d-%H%M%S}Z.tar"
    if target.exists():
        raise BackupFailed(_("%(path)s is there already.") % {"path": target})
    dump = work / archive.DATABASES[connection.vendor]
    found = databases.current().dump(dump)
    unfinished = work / target.name
    with storage.private_file(unfinished) as file, archive.writing(file, mtime=now.timestamp()) as tar:
        tar.add_file(dump.name, dump)
        lost = [path for path in found.originals if not _add_original(tar, path)]
        tar.add_text(archive.SETTINGS, manifest.settings_list())
        contents = _manifest(found, lost, tar.sha256, made_at=now.strftime(manifest.MOMENT))
        tar.finish(contents)
    storage.move(unfinished, target)
    return Made(target, target.stat().st_size, contents)


def _add_original(tar: archive.Writer, path: str) -> bool:
    """Add a picture's original; return whether it was there."""
    try:
        tar.add_file(archive.MEDIA + path, Path(settings.MEDIA_ROOT) / path)
    except FileNotFoundError:
        return False
    return True


def _manifest(found: Facts, lost: list[str], sha256: dict[str, str], *, made_at: str) -> Manifest:
    return Manifest(
        format=manifest.FORMAT,
        program=manifest.program_version(),
        mode=settings.SHOP_MODE,
        made_at=made_at,
        vendor=connection.vendor,
        server_version=databases.current().server_version(),
        has_been_live=found.has_been_live,
        migrations=found.migrations,
        rows=found.rows,
        lost_pictures=lost,
        sha256=dict(sha256),
    )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one backup at a time write into a folder, and remove what a killed one left there."""
    with storage.opened_folder(folder) as number:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupFailed(
                _("Another backup into %(folder)s is running.") % {"folder": folder}
            ) from error
        for left in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(left)
        yield


def delete_older(newest: Path, *, keep: int) -> list[Path]:
    """Delete backups beside the newest one, so that `keep` are left with it; return the deleted ones."""
    others = sorted(
        path for path in newest.parent.iterdir() if NAME.fullmatch(path.name) and path.name != newest.name
    )
    surplus = others[: max(len(others) - (keep - 1), 0)]
    for path in surplus:
        path.unlink()
    return surplus

"""Files that came with a form whose session had ended: kept for a day, for the one who chose them.

A browser never sends a chosen file twice. So the bytes wait on the disk, where nobody can ask for them, and
the page of the sign-in carries signed names. They are given back to the same member of the staff alone.
"""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

LIFETIME_SECONDS = 24 * 3600
MOST_FILES = 20  # of one form
SALT = "config.kept_files"

Names = dict[str, list[str]]  # field -> signed names


def keep(files: Any, *, user_id: int) -> Names:
    """Write the files of a form to the disk; return the signed name of each by its field.

    What is larger than a picture may be is left out, and so is what exceeds MOST_FILES.
    """
    kept: Names = {}
    chosen = [(field, file) for field, group in files.lists() for file in group]
    for field, file in chosen[:MOST_FILES]:
        if file.size and file.size <= settings.PICTURE_MAX_BYTES:
            facts = {"user": user_id, "path": _write(file), "name": file.name, "kind": file.content_type}
            kept.setdefault(field, []).append(signing.dumps(facts, salt=SALT))
    return kept


def give_back(names: Mapping[str, list[str]], *, user_id: int) -> MultiValueDict[str, Any]:
    """Return the files that this member of the staff chose, as a browser would have sent them."""
    found: MultiValueDict[str, Any] = MultiValueDict()
    for field, group in names.items():
        files = [file for name in group[:MOST_FILES] if (file := _read(name, user_id)) is not None]
        if files:
            found.setlist(field, files)
    return found


def forget_old() -> int:
    """Delete what nobody came back for; return how many. Called every hour."""
    gone = 0
    for path in folder().glob("*"):
        if path.stat().st_mtime < time.time() - LIFETIME_SECONDS:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def folder() -> Path:
    """Return where the files are: beside the database, never below what the web serves."""
    return Path(settings.VAR_DIR) / "kept-files"


def _write(file: Any) -> str:
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_urlsafe(24)
    path = folder() / name
    path.touch(mode=0o600, exist_ok=False)
    with path.open("wb") as target:
        target.writelines(file.chunks())
    return name


def _read(signed: str, user_id: int) -> SimpleUploadedFile | None:
    try:
        facts = signing.loads(signed, salt=SALT, max_age=LIFETIME_SECONDS)
        if facts["user"] != user_id:
            return None
        return SimpleUploadedFile(facts["name"], (folder() / facts["path"]).read_bytes(), facts["kind"])
    except (signing.BadSignature, OSError):
        return None

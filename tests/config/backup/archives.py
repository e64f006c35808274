"""Backups that nobody would make: changed by hand, with sums that fit."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from config.backup import archive
from config.backup.manifest import FORMAT, Manifest

Members = dict[str, bytes]
BARE: Members = {
    "database.sqlite3": b"rows " * 900,
    "media/originals/ab/abcd.jpg": b"picture" * 300,
    "settings.json": b"{}\n",
}


def bare(folder: Path, **told: Any) -> Path:
    """Write a small backup without a shop behind it; `told` overrides fields of its manifest."""
    fields: dict[str, Any] = {
        "format": FORMAT, "program": "1.0", "mode": "demo", "made_at": "2026-11-04 03:17:00 UTC",
        "vendor": connection.vendor, "server_version": "15.0", "has_been_live": False, "migrations": [],
        "rows": {}, "lost_pictures": [],
    }  # fmt: skip
    file = folder / "kora.tar"
    with file.open("wb") as opened, archive.writing(opened, mtime=0) as tar:
        for name, data in BARE.items():
            tar.add_text(name, data)
        tar.finish(Manifest(**fields | told, sha256=dict(tar.sha256)))
    return file


def members(file: Path) -> Members:
    """Return what is in a backup, in its order."""
    with tarfile.open(file, "r:") as tar:
        return {member.name: data.read() for member in tar if (data := tar.extractfile(member))}


def manifest_of(file: Path) -> dict[str, Any]:
    """Return a backup's manifest."""
    return json.loads(members(file)["manifest.json"])


def changed(file: Path, change: Callable[[dict[str, Any], Members], None]) -> Path:
    """Write the backup again as `change` leaves manifest and members; the sums are made to fit."""
    parts = members(file)
    manifest = json.loads(parts.pop("manifest.json"))
    parts.pop("manifest.sha256")
    change(manifest, parts)
    manifest["sha256"] = {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}
    parts["manifest.json"] = json.dumps(manifest).encode()
    line = f"{hashlib.sha256(parts['manifest.json']).hexdigest()}  manifest.json\n"
    parts["manifest.sha256"] = line.encode()
    return written(file.with_name("changed.tar"), [(tarfile.TarInfo(n), d) for n, d in parts.items()])


def with_member(file: Path, info: tarfile.TarInfo, data: bytes = b"") -> Path:
    """Write the backup again with one more member at its beginning."""
    parts = [(tarfile.TarInfo(name), data) for name, data in members(file).items()]
    return written(file.with_name("more.tar"), [(info, data), *parts])


def written(file: Path, parts: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write a tar of these members."""
    with tarfile.open(file, "w") as tar:
        for info, data in parts:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file

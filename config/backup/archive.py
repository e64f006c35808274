"""The file itself: a plain tar, so that its owner can look into it without this program.

    database.sqlite3 or database.dump    (pg_restore reads the latter)
    media/originals/ab/abcd….jpg         pictures as uploaded
    settings.json, manifest.json
    manifest.sha256                      the last member: without it the file was cut off

Restoring trusts nothing: names come from a list of patterns, kinds are plain files, sums must match.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.backup import manifest as manifests
from config.backup.errors import DamagedBackup
from config.backup.manifest import Manifest

DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
MANIFEST, MANIFEST_SUM, SETTINGS = "manifest.json", "manifest.sha256", "settings.json"
MEDIA = "media/"
BLOCK_BYTES = 1024 * 1024
TEXT_BYTES = 64 * 1024 * 1024  # no manifest is larger
_PLAIN = re.compile(r"database\.(sqlite3|dump)|settings\.json|manifest\.(json|sha256)")
_ORIGINAL = re.compile(r"originals(/[A-Za-z0-9_-]+)+(\.[A-Za-z0-9]+)?")


def is_original(path: str) -> bool:
    """Tell whether a path below MEDIA_ROOT may be in a backup: no `..`, nothing hidden."""
    return bool(_ORIGINAL.fullmatch(path))


@dataclass
class Writer:
    """An archive in the making; `sha256` grows with its members."""

    tar: tarfile.TarFile
    mtime: float
    sha256: dict[str, str] = field(default_factory=dict)

    def add_file(self, name: str, path: Path) -> None:
        """Add a file. Raises OSError, also when the file is gone."""
        with path.open("rb") as source:
            self._add(name, source, path.stat().st_size)

    def add_text(self, name: str, data: bytes) -> None:
        """Add a member that is made on the spot."""
        self._add(name, io.BytesIO(data), len(data))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and, last of all, its sum in the form that `sha256sum --check` reads."""
        self.add_text(MANIFEST, manifest.as_json())
        self.add_text(MANIFEST_SUM, _sum_line(self.sha256[MANIFEST]))

    def _add(self, name: str, source: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self.mtime, 0o600
        reader = _HashingReader(source)
        self.tar.addfile(info, reader)
        self.sha256[name] = reader.digest.hexdigest()


class _HashingReader:
    """Passes bytes on and hashes them."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(file: IO[bytes], *, mtime: float) -> Iterator[Writer]:
    """Write an archive into an open file. Raises OSError when the disk is full."""
    with tarfile.open(fileobj=file, mode="w") as tar:
        yield Writer(tar, mtime)


def verify(path: Path) -> Manifest:
    """Read every byte of a backup and return its manifest. Raises DamagedBackup, OSError."""
    sums: dict[str, str] = {}
    texts: dict[str, bytes] = {}
    with _opened(path) as members:
        for name, source in members:
            if name in sums or name in texts:
                raise DamagedBackup(f"{name} is in the backup twice.")
            if name in {MANIFEST, MANIFEST_SUM}:
                texts[name] = source.read(TEXT_BYTES)
            else:
                sums[name] = _sum(source)
    if len(texts) < 2:
        raise DamagedBackup("The backup has no end: it was cut off, or is no backup of this shop.")
    if texts[MANIFEST_SUM] != _sum_line(hashlib.sha256(texts[MANIFEST]).hexdigest()):
        raise DamagedBackup("manifest.json is not as it was written.")
    manifest = manifests.read(texts[MANIFEST])
    wrong = sorted(name for name in {*sums, *manifest.sha256} if sums.get(name) != manifest.sha256.get(name))
    if wrong:
        raise DamagedBackup(f"Not as it was written: {', '.join(wrong[:5])}")
    return manifest


def read_text(path: Path, wanted: str) -> bytes:
    """Return a small member of a verified backup. Raises DamagedBackup."""
    with _opened(path) as members:
        for name, source in members:
            if name == wanted:
                return source.read(TEXT_BYTES)
    raise DamagedBackup(f"{wanted} is missing.")


def extract(path: Path, manifest: Manifest, place: Callable[[str], Path | None]) -> None:
    """Write the members for which `place` returns a path; no such file may be there yet.

    Raises DamagedBackup when the bytes are not those that were verified, and OSError.
    """
    with _opened(path) as members:
        for name, source in members:
            target = place(name)
            if target is not None:
                _extract_one(source, target, manifest.sha256.get(name))


def _extract_one(source: IO[bytes], target: Path, sha256: str | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        found = _sum(source, copy_to=file)
    if found != sha256:
        raise DamagedBackup(f"{target.name} changed while it was read.")


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """Give name and contents of each member, one after the other. Raises DamagedBackup for anything odd."""
    try:
        with tarfile.open(path, "r:") as tar:
            yield ((member.name, _contents(tar, member)) for member in tar)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DamagedBackup(f"{path.name} is damaged or no backup: {error}") from error


def _contents(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    source = tar.extractfile(member) if _is_ordinary(member) else None
    if source is None:
        raise DamagedBackup(f"The backup holds what no backup of this shop does: {member.name!r}")
    return source


def _is_ordinary(member: tarfile.TarInfo) -> bool:
    below_media = member.name.removeprefix(MEDIA)
    is_known = _PLAIN.fullmatch(member.name) or (below_media != member.name and is_original(below_media))
    return bool(is_known) and member.isreg() and not member.issparse()


def _sum(source: IO[bytes], copy_to: IO[bytes] | None = None) -> str:
    digest = hashlib.sha256()
    while block := source.read(BLOCK_BYTES):
        digest.update(block)
        if copy_to is not None:
            copy_to.write(block)
    return digest.hexdigest()


def _sum_line(sha256: str) -> bytes:
    return f"{sha256}  {MANIFEST}\n".encode()

"""Files that are on the disk when we say so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a new file that its owner alone can read; at the end it is on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def move(file: Path, target: Path) -> None:
    """Give a file, both whole and on the disk, its place; what was there is replaced in one step."""
    with file.open("rb") as written:
        os.fsync(written.fileno())
    file.replace(target)
    with opened_folder(target.parent) as number:
        os.fsync(number)


@contextmanager
def opened_folder(path: Path) -> Iterator[int]:
    """Open a folder, to lock it or to have its names written to the disk."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield number
    finally:
        os.close(number)

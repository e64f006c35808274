"""Parts of a file, for players and broken downloads: single ranges of bytes (RFC 9110)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes=[ \t]*(\d{0,18})[ \t]*-[ \t]*(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)


class NoSuchPart(ValueError):
    """The file ends before the range begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file from the first to the last, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return how many bytes there are."""
        return self.last - self.first + 1


def asked_for(header: str, size: int) -> Part | None:
    """Return the one range that a Range header asks of a file of `size` bytes.

    None where the whole file is the answer: no header, several ranges, or nothing we understand.
    Raises NoSuchPart.
    """
    found = _ONE.fullmatch(header)
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        part = Part(max(0, size - int(last)), size - 1)
    else:
        part = Part(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < int(first):
            return None
    if part.size <= 0:
        raise NoSuchPart
    return part

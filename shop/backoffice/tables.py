"""Small tables of an order's page: texts and links, ready to print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

Content = str | tuple[str, str]  # a text, or a text with its address


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `heading` repeats its column for narrow screens."""

    heading: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading; `key` is its id."""

    key: str
    title: str
    headings: Sequence[str]
    rows: list[list[Cell]]


def table(key: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Content]]) -> Table:
    """Return a table of rows with one content for each heading."""
    return Table(key, title, headings, [_row(headings, row) for row in rows])


def _row(headings: Sequence[str], row: Sequence[Content]) -> list[Cell]:
    contents = [(content, "") if isinstance(content, str) else content for content in row]
    return [Cell(heading, text, url) for heading, (text, url) in zip(headings, contents, strict=True)]


def moment(at: datetime | None) -> str:
    """Return a point in time as the staff reads it, with its time zone; empty for none."""
    if at is None:
        return ""
    local = localtime(at)
    return f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"

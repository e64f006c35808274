"""Where the demo's texts and pictures lie, and how they are read."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from foundation import pictures
from foundation.models import Picture

FOLDER = Path(__file__).resolve().parent.parent / "demo"

Row = dict[str, Any]


@cache
def tables(name: str) -> dict[str, Any]:
    """Return a TOML file's contents."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def text(folder: str, name: str) -> str:
    """Return an HTML text of `articles` or `pages`."""
    return (FOLDER / folder / name).read_text(encoding="utf-8")


def picture(name: str) -> Picture:
    """Return the stored picture of this file name; stores it the first time."""
    with (FOLDER / "pictures" / name).open("rb") as file:
        return pictures.store(file, name=name)


def recent(moment: datetime) -> datetime:
    """Return a moment of the files moved by whole days, so that the latest comment is of yesterday.

    The demo never looks abandoned, and nothing of it lies in the future but the end of a sale.
    """
    latest: datetime = max(row["posted_at"] for row in tables("comments")["comment"])
    return moment + timedelta(days=(timezone.now().date() - latest.date()).days - 1)

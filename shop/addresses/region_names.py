"""Names of regions that the package lacks: former and English ones, islands, and old abbreviations.

They stand in region_names.csv and are compared folded, so accents, case and dots do not matter there. A name
is listed only if it can mean no other region of its country.
"""

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("region_names.csv")


@cache
def other_names(country: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of what else the regions of a country are called. One reading a country."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table)
        return tuple((row["code"], row["name"]) for row in rows if row["country"] == country)

"""Seconds to back up and to restore a shop with 10,000 orders, on both databases.

    .venv/bin/python benchmarks/backup.py [sqlite|postgresql]

The orders are copies of one that the shop's own code made: two lines, mails, payment, event of Stripe,
movements. There are no pictures; each would add what it takes to read, and to make it smaller again.
Restoring goes into an empty folder and an empty database, and proves that rows and books are right.
"""

import sys
import time
from pathlib import Path

import running

ORDERS = 10_000


def seconds_of(place: running.Place, *arguments: str) -> float:
    """Return how long a management command takes, its start included."""
    began = time.perf_counter()
    place.manage(*arguments)
    return time.perf_counter() - began


def measure(database: str) -> str:
    """Return the table row of a database."""
    with running.place(database) as full, running.place(database) as empty:
        full.manage("migrate", "--verbosity=0")
        rows = full.inside("fill", ORDERS)
        full.manage("check_stock")
        away = seconds_of(full, "backup", str(full.folder / "backups"))
        [file] = Path(full.folder / "backups").glob("kora-*.tar")
        back = seconds_of(empty, "restore", str(file))
        megabytes = file.stat().st_size / 1e6
    return f"| {database} | {ORDERS:,} | {rows:,} | {megabytes:.0f} | {away:.1f} | {back:.1f} |"


def main() -> int:
    """Measure the databases that were named, or both."""
    print("| database | orders | rows | MB | seconds to back up | seconds to restore |")
    print("|---|--:|--:|--:|--:|--:|")
    for database in sys.argv[1:] or running.DATABASES:
        print(measure(database), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

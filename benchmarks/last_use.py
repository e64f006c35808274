"""Never used twice: 50 buyers over real HTTP order at once with a code for one order, 20 rounds each.

    .venv/bin/python benchmarks/last_use.py [sqlite|postgresql]

Every buyer has his own connection, cart and network address. Ends with 1 when a code was used twice or
not at all, when its own count differs from its orders, or when the shop answered 500.
"""

import sys
import time
from collections import Counter

import running
from buyers import press_at_once, ready_buyers

ROUNDS, BUYERS = 20, 50


def measure(database: str) -> tuple[str, bool]:
    """Return the table row of a database, and whether all rounds were as they must be."""
    statuses: Counter[int] = Counter()
    extra = unused = miscounted = 0
    seconds = 0.0
    with running.shop(database) as shop:
        for number in range(ROUNDS):
            goods = shop.place.inside("make_variant", BUYERS)
            code = shop.place.inside("make_code", f"ONCE{number}")
            first = 1 + number * BUYERS
            buyers = ready_buyers(shop, *goods, count=BUYERS, first=first, code=code)
            began = time.perf_counter()
            statuses.update(answer.status for answer in press_at_once(buyers))
            seconds += time.perf_counter() - began
            orders, counted = shop.place.inside("uses", code)
            extra, unused = extra + max(orders - 1, 0), unused + max(1 - orders, 0)
            miscounted += orders != counted
    errors = sum(count for status, count in statuses.items() if status >= 500)
    facts = f"{ROUNDS} | {ROUNDS * BUYERS} | {statuses[303]} | {statuses[200]}"
    row = f"| {database} | {facts} | {extra} | {unused} | {miscounted} | {errors} | {seconds / ROUNDS:.1f} |"
    return row, not (extra or unused or miscounted or errors or set(statuses) - {200, 303})


def main() -> int:
    """Race on the databases that were named, or on both."""
    head = (
        "database", "rounds", "buyers", "orders", "told the new total", "extra uses", "unused", "miscounted",
        "HTTP 500",
    )  # fmt: skip
    print(f"| {' | '.join(head)} | seconds a round |")
    print("|---|" + "--:|" * (len(head)))
    are_good = []
    for database in sys.argv[1:] or running.DATABASES:
        row, is_good = measure(database)
        print(row, flush=True)
        are_good.append(is_good)
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())

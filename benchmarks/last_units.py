"""Never sold twice: 100 buyers over real HTTP press "Order and pay" at once for 5 units, 20 rounds each.

    .venv/bin/python benchmarks/last_units.py [sqlite|postgresql]

Every buyer has his own connection, cart and network address. Ends with 1 when a unit was sold twice
or left over, when the shop answered 500, or when the books of stock do not agree in the end.
"""

import sys
import time
from collections import Counter

import running
from buyers import press_at_once, ready_buyers

ROUNDS, BUYERS, UNITS = 20, 100, 5


def measure(database: str) -> tuple[str, bool]:
    """Return the table row of a database, and whether all rounds were as they must be."""
    statuses: Counter[int] = Counter()
    oversold = left_over = 0
    seconds = 0.0
    with running.shop(database) as shop:
        for number in range(ROUNDS):
            goods = shop.place.inside("make_variant", UNITS)
            buyers = ready_buyers(shop, *goods, count=BUYERS, first=1 + number * BUYERS)
            began = time.perf_counter()
            statuses.update(answer.status for answer in press_at_once(buyers))
            seconds += time.perf_counter() - began
            held = shop.place.inside("held", goods[1])
            oversold, left_over = oversold + max(held - UNITS, 0), left_over + max(UNITS - held, 0)
        shop.place.manage("check_stock")
    errors = sum(count for status, count in statuses.items() if status >= 500)
    facts = f"{ROUNDS} | {ROUNDS * BUYERS} | {statuses[303]} | {statuses[200]}"
    row = f"| {database} | {facts} | {oversold} | {left_over} | {errors} | {seconds / ROUNDS:.1f} |"
    return row, not (oversold or left_over or errors or set(statuses) - {200, 303})


def main() -> int:
    """Race on the databases that were named, or on both."""
    head = (
        "database",
        "rounds",
        "buyers",
        "orders",
        "told that it is gone",
        "oversold",
        "left over",
        "HTTP 500",
    )
    print(f"| {' | '.join(head)} | seconds a round |")
    print("|---|" + "--:|" * len(head))
    are_good = []
    for database in sys.argv[1:] or running.DATABASES:
        row, is_good = measure(database)
        print(row, flush=True)
        are_good.append(is_good)
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())

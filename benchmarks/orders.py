"""Orders per second through "Order and pay", with 8 clients over real HTTP, on both databases.

    .venv/bin/python benchmarks/orders.py [sqlite|postgresql]

Carts are filled and checkouts shown beforehand; measured is the one request that holds the stock,
writes order, payment and mails, and makes the Checkout Session (at the demo's Stripe, whose rows lie in
the same database). Web and worker run as in production; the clients share the machine with them.
CPU is that of the web's processes, over all rounds; speed and times are those of the fastest round, since
whatever else the machine does disturbs the others. Ends with 1 when an answer is not the way to pay.
"""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import running
from buyers import Buyer, ready_buyers

CLIENTS, WARM_UP, ROUNDS, ORDERS = 8, 40, 4, 100


def timed(buyer: Buyer) -> tuple[float, int]:
    """Order; return milliseconds and status."""
    began = time.perf_counter()
    status = buyer.order_and_pay().status
    buyer.leave()
    return (time.perf_counter() - began) * 1000, status


def rush(buyers: list[Buyer]) -> tuple[float, list[tuple[float, int]]]:
    """Let 8 clients at a time order until all have; return the seconds of all, and each one's answer."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        answers = list(threads.map(timed, buyers))
    return time.perf_counter() - began, answers


def measure(database: str) -> tuple[str, bool]:
    """Return the table row of a database, and whether every order was made."""
    with running.shop(database) as shop:
        goods = shop.place.inside("make_variant", 100_000)
        rush(ready_buyers(shop, *goods, count=WARM_UP, first=1))
        buyers = ready_buyers(shop, *goods, count=ROUNDS * ORDERS, first=1_000)
        cpu = shop.web_cpu_seconds()
        rounds = [rush(buyers[n : n + ORDERS]) for n in range(0, len(buyers), ORDERS)]
        cpu = shop.web_cpu_seconds() - cpu
        held = shop.place.inside("held", goods[1])
    seconds, answers = min(rounds)
    times = sorted(milliseconds for milliseconds, _status in answers)
    statuses = {status for _seconds, all_of in rounds for _ms, status in all_of}
    facts = f"{len(buyers)} | {ORDERS / seconds:.1f} | {cpu * 1000 / len(buyers):.0f}"
    spread = f"{statistics.median(times):.0f} | {times[int(ORDERS * 0.95)]:.0f}"
    return f"| {database} | {facts} | {spread} |", statuses == {303} and held == WARM_UP + len(buyers)


def main() -> int:
    """Measure the databases that were named, or both."""
    print("| database | orders | a second | web CPU ms each | median ms | 95 % below ms |")
    print("|---|--:|--:|--:|--:|--:|")
    are_good = []
    for database in sys.argv[1:] or running.DATABASES:
        row, is_good = measure(database)
        print(row, flush=True)
        are_good.append(is_good)
    return 0 if all(are_good) else 1


if __name__ == "__main__":
    sys.exit(main())

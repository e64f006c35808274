"""Orders per second through "Order and pay", with 8 clients over real HTTP, on both databases.

    .venv/bin/python benchmarks/orders.py [sqlite|postgresql]

Carts are filled and checkouts shown beforehand; measured is the one request that holds the stock,
writes order, payment and mails, and makes the Checkout Session (at the demo's Stripe, whose rows lie in
the same database). Web and worker run as in production; the clients share the machine with them.
CPU is that of the web's processes. Ends with 1 when an answer is not the way to the payment.
"""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import running
from buyers import Buyer, ready_buyers

CLIENTS, WARM_UP, ORDERS = 8, 40, 400


def timed(buyer: Buyer) -> tuple[float, int]:
    """Order; return milliseconds and status."""
    began = time.perf_counter()
    status = buyer.order_and_pay().status
    buyer.leave()
    return (time.perf_counter() - began) * 1000, status


def rush(buyers: list[Buyer]) -> list[tuple[float, int]]:
    """Let 8 clients at a time order until all have."""
    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(timed, buyers))


def measure(database: str) -> tuple[str, bool]:
    """Return the table row of a database, and whether every order was made."""
    with running.shop(database) as shop:
        goods = shop.place.inside("make_variant", 100_000)
        rush(ready_buyers(shop, *goods, count=WARM_UP, first=1))
        buyers = ready_buyers(shop, *goods, count=ORDERS, first=1_000)
        cpu, began = shop.web_cpu_seconds(), time.perf_counter()
        answers = rush(buyers)
        seconds, cpu = time.perf_counter() - began, shop.web_cpu_seconds() - cpu
        held = shop.place.inside("held", goods[1])
    times = sorted(milliseconds for milliseconds, _status in answers)
    is_good = {status for _ms, status in answers} == {303} and held == WARM_UP + ORDERS
    facts = f"{ORDERS} | {ORDERS / seconds:.1f} | {cpu * 1000 / ORDERS:.0f}"
    spread = f"{statistics.median(times):.0f} | {times[int(len(times) * 0.95)]:.0f}"
    return f"| {database} | {facts} | {spread} |", is_good


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

"""Seconds from a payment whose webhook is lost, and whose buyer never comes back, to a paid order.

    .venv/bin/python benchmarks/lost_webhook.py [sqlite|postgresql]

The demo's Stripe is told that the session is paid, and tells nobody; the running worker has to ask.
It asks later and later, so what counts is how long after ordering the buyer paid.
"""

import statistics
import sys

import running
from buyers import ready_buyers

PAID_AFTER = (5, 60, 240)  # seconds after ordering
ORDERS = 5  # for each of these


def measure(database: str) -> list[str]:
    """Return the table rows of a database."""
    with running.shop(database) as shop:
        goods = shop.place.inside("make_variant", 1_000)
        for buyer in ready_buyers(shop, *goods, count=ORDERS * len(PAID_AFTER), first=1):
            buyer.order_and_pay()
        waited = shop.place.inside("pay_without_event", ORDERS, *PAID_AFTER)
    return [
        f"| {database} | {after} | {ORDERS} | {statistics.median(seconds):.0f} | {max(seconds):.0f} |"
        for after, seconds in zip(PAID_AFTER, waited, strict=True)
    ]


def main() -> int:
    """Measure the databases that were named, or both."""
    print("| database | paid so many s after ordering | orders | median s to paid | longest s |")
    print("|---|--:|--:|--:|--:|")
    for database in sys.argv[1:] or running.DATABASES:
        print("\n".join(measure(database)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a search costs in a large shop: 5,000 products and 20,000 orders.

    .venv/bin/python benchmarks/large_search.py                       # SQLite, in a temporary folder
    DATABASE_URL=postgres://… .venv/bin/python benchmarks/large_search.py   # an empty PostgreSQL database

CPU milliseconds of this process and wall milliseconds (PostgreSQL works in a process of its own), the median
of five. Promised: a search of the storefront takes at most 200 ms of CPU, whatever is asked.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from pages import prepare

PRODUCTS, ORDERS, TIMES = 5_000, 20_000, 5
ORDER_LIST = "/admin/shop/order/"
CHOICE = random.Random(7)  # noqa: S311 - the same shop each time
WORDS = [
    "Bamboo", "Panpipe", "Kalimba", "Djembe", "Balafon", "Kora", "Oud", "Ney", "Tabla",
    "Charango", "Bansuri", "Darbuka", "Rainstick", "Bowl", "Drum", "Flute", "Whistle",
    "Angklung", "Sitar", "Lyre", "Ocarina", "Gong", "Shaker", "Cajon", "Marimba", "Harp",
    "Fiddle", "Zither", "Bell", "Horn",
]  # fmt: skip
PLACES = [
    "Andean", "Sahel", "Kyoto", "Bali", "Lisbon", "Oslo", "Cairo", "Dakar", "Lima", "Quito",
    "Fez", "Tunis", "Bergen", "Galway", "Naples", "Izmir", "Tbilisi",
]  # fmt: skip
SYLLABLES = ("ba ka ri mo tu len sha dor vi gan pel os ti rum fe zo nan il").split()  # noqa: SIM905
ASKED = {
    "one word": "flute", "plural": "flutes", "beginning": "bam", "inside": "anpip", "one letter": "a",
    "misspelt": "bansori", "misspelt twice": "charrangu", "three words": "kyoto bamboo flute",
    "three misspelt": "kyotto bambo flutte", "nothing": "xylophonic",
    "ten words": "bamboo flute kyoto harp drum bell horn lyre gong kora",
    "ten misspelt": "bambooo fluttes kyotto harpps drumms bellls hornns lyrres gonggs korras",
    "ten beginnings": "ba ka ri mo tu le sh do vi ga", "two hundred letters": "charango" * 25,
}  # fmt: skip
DESK = {"a name": "müller", "a number": "1042", "three words": "ada müller köln", "nothing": "nobody@nowhere"}


def fill() -> None:
    """Make the shop: products with texts of 40 words from a vocabulary of thousands, and orders."""
    from django.db import transaction

    from shop.catalogue import documents
    from shop.catalogue.models import Product
    from tests.builders import make_variant

    vocabulary = ["".join(CHOICE.choices(SYLLABLES, k=CHOICE.randrange(2, 5))) for _word in range(8_000)]
    with transaction.atomic():
        for number in range(PRODUCTS):
            text = " ".join(CHOICE.choices(vocabulary, k=40))
            product = Product.objects.create(
                title=f"{CHOICE.choice(PLACES)} {CHOICE.choice(WORDS)} {number}", slug=f"load-{number}",
                summary=f"A {CHOICE.choice(WORDS).lower()} from {CHOICE.choice(PLACES)}.", status="active",
                description=f"<p>{text}</p>",
            )  # fmt: skip
            make_variant(product, sku=f"LOAD-{number}")
    load = Product.objects.filter(slug__startswith="load-").order_by("pk")
    for start in range(0, PRODUCTS, 500):
        with transaction.atomic():
            documents.changed(Product.objects.filter(pk__in=[row.pk for row in load[start : start + 500]]))


def fill_orders() -> None:
    """Make copies of one paid order with names, towns and numbers of their own."""
    import copy
    import uuid

    from shop.orders.models import Order
    from tests.shop.order_builders import make_order

    first = make_order()
    names = ["Ada Müller", "Jürgen Smith", "Siobhán O'Brien", "Yuki Tanaka", "Zoë Lindqvist"]
    rows = []
    for number in range(ORDERS):
        row = copy.copy(first)
        row.pk, row._state = None, copy.copy(first._state)
        row._state.adding = True
        row.number, row.token = first.number + 1 + number, uuid.uuid4().hex
        row.name, row.email = f"{CHOICE.choice(names)} {number}", f"buyer{number}@customer.example"
        row.city, row.postal_code = CHOICE.choice(PLACES), str(CHOICE.randrange(10_000, 99_999))
        rows.append(row)
    Order.objects.bulk_create(rows, batch_size=500)


def measured(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return CPU and wall milliseconds, and what came of it last."""
    spent, answer = [], None
    for _time in range(TIMES):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = work()
        spent.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return statistics.median(c for c, _w in spent), statistics.median(w for _c, w in spent), answer


def main() -> None:
    """Fill and print both tables."""
    os.environ["EXTRA_HOSTS"] = "testserver"
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        prepare(folder, os.environ.get("DATABASE_URL", ""))
        from dear_requests import visitors
        from django.db import connection

        fill()
        visitor, owner = visitors()
        print(f"| storefront, {connection.vendor} | CPU ms | wall ms | bytes |\n|---|--:|--:|--:|")
        for name, query in ASKED.items():
            cpu, wall, page = measured(lambda q=query: visitor.get("/search/", {"q": q}))  # type: ignore[misc]
            print(f"| {name} | {cpu:.0f} | {wall:.0f} | {len(page.content):,} |", flush=True)
        fill_orders()
        print(
            f"\n| orders in the admin, {connection.vendor} | CPU ms | wall ms | answer |\n|---|--:|--:|--:|"
        )
        for name, query in DESK.items():
            cpu, wall, page = measured(lambda q=query: owner.get(ORDER_LIST, {"q": q}))  # type: ignore[misc]
            print(f"| {name} | {cpu:.0f} | {wall:.0f} | {page.status_code} |", flush=True)


if __name__ == "__main__":
    main()

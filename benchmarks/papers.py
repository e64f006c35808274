"""Milliseconds and bytes of one invoice as PDF, and milliseconds to issue one.

    .venv/bin/python benchmarks/papers.py

CPU time in this process, the median of many; `first` is the first of its kind in a process: it reads fonts.
Issuing is one transaction with the order locked, on SQLite in a temporary folder.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TIMES = 40


def milliseconds(work: Callable[[], Any]) -> float:
    """Return the CPU milliseconds of a call."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def row(name: str, work: Callable[[], bytes]) -> None:
    """Print a line of the table: the first call, the median of the others, the size."""
    first = milliseconds(work)
    median = statistics.median(milliseconds(work) for _time in range(TIMES))
    print(f"| {name} | {first:.0f} | {median:.0f} | {len(work()):,} |")


def printing() -> None:
    """Measure papers that are in no database."""
    from shop.papers import pdf
    from tests.shop.papers.paper_builders import buyer, make_line, make_paper

    print("| paper | first ms | ms | bytes |\n|---|--:|--:|--:|")
    lines = [make_line(f"Instrument {number}") for number in range(50)]
    row("invoice, two lines", lambda: pdf.render(make_paper()))
    row("invoice, two lines at two rates", lambda: pdf.render(make_paper(**two_rates())))
    row("invoice, 50 lines", lambda: pdf.render(make_paper(lines=lines)))
    for name, line in {
        "Arabic": "محمد عبد الله",
        "Hindi": "महात्मा गांधी",
        "Japanese": "東京都千代田区",
    }.items():
        paper = make_paper(buyer=buyer(line, "1"))
        row(f"invoice, address in {name}", lambda paper=paper: pdf.render(paper))  # type: ignore[misc]


def two_rates() -> dict[str, Any]:
    """Return lines and taxes of an invoice over 149.00, at 19 and 7 percent."""
    from tests.shop.papers.paper_builders import VAT, make_line

    panpipes = make_line(quantity=2, total_minor=8800, tax_rates=[19_000])
    book = make_line("Songbook", unit_price_minor=5500, total_minor=5500, tax_rates=[7_000])
    reduced = {"rate_millipercent": 7000, "group": 1, "base_minor": 5140, "tax_minor": 360}
    taxes = [VAT | {"base_minor": 7899, "tax_minor": 1501}, VAT | reduced]
    return {"lines": [panpipes, book], "taxes": taxes}


def issuing() -> None:
    """Measure what an invoice adds to the transaction of a payment."""
    from django.db import transaction

    from shop.orders.models import Order
    from shop.papers import issuing as papers
    from tests.builders import make_variant
    from tests.shop.order_builders import place

    variant = make_variant(on_hand=TIMES)
    orders = [place((variant, 1)).pk for _time in range(TIMES)]

    def issue(pk: int) -> None:
        with transaction.atomic():
            papers.issue_invoice(Order.objects.select_for_update().get(pk=pk))

    median = statistics.median(milliseconds(lambda pk=pk: issue(pk)) for pk in orders)  # type: ignore[misc]
    print(f"\nIssuing one: {median:.1f} ms")


def main() -> None:
    """Make a demo, measure, print."""
    from pages import prepare

    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        printing()
        issuing()


if __name__ == "__main__":
    main()

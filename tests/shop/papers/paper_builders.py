"""Papers without a database: the facts of an order, and what a test changes of them."""

import datetime as dt
from typing import Any

from shop.orders.models import NumberSequence
from shop.papers.facts import Facts, Tax
from shop.papers.models import Paper, PaperPdf

AT = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
VAT: Tax = {
    "name": "VAT", "rate_millipercent": 19000, "group": 0, "base_minor": 12521, "tax_minor": 2379,
    "is_added": False,
}  # fmt: skip


def make_line(title: str = "Panpipes", **overrides: Any) -> dict[str, Any]:
    """Make a frozen line of one unit for 4400."""
    line = {"sku": "PAN-01", "title": title, "quantity": 1, "unit_price_minor": 4400}
    return line | {"discount_minor": 0, "total_minor": 4400} | overrides


def make_facts(**overrides: Any) -> Facts:
    """Make the facts of an invoice over 149.00, VAT included."""
    facts: Facts = {
        "language": "en",
        "is_demo": False,
        "issued_on": "2026-11-23",
        "seller": {
            "name": "Kora", "lines": ["Kora Instrumente GmbH", "Am Deich 12", "28199 Bremen", "Germany"],
            "tax_number": "DE 123", "email": "post@kora.example", "phone": "", "site": "https://kora.example",
        },
        "buyer": {
            "name": "Ada Buyer", "lines": ["Ada Buyer", "Lindenstraße 1", "50674 Köln", "Germany"],
            "country": "DE", "email": "ada@customer.example",
        },
        "order": {"number": 1042, "ordered_on": "2026-11-20"},
        "currency": "USD",
        "lines": [
            make_line("Panpipes", quantity=2, total_minor=8800),
            make_line("Kalimba", sku="KAL-7", unit_price_minor=5500, total_minor=5500),
        ],
        "sums": {
            "lines_minor": 14300, "discount_minor": 0, "discount_code": "", "shipping_name": "Parcel",
            "shipping_minor": 600, "shipping_discount_minor": 0, "gift_card_minor": 0,
        },
        "taxes": [VAT],
        "total_minor": 14900,
        "payment": {"reference": "pi_123", "paid_minor": 14900, "paid_on": "2026-11-20"},
    }  # fmt: skip
    return {**facts, **overrides}  # type: ignore[typeddict-item]


def make_paper(kind: str = "invoice", *, number: int = 1001, **overrides: Any) -> Paper:
    """Make a paper that is in no database."""
    return Paper(kind=kind, number=number, issued_at=AT, facts=make_facts(**overrides))


def forget(**which: Any) -> None:
    """Remove papers and their series as if there had never been any; the shop itself refuses to."""
    papers = Paper.objects.filter(**which)
    series = set(papers.values_list("kind", flat=True))
    drawn = PaperPdf.objects.filter(paper__in=papers)
    drawn._raw_delete(drawn.db)
    papers._raw_delete(papers.db)
    NumberSequence.objects.filter(name__in=series).delete()


def buyer(*lines: str) -> dict[str, Any]:
    """Make a buyer with these lines of address."""
    return {"name": lines[0], "lines": list(lines), "country": "DE", "email": "buyer@customer.example"}

"""What the rules of prices cost: totals of a large cart, and cart and checkout with all rules at once.

    .venv/bin/python benchmarks/totals.py

CPU milliseconds in this process, the median of many. The large cart has 50 lines at three tax rates, one of
them a gift card, a discount code and two gift cards that pay a part. The pages are those of a fresh demo on
SQLite: a sale, a quantity break, a book at a rate of its own, a code, two gift cards, a company's VAT number.
"""

import statistics
import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pages import prepare
from papers import milliseconds

if TYPE_CHECKING:
    from django.test import Client

    from shop.orders.placing import PlainLine

TIMES, LINES = 200, 50
CARDS = ("MEASURED-CARD-0001", "MEASURED-CARD-0002")
COMPANY = {
    "email": "ada@customer.example", "name": "Ada Buyer", "line1": "Ring 1", "postal_code": "1010",
    "city": "Wien", "country": "AT", "vat_number": "ATU39099603",
}  # fmt: skip


def median(work: Callable[[], Any], times: int = TIMES) -> float:
    """Return the CPU milliseconds of a call, once it is warm."""
    work()
    return statistics.median(milliseconds(work) for _time in range(times))


# ---- arithmetic ----------------------------------------------------------------------------------


def arithmetic() -> None:
    """Measure the totals of a large cart, by what the checkout calls and by the arithmetic in it."""
    from shop import pricing
    from shop.cart.gift_cards import CartCard
    from shop.checkout import quoting
    from shop.discounts.codes import AppliedCode
    from shop.shipping.rates import Quote
    from shop.taxing import Tax, TaxRule

    lines = _lines()
    tax = TaxRule((Tax("VAT", 19_000, class_rates={1: 7_000, 2: 0}),))
    goods = frozenset(line.variant_id for line in lines if not line.is_gift_card)
    code = AppliedCode("TEN", pricing.Discount(percent_basis_points=1000), goods)
    cards = [CartCard(n, f"…000{n}", 2_000, "$20.00", "") for n in (1, 2)]
    parcel = Quote("parcel", "Parcel", 600, 2, 3, "Germany")
    priced = quoting._priced(lines, tax, code)

    def terms() -> Any:
        return quoting.terms(lines, chosen=parcel, tax=tax, code=code, cards=cards)

    def bill() -> Any:
        return pricing.bill(priced, shipping_minor=600, tax=tax, discount=code.discount)

    _check(terms())
    print(f"| {LINES} lines, all rules | CPU ms |\n|---|--:|")
    print(f"| `pricing.bill` | {median(bill):.2f} |")
    print(f"| `quoting.terms`, with the bill and the gift cards | {median(terms):.2f} |")
    print(f"| `basket.with_prices`, sales and quantity breaks | {median(_prices()):.2f} |")


def _lines() -> "Sequence[PlainLine]":
    from shop.orders.placing import PlainLine

    return [
        PlainLine(
            n, f"SKU-{n}", f"Instrument {n}", 1_999 + 37 * n, 1 + n % 3, 300, (None, 1, 2)[n % 3],
            gift_value_minor=5_000 if n == LINES - 1 else 0,
        )
        for n in range(LINES)
    ]  # fmt: skip


def _check(terms: Any) -> None:
    """Fail unless every rule takes part: a rule that does not would cost nothing."""
    totals = terms.totals
    if not (totals.discount_minor and totals.gift_card_minor == 4_000 and len(terms.bill.taxes) == 3):
        raise ValueError(f"Not all rules take part: {totals}, {terms.bill.taxes}")


def _prices() -> Callable[[], Any]:
    """Return what sets the prices of a cart of 50 lines, each on sale and with two quantity breaks."""
    from shop.cart import basket
    from shop.cart.models import CartLine
    from shop.catalogue.models import Product, Variant
    from shop.catalogue.price_rules import QuantityBreak

    lines = []
    for n in range(LINES):
        product = Product(pk=n + 1_000, title=f"Instrument {n}")
        rows = [(2, 200), (5, 500)]
        breaks = [QuantityBreak(product=product, from_quantity=q, percent_basis_points=p) for q, p in rows]
        product._prefetched_objects_cache = {"quantity_breaks": breaks}  # type: ignore[attr-defined]
        variant = Variant(product=product, price_minor=1_999, sale_price_minor=1_799)
        lines.append(CartLine(variant=variant, quantity=1 + n % 6))
    return lambda: basket.with_prices(lines)


# ---- pages ---------------------------------------------------------------------------------------


def pages() -> None:
    """Measure cart and checkout of a buyer to whom every rule applies."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    _fill(client)
    company = COMPANY | {"update": "1"}
    asked = {
        "cart": lambda: client.get("/cart/"),
        "checkout": lambda: client.get("/checkout/"),
        "checkout, company in Austria": lambda: client.post("/checkout/", company, follow=True),
    }
    print("\n| page, all rules | queries | CPU ms |\n|---|--:|--:|")
    for name, ask in asked.items():
        _check_page(name, ask().content.decode())
        with CaptureQueriesContext(connection) as captured:
            ask()
        print(f"| {name} | {len(captured)} | {median(ask, 60):.1f} |")


def _fill(client: "Client") -> None:
    """Put a sale, three units with a quantity break and a book into the cart, and type all codes."""
    from django.db import transaction

    from shop.catalogue.models import Variant
    from shop.catalogue.price_rules import QuantityBreak
    from shop.giftcards import issuing

    of_class = Variant.objects.filter(product__is_gift_card=False, on_hand__gte=3)
    book = of_class.exclude(product__tax_class=None).earliest("pk")
    on_sale, many = of_class.filter(product__tax_class=None).order_by("product", "pk").distinct()[:2]
    if many.product_id == on_sale.product_id:
        many = of_class.filter(product__tax_class=None).exclude(product=on_sale.product).earliest("pk")
    Variant.objects.filter(pk=on_sale.pk).update(sale_price_minor=on_sale.price_minor - 100)
    QuantityBreak.objects.create(product=many.product, from_quantity=3, percent_basis_points=500)
    for variant, units in ((on_sale, 1), (many, 3), (book, 1)):
        _post(client, "/cart/add/", {"sku": variant.sku, "quantity": units})
    for code in CARDS:
        with transaction.atomic():
            issuing.issue_by_hand(amount_minor=1_000, recipient="", note="", staff=None, code=code)
    for code in ("WELCOME10", *CARDS):
        _post(client, "/cart/code/", {"code": code})


def _post(client: "Client", address: str, form: dict[str, Any]) -> None:
    answer = client.post(address, form)
    if answer.status_code != 303:
        raise ValueError(f"{address}: {answer.status_code}")


def _check_page(name: str, html: str) -> None:
    """Fail unless the page shows that every rule takes part."""
    wanted = ["WELCOME10", "…0001", "…0002"]
    wanted += ["5% less each from 3 units"] if name == "cart" else []
    wanted += ["Reverse charge"] if "company" in name else []
    if missing := [text for text in wanted if text not in html]:
        raise ValueError(f"{name} shows no {missing}")


def main() -> None:
    """Make a demo, measure, print."""
    with tempfile.TemporaryDirectory(prefix="kora-bench-") as folder:
        prepare(folder)
        arithmetic()
        pages()


if __name__ == "__main__":
    main()

"""What the tax adviser gets: orders and taxes of a period as CSV, and all papers of a year as one archive."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils import timezone

from shop.money import Money
from shop.orders import addresses
from shop.orders.models import Order, OrderTax
from shop.orders.summary import tax_label
from shop.papers import cells, drawing, tax_shares
from shop.papers.cells import Value
from shop.papers.models import Paper

ORDERS = (
    "order", "ordered", "paid", "status", "buyer", "country", "region", "VAT number",
    "company", "billing name", "billing address", "billing country", "currency", "items",
    "discount", "discount code", "shipping", "tax", "tax added", "tax included", "total", "gift card",
    "refunded", "back on gift card", "papers",
)  # fmt: skip
TAXES = (
    "paper", "number", "date", "order", "buyer", "country", "currency", "tax", "tax rate %", "net",
    "tax amount", "gross",
)  # fmt: skip


def orders(since: dt.date, until: dt.date) -> str:
    """Return a line for each order that was paid in a period, its last day included. Three queries.

    After the columns that each report has there is one for every tax and rate of these orders.
    """
    paid = Order.objects.filter(paid_at__gte=_start(since), paid_at__lt=_start(until + dt.timedelta(days=1)))
    rows = list(paid.prefetch_related("papers", "taxes").order_by("paid_at", "number"))
    labels = sorted({_label(tax) for order in rows for tax in order.taxes.all()})
    return cells.table((*ORDERS, *labels), (_order(order, labels) for order in rows))


def _label(tax: OrderTax) -> str:
    return tax_label(tax.name, tax.rate_millipercent)


def _order(order: Order, labels: Sequence[str]) -> list[Value]:
    def amount(minor: int) -> Decimal:
        return Money(minor, order.currency).decimal

    dues = {_label(tax): amount(tax.tax_minor) for tax in order.taxes.all()}
    off_lines = order.discount_minor - order.shipping_discount_minor
    shipping = order.shipping_minor - order.shipping_discount_minor
    return [
        order.number, _day(order.created_at), _day(order.paid_at), order.public_status, order.name,
        str(order.country), order.region, order.vat_number, order.company,
        *_billing(order), order.currency, amount(order.lines_minor),
        amount(off_lines), order.discount_code, amount(shipping),
        ", ".join(dues),
        amount(order.tax_added_minor), amount(order.tax_included_minor), amount(order.total_minor),
        amount(order.gift_card_minor), amount(order.refunded_minor), amount(order.gift_card_returned_minor),
        " ".join(sorted(paper.slug for paper in order.papers.all())),
        *(dues.get(label) for label in labels),
    ]  # fmt: skip


def _billing(order: Order) -> list[Value]:
    """Return name, address and country of the invoice where these are not those of the delivery."""
    if not order.has_other_billing:
        return ["", "", ""]
    address = addresses.billing_lines(order)
    return [order.billing_name, ", ".join(address), str(order.billing_country)]


def taxes(since: dt.date, until: dt.date) -> str:
    """Return the taxes of what was issued in a period, its last day included; credit notes are negative.

    A line for each paper and rate of it, and one for what bears no tax: each column adds up. One query.
    """
    end = _start(until + dt.timedelta(days=1))
    return of_papers(
        Paper.objects.filter(issued_at__gte=_start(since), issued_at__lt=end).in_order_of_issue()
    )


def of_papers(papers: Iterable[Paper]) -> str:
    """Return the taxes of papers as CSV."""
    return cells.table(TAXES, (row for paper in papers for row in _taxes(paper)))


def _taxes(paper: Paper) -> Iterator[list[Value]]:
    facts, sign = paper.facts, -1 if paper.kind == Paper.Kind.CREDIT_NOTE else 1

    def amount(minor: int) -> Decimal:
        return Money(sign * minor, facts["currency"]).decimal

    about: list[Value] = [
        paper.kind.replace("_", " "), paper.number, facts["issued_on"], facts["order"]["number"],
        facts["buyer"]["name"], facts.get("delivery", facts["buyer"])["country"], facts["currency"],
    ]  # fmt: skip
    if "corrects" in facts:
        yield [*about, "", None, amount(0), amount(0), amount(0)]  # the invoice that it repeats counts
        return
    parts = tax_shares.not_nothing(tax_shares.by_rate(facts["taxes"]))
    for tax in parts:
        net, due, gross = tax["base_minor"], tax["tax_minor"], tax["gross_minor"]
        rate = _percent(tax["rate_millipercent"])
        yield [*about, tax["name"], rate, amount(net), amount(due), amount(gross)]
    untaxed = tax_shares.untaxed_minor(facts)
    if untaxed or not parts:
        yield [*about, "", None, amount(untaxed), amount(0), amount(untaxed)]


def years() -> list[int]:
    """Return the years in which papers were issued, newest first. One query."""
    return [moment.year for moment in Paper.objects.datetimes("issued_at", "year", order="DESC")]


def archive(year: int) -> Iterator[bytes]:
    """Give a ZIP of all papers of a year as PDF, their taxes as CSV, part by part. Two queries a paper."""
    buffer = _Buffer()
    pks = list(Paper.objects.of_year(year).values_list("pk", flat=True))
    with zipfile.ZipFile(buffer, "w") as zip_file:
        for pk in pks:
            paper = Paper.objects.get(pk=pk)
            moment = timezone.localtime(paper.issued_at)
            entry = zipfile.ZipInfo(f"{year}/{paper.slug}.pdf", date_time=moment.timetuple()[:6])
            zip_file.writestr(entry, drawing.kept(paper))
            yield buffer.taken()
        text = of_papers(Paper.objects.of_year(year).iterator())
        zip_file.writestr(f"{year}/taxes-{year}.csv", text.encode("utf-8-sig"))
    yield buffer.taken()


class _Buffer(io.RawIOBase):
    """A file that only grows and hands over what was written since the last time."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:  # type: ignore[override]
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _day(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _percent(millipercent: int) -> Decimal:
    """Return a rate with two decimals, or three where it has them."""
    return Decimal(millipercent).scaleb(-3).quantize(Decimal("0.01" if millipercent % 10 == 0 else "0.001"))

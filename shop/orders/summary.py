"""An order's lines and totals as people read them: on pages, in mails and in the admin."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shop import pricing
from shop.money import Money
from shop.orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the totals; `is_total` marks the sum, `is_note` what is only stated."""

    label: str
    amount: str
    is_total: bool = False
    is_note: bool = False


def of_lines(order: Order) -> list[dict[str, Any]]:
    """Return title, SKU, quantity and formatted total of each line. One query."""
    return [_line(order, line) for line in order.lines.all()]


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    total = Money(line.total_minor, order.currency).display()
    return {"title": line.title, "sku": line.sku, "quantity": line.quantity, "total": total}


def of_order(order: Order) -> list[Row]:
    """Return the rows of a placed order."""
    tax = tax_label(order.tax_name, order.tax_rate_basis_points)
    shipping = shipping_label(order.shipping_name, is_pickup=order.is_pickup)
    rows = list(_rows(order, shipping, tax, order.currency, order.discount_code))
    if order.refunded_minor:
        amount = Money(order.refunded_minor, order.currency).display()
        rows.append(Row(_("Refunded"), amount, is_note=True))
    return rows


def of_totals(
    totals: pricing.Totals, *, shipping: str, tax: pricing.Tax, currency: str, code: str = ""
) -> list[Row]:
    """Return the rows of totals that are not an order yet; `shipping` as shipping_label() gives it."""
    return list(_rows(totals, shipping, tax_label(tax.name, tax.rate_basis_points), currency, code))


def shipping_label(name: str, *, is_pickup: bool) -> str:
    """Return such as "Shipping (Parcel)"; "Pick-up" when nothing is sent."""
    return _("Pick-up") if is_pickup else _("Shipping (%(name)s)") % {"name": name}


def price_or_free(amount_minor: int, currency: str) -> str:
    """Return what shipping costs, in minor units, as people read it: such as "$6.00", or "Free"."""
    return Money(amount_minor, currency).display() if amount_minor else _("Free")


def discount_label(code: str) -> str:
    """Return "Discount", with its code when there is one."""
    return _("Discount (%(code)s)") % {"code": code} if code else _("Discount")


def tax_label(name: str, rate_basis_points: int) -> str:
    """Return such as "VAT 19%"; trailing zeros dropped."""
    percent = f"{rate_basis_points / 100:.2f}".rstrip("0").rstrip(".")
    return f"{name} {percent}%"


def _rows(amounts: Any, shipping: str, tax: str, currency: str, code: str) -> Iterator[Row]:
    def show(amount_minor: int) -> str:
        return Money(amount_minor, currency).display()

    yield Row(_("Items"), show(amounts.lines_minor))
    if amounts.discount_minor:
        yield Row(discount_label(code), show(-amounts.discount_minor))
    yield Row(shipping, price_or_free(amounts.shipping_minor, currency))
    if amounts.tax_added_minor:
        yield Row(tax, show(amounts.tax_added_minor))
    yield Row(_("Total"), show(amounts.total_minor), is_total=True)
    if amounts.tax_included_minor:
        label = _("Total contains %(tax)s") % {"tax": tax}
        yield Row(label, show(amounts.tax_included_minor), is_note=True)

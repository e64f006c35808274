"""An order's lines and totals as people read them: on pages, in mails and in the admin."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shop import pricing
from shop.giftcards.cards import CardPayment
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
    """Return the rows of a placed order. One query."""
    shipping = shipping_label(order)
    paid = [(order.gift_cards, order.gift_card_minor)]
    rows = list(_rows(order, order.taxes.all(), paid, shipping, order.currency, order.discount_code))
    back = (
        (_("Refunded"), order.refunded_minor),
        (_("Back on the gift card"), order.gift_card_returned_minor),
    )
    return rows + [
        Row(label, Money(minor, order.currency).display(), is_note=True) for label, minor in back if minor
    ]


def of_bill(
    bill: pricing.Bill,
    *,
    shipping: str,
    currency: str,
    code: str = "",
    gift_cards: Iterable[CardPayment] = (),
) -> list[Row]:
    """Return the rows of a bill that is no order yet; `shipping` as shipping_label() gives it."""
    paid = [(card.hint, card.amount_minor) for card in gift_cards]
    return list(_rows(bill.totals, bill.taxes, paid, shipping, currency, code))


def _paid_by_cards(
    paid: Iterable[tuple[str, int]], charged_minor: int, currency: str, *, is_paid: bool
) -> Iterator[Row]:
    """Give what each gift card pays, and what is left to pay or was paid; nothing without one."""
    shown = [(hint, minor) for hint, minor in paid if minor]
    for hint, minor in shown:
        yield Row(_("Gift card %(hint)s") % {"hint": hint}, Money(-minor, currency).display())
    if shown:
        label = _("Paid") if is_paid else _("To pay")
        yield Row(label, Money(charged_minor, currency).display(), is_total=True)


def shipping_label(way: Any) -> str:
    """Return such as "Shipping (Parcel)" of an order or of terms; "Pick-up" when nothing is sent."""
    if way.is_pickup:
        return _("Pick-up")
    return way.shipping_name if way.is_by_email else _("Shipping (%(name)s)") % {"name": way.shipping_name}


def price_or_free(amount_minor: int, currency: str) -> str:
    """Return what shipping costs, in minor units, as people read it: such as "$6.00", or "Free"."""
    return Money(amount_minor, currency).display() if amount_minor else _("Free")


def discount_label(code: str) -> str:
    """Return "Discount", with its code when there is one."""
    return _("Discount (%(code)s)") % {"code": code} if code else _("Discount")


def tax_label(name: str, rate_millipercent: int) -> str:
    """Return such as "VAT 19%"; trailing zeros dropped."""
    return f"{name} {percent(rate_millipercent)}"


def percent(millipercent: int) -> str:
    """Return thousandths of a percent as people read them, such as "9.975%"; trailing zeros dropped."""
    return f"{millipercent / 1000:.3f}".rstrip("0").rstrip(".") + "%"


def _tax_rows(taxes: Iterable[Any], show: Callable[[int], str], *, is_added: bool) -> Iterator[Row]:
    """Give the taxes that are added, or else those that are contained and the rates of nothing."""
    for tax in taxes:
        label = tax_label(tax.name, tax.rate_millipercent)
        if is_added:
            if tax.is_added and tax.rate_millipercent:
                yield Row(label, show(tax.tax_minor))
        elif not tax.rate_millipercent:
            yield Row(_("%(name)s: no tax") % {"name": tax.name}, show(0), is_note=True)
        elif not tax.is_added:
            yield Row(_("Total contains %(tax)s") % {"tax": label}, show(tax.tax_minor), is_note=True)


def _rows(
    amounts: Any,
    taxes: Iterable[Any],
    paid: Iterable[tuple[str, int]],
    shipping: str,
    currency: str,
    code: str,
) -> Iterator[Row]:
    def show(amount_minor: int) -> str:
        return Money(amount_minor, currency).display()

    yield Row(_("Items"), show(amounts.lines_minor))
    if amounts.discount_minor:
        yield Row(discount_label(code), show(-amounts.discount_minor))
    yield Row(shipping, price_or_free(amounts.shipping_minor, currency))
    yield from _tax_rows(taxes, show, is_added=True)
    yield Row(_("Total"), show(amounts.total_minor), is_total=not amounts.gift_card_minor)
    is_paid = getattr(amounts, "paid_at", None) is not None
    yield from _paid_by_cards(paid, amounts.charged_minor, currency, is_paid=is_paid)
    yield from _tax_rows(taxes, show, is_added=False)

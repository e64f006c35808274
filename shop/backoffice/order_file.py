"""The order's file: everything the shop knows about one order, and what the staff can do with it.

Costs a fixed number of queries, asserted in tests/shop/backoffice/test_order_page.py.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shop.backoffice import (
    accounts,
    badges,
    corrections,
    desk,
    order_notices,
    order_tables,
    pictures,
    resending,
    withdrawal_panel,
)
from shop.backoffice.accounts import Account
from shop.backoffice.correction_forms import NoteForm, ResendForm
from shop.backoffice.forms import ShipForm
from shop.backoffice.refund_forms import RefundForm
from shop.backoffice.tables import moment
from shop.backoffice.withdrawal_forms import DeliveryForm, RefusalForm
from shop.money import Money
from shop.orders import addresses, summary
from shop.orders.models import Order, OrderLine
from shop.payments import review_page


@dataclass(frozen=True, slots=True)
class LineCard:
    """A line with its picture, formatted amounts and what came back of it."""

    picture: SafeString
    title: str
    sku: str
    quantity: int
    unit_price: str
    total: str
    remarks: str


def context(order: Order, *, can_change: bool, refunds_withdrawal: bool = False) -> dict[str, Any]:
    """Return what admin/shop/order/change_form.html shows, with empty forms for what can be done.

    The order comes with `pictures.lines_with_pictures()`. `refunds_withdrawal` fills the refund form in.
    """
    account = accounts.read(order)
    facts = _facts(order, account)
    if not can_change:
        return facts
    return facts | _buttons(
        order, account, withdrawal_panel.proposed_refund(order) if refunds_withdrawal else {}
    )


def can_ship(order: Order) -> bool:
    """Whether the page offers to ship something. Queries of accounts.read()."""
    return bool(accounts.read(order).can_ship)


def _facts(order: Order, account: Account) -> dict[str, Any]:
    is_disputed, refunded = bool(account.holding), account.refunded_units()
    return {
        "order": order,
        "badges": [
            *badges.of_order(order, is_disputed=is_disputed),
            *badges.of_parcel(order, is_disputed=is_disputed),
        ],
        "ordered_at": moment(order.created_at),
        "disputes": order_notices.disputes(account),
        "reviews": [review_page.card(payment) for payment in account.to_review],
        "notices": order_notices.texts(account),
        "lines": [_line(order, line, refunded, account) for line in order.lines.all()],
        "totals": summary.of_order(order),
        "address_lines": addresses.address_lines(order),
        "billing_lines": addresses.billing_lines(order) if order.has_other_billing else [],
        "withdrawal": withdrawal_panel.of_order(account),
        "notes": order.notes.select_related("staff"),
        "tables": order_tables.of_order(order, account),
    }


def _buttons(order: Order, account: Account, proposed: Mapping[str, Any]) -> dict[str, Any]:
    rest = desk.refundable(order)
    can_refund = rest.left_minor and not account.to_review
    mails = list(resending.to_buyer(order).defer("text", "html"))
    return {
        "can_change": True,
        "can_call_off": account.can_call_off,
        "ship_form": ShipForm(order=order, left=account.left) if account.can_ship else None,
        "refund_form": RefundForm(order=order, rest=rest, proposed=proposed) if can_refund else None,
        "delivery_form": DeliveryForm(order=order) if account.shipped else None,
        "refusal_form": RefusalForm(),
        "can_correct": corrections.may_correct(order),
        "resend_form": ResendForm(mails=mails, count=len(mails)) if mails else None,
        "note_form": NoteForm(),
    }


def _line(order: Order, line: OrderLine, refunded: Counter[int], account: Account) -> LineCard:
    return LineCard(
        picture=pictures.thumbnail(line),
        title=line.title,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, order.currency).display(),
        total=Money(line.total_minor, order.currency).display(),
        remarks=" · ".join(_remarks(line, refunded[line.pk], account)),
    )


def _remarks(line: OrderLine, refunded: int, account: Account) -> list[str]:
    shipped = account.shipped.get(line.pk, 0)
    remarks = []
    if refunded:
        remarks.append(_("%(count)d refunded") % {"count": refunded})
    if line.returned_quantity:
        remarks.append(_("%(count)d back in stock") % {"count": line.returned_quantity})
    if shipped and account.left:
        remarks.append(_("%(count)d shipped") % {"count": shipped})
    if account.can_ship and (refunded or account.shipped) and line.pk in account.left:
        remarks.append(_("%(count)d to ship") % {"count": account.left[line.pk]})
    return remarks

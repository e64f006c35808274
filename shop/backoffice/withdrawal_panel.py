"""The staff's view of an order's withdrawals: what was stated, what to refund, what should come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shop.backoffice.accounts import Account
from shop.backoffice.tables import moment
from shop.money import Money
from shop.orders import parcels
from shop.orders.models import Order
from shop.withdrawals import amounts, wording
from shop.withdrawals.amounts import Due
from shop.withdrawals.models import Withdrawal, WithdrawalLine


@dataclass(frozen=True, slots=True)
class StatementCard:
    """One statement: when, by whom, from what, what became of it, and what can be done about it."""

    pk: int
    received: str
    sender: str
    what: str
    state: str
    can_note_goods: bool
    can_refuse: bool


@dataclass(frozen=True, slots=True)
class WithdrawalPanel:
    """All statements of an order, and what is due for those that were not paid back yet.

    The amounts and `refund_by` are empty when nothing is due; `shipping_note` says what shipping stays.
    """

    statements: list[StatementCard]
    to_refund: list[str]
    goods: str
    shipping: str
    shipping_note: str
    total: str
    refund_by: str
    comes_back: list[str]


def of_order(account: Account) -> WithdrawalPanel | None:
    """Return the panel; None without a statement. One query then, else up to 24."""
    order, refunded = account.order, account.refunded_units()
    rows = list(order.withdrawals.prefetch_related("lines__order_line"))
    if not rows:
        return None
    due = amounts.due(order)
    unpaid = [row for row in rows if row.refused_at is None and not _is_paid_back(row.lines.all(), refunded)]

    return WithdrawalPanel(
        statements=[_statement(order, row, refunded) for row in rows],
        to_refund=parcels.in_words(order, due.units),
        goods=_display(order, due.goods_minor),
        shipping=_display(order, due.shipping_minor),
        shipping_note=_shipping_note(order, due),
        total=Money(due.total_minor, order.currency).display() if due.units else "",
        refund_by=wording.day(wording.refund_by(unpaid[0].received_at)) if unpaid else "",
        comes_back=parcels.in_words(order, _coming_back(account, rows)),
    )


def _display(order: Order, amount_minor: int) -> str:
    return Money(amount_minor, order.currency).display() if amount_minor else ""


def _shipping_note(order: Order, due: Due) -> str:
    """Say why shipping stays with the shop, or a part of it."""
    if not due.units:
        return ""
    if due.shipping_left_minor:
        text = _("%(amount)s of the shipping stays: the buyer chose a dearer way than the cheapest one.")
        return text % {"amount": _display(order, due.shipping_left_minor)}
    is_part = not due.shipping_minor and order.shipping_minor > order.shipping_discount_minor
    return _("Shipping goes back only when everything does.") if is_part else ""


def _statement(order: Order, row: Withdrawal, refunded: Mapping[int, int]) -> StatementCard:
    lines = list(row.lines.all())
    units = {line.order_line_id: line.quantity for line in lines}
    is_open = row.refused_at is None and order.status == Order.Status.PAID
    return StatementCard(
        pk=row.pk,
        received=moment(row.received_at),
        sender=f"{row.name}, {row.email}",
        what=", ".join(parcels.in_words(order, units)),
        state=" · ".join(_states(row, lines, refunded)),
        can_note_goods=is_open and row.goods_back_at is None and _has_goods(lines),
        can_refuse=is_open and not any(_is_begun(line, refunded) for line in lines),
    )


def _states(row: Withdrawal, lines: list[WithdrawalLine], refunded: Mapping[int, int]) -> Iterable[str]:
    if row.refused_at:
        yield _("Refused: %(reason)s") % {"reason": row.refusal_reason}
        return
    yield _("Refunded") if _is_paid_back(lines, refunded) else _("To refund")
    if row.goods_back_at:
        yield _("Goods back %(day)s") % {"day": moment(row.goods_back_at)}


def _has_goods(lines: Iterable[WithdrawalLine]) -> bool:
    return any(not line.order_line.is_gift_card for line in lines)


def _is_paid_back(lines: Iterable[WithdrawalLine], refunded: Mapping[int, int]) -> bool:
    return all(refunded.get(line.order_line_id, 0) >= line.until for line in lines)


def _is_begun(line: WithdrawalLine, refunded: Mapping[int, int]) -> bool:
    return refunded.get(line.order_line_id, 0) > line.until - line.quantity


def _coming_back(account: Account, rows: Iterable[Withdrawal]) -> dict[int, int]:
    """Return line id -> units that left, were withdrawn from, and are not noted as being back."""
    awaited: dict[int, int] = {}
    for row in rows:
        for line in row.lines.all() if row.refused_at is None and row.goods_back_at is None else []:
            awaited[line.order_line_id] = awaited.get(line.order_line_id, 0) + line.quantity
    kept = {line.pk: line.quantity - line.withdrawn_until for line in account.order.lines.all()}
    return {
        pk: count
        for pk, most in awaited.items()
        if (count := min(most, account.shipped.get(pk, 0) - kept[pk])) > 0
    }


def proposed_refund(order: Order) -> dict[str, Any]:
    """Return what the refund form should hold, by the name of its field; empty when nothing is due."""
    due = amounts.due(order)
    if not due.units:
        return {}
    rows = Withdrawal.objects.filter(order=order).to_refund()
    is_here = order.fulfilment == Order.Fulfilment.UNFULFILLED or not rows.filter(goods_back_at=None).exists()
    fields: dict[str, Any] = {f"units_{pk}": count for pk, count in due.units.items()}
    fields |= {"what": "part", "shipping": due.includes_shipping, "reason": _("Withdrawal")}
    if due.includes_shipping and due.shipping_left_minor:
        fields["amount"] = Money(due.total_minor, order.currency).decimal
    return fields | {"restock": "yes" if is_here else "no"}

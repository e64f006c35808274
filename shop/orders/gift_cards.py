"""The gift cards that an order buys: issued when it is paid, taken out of use when their purchase goes back.

Every function needs the order locked in the caller's transaction. Error: CardRefused.
Source: docs/pricing.md, "Gift cards".
"""

from collections.abc import Mapping
from typing import Any

from shop.giftcards import cards, issuing
from shop.orders.models import Order, OrderLine


def issue(order: Order) -> None:
    """Issue the cards of a paid order and mail their codes to the buyer, once. One query without any."""
    for line in order.lines.filter(gift_value_minor__gt=0):
        issuing.issue_bought(
            source=order.reference, sku=line.sku, title=line.title, amount_minor=line.gift_value_minor,
            count=line.quantity, currency=order.currency, recipient=order.email, is_demo=order.is_demo,
            withdrawal_url=order.withdrawal_url,
        )  # fmt: skip


def lock(order: Order) -> None:
    """Lock all cards that an order paid with or bought, before any of them or any stock. Two queries."""
    cards.lock_all(order.reference)


def take_back(order: Order, units: Mapping[int, int], *, cause: str, staff: Any = None) -> None:
    """Take cards out of use whose purchase goes back: units of lines (line id -> units), once for each cause.

    Lines of other goods are passed over. Raises CardRefused when fewer of them are unused.
    """
    chosen = [pk for pk, count in units.items() if count]
    for line in order.lines.filter(pk__in=chosen, gift_value_minor__gt=0):
        _withdraw(order, line, units[line.pk], cause=cause, staff=staff)


def take_back_refunded(
    order: Order, units: Mapping[int, int], *, open_units: Mapping[int, int], cause: str, staff: Any = None
) -> None:
    """Take cards out of use as take_back() does, but for those that their buyer's withdrawal took already.

    `open_units` (line id -> units) are those that no refund pays back, this one included.
    """
    chosen, to_take = [pk for pk, count in units.items() if count], {}
    for line in order.lines.filter(pk__in=chosen, gift_value_minor__gt=0):
        taken = line.quantity - issuing.standing_count(order.reference, line.sku)
        to_take[line.pk] = min(units[line.pk], max(line.quantity - open_units[line.pk] - taken, 0))
    take_back(order, to_take, cause=cause, staff=staff)


def whole_units(order: Order) -> dict[int, int]:
    """Return line id -> its gift cards that are unused and not taken back. One query a line of these."""
    lines = [line for line in order.lines.all() if line.is_gift_card]
    return {line.pk: issuing.whole_count(order.reference, line.sku) for line in lines}


def take_back_all(order: Order, *, cause: str, staff: Any = None) -> None:
    """Take all cards out of use that were not before: the order is called off. Raises CardRefused."""
    for line in order.lines.filter(gift_value_minor__gt=0):
        _withdraw(order, line, issuing.standing_count(order.reference, line.sku), cause=cause, staff=staff)


def _withdraw(order: Order, line: OrderLine, count: int, *, cause: str, staff: Any) -> None:
    issuing.withdraw(source=order.reference, sku=line.sku, count=count, cause=cause, staff=staff)


def reinstate(order: Order, *, cause: str) -> None:
    """Make cards usable again that take_back() took for a cause: that refund failed."""
    issuing.reinstate(source=order.reference, cause=cause)

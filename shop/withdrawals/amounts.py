"""What goes back for what was withdrawn from and not refunded yet: arithmetic from rows, changes nothing.

All amounts are minor units. Source: Directive 2011/83/EU, article 13; docs/returns.md, "What goes back".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from shop.money import charge_step
from shop.orders.models import Order
from shop.payments import refunds
from shop.sharing import divide_half_up


@dataclass(frozen=True, slots=True)
class Due:
    """Units (line id -> units) that a refund should pay back, and what they and the shipping come to.

    `shipping_left_minor` is the part of the shipping that stays with the shop: what a dearer way cost more.
    """

    units: Mapping[int, int]
    goods_minor: int
    shipping_minor: int
    shipping_left_minor: int

    @property
    def total_minor(self) -> int:
        """All that goes back."""
        return self.goods_minor + self.shipping_minor

    @property
    def includes_shipping(self) -> bool:
        """Whether shipping goes back, or a part of it."""
        return self.shipping_minor > 0


def due(order: Order) -> Due:
    """Return what is due for all statements of an order together. Up to 21 queries, two when there is none.

    Shipping goes back once everything that was shipped, or would have been, is withdrawn from or refunded.
    """
    prefetch_related_objects([order], "lines")
    open_units = refunds.open_units(order)
    outstanding = {
        line.pk: line.withdrawn_until - (line.quantity - open_units[line.pk]) for line in order.lines.all()
    }
    units = {pk: count for pk, count in outstanding.items() if count > 0}
    if not units:
        return Due({}, 0, 0, 0)
    goods_minor = refunds.proposal(order, units=units, includes_shipping=False).total_minor
    if not _is_all_gone(order, units, open_units):
        return Due(units, goods_minor, 0, 0)
    with_shipping = refunds.proposal(order, units=units, includes_shipping=True).total_minor
    paid_minor = with_shipping - goods_minor
    shipping_minor = _standard_part(order, paid_minor)
    return Due(units, goods_minor, shipping_minor, paid_minor - shipping_minor)


def _is_all_gone(order: Order, units: Mapping[int, int], open_units: Mapping[int, int]) -> bool:
    goods = [line for line in order.lines.all() if not line.is_gift_card]
    is_gone = all(line.withdrawn_until >= line.quantity or not open_units[line.pk] for line in goods)
    return is_gone and any(line.pk in units for line in goods)


def _standard_part(order: Order, paid_minor: int) -> int:
    """Return how much of what was paid for shipping the cheapest delivery on offer would have cost."""
    standard_minor, full_minor = order.standard_shipping_minor, order.shipping_minor
    if standard_minor is None or standard_minor >= full_minor:
        return paid_minor
    step = charge_step(order.currency)
    return divide_half_up(paid_minor * standard_minor, full_minor * step) * step

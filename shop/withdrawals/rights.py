"""What a buyer may withdraw from now, and until when. Changes nothing.

Source: Directive 2011/83/EU, articles 9 and 16; docs/returns.md, whose tables the tests read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone

from shop.orders import gift_cards, parcels
from shop.orders.models import Order, OrderLine
from shop.payments import refunds
from shop.withdrawals import period


class Standing(StrEnum):
    """Why somebody may withdraw, or why not; the words are in wording.py."""

    OPEN = auto()
    COMPANY = auto()
    UNPAID = auto()
    CANCELLED = auto()
    NOTHING_LEFT = auto()
    EXCLUDED = auto()
    ENDED = auto()


@dataclass(frozen=True, slots=True)
class Right:
    """The right of withdrawal of an order as it is today.

    `units` are those that can be withdrawn from (line id -> units). The last days are None while they are not
    known: then the period is open. Which of the two counts depends on what was bought.
    """

    order: Order
    standing: Standing
    units: Mapping[int, int]
    has_goods: bool
    has_cards: bool
    goods_last_day: date | None
    cards_last_day: date | None

    @property
    def is_open(self) -> bool:
        """Whether the buyer can withdraw now."""
        return self.standing == Standing.OPEN

    @property
    def ended_on(self) -> date | None:
        """The last day of a period that is over."""
        days = [day for day in (self.goods_last_day, self.cards_last_day) if day]
        return max(days) if days and self.standing == Standing.ENDED else None


def of(order: Order) -> Right:
    """Return what the buyer of an order may withdraw from.

    Six queries for one that is paid, less what was fetched along, and one a line of gift cards.
    """
    prefetch_related_objects([order], "lines")
    if why_not := _no_right(order):
        return _right(order, why_not)
    prefetch_related_objects([order], "shipments__lines__order_line")
    open_units, lines = refunds.open_units(order), list(order.lines.all())
    last_days = {True: _after(order, _paid_on(order)), False: _after(order, _delivered_on(order, open_units))}
    left = _units_left(order, [line for line in lines if not line.is_excluded_from_withdrawal], open_units)
    still = {line.pk for line in lines if _is_still_open(last_days[line.is_gift_card])}
    units = {pk: count for pk, count in left.items() if pk in still}
    standing = Standing.OPEN if units else _why_none(lines, left)
    return _right(order, standing, units, goods_last_day=last_days[False], cards_last_day=last_days[True])


def _right(
    order: Order, standing: Standing, units: Mapping[int, int] | None = None, *,
    goods_last_day: date | None = None, cards_last_day: date | None = None,
) -> Right:  # fmt: skip
    lines = [line for line in order.lines.all() if not line.is_excluded_from_withdrawal]
    has_goods, has_cards = (any(line.is_gift_card == kind for line in lines) for kind in (False, True))
    return Right(
        order, standing, units or {}, has_goods, has_cards,
        goods_last_day if has_goods else None, cards_last_day if has_cards else None,
    )  # fmt: skip


def _no_right(order: Order) -> Standing | None:
    """Return why nobody can withdraw from an order whatever was bought and when."""
    if not order.is_for_consumer:
        return Standing.COMPANY
    if order.status != Order.Status.PAID:
        return Standing.UNPAID if order.status == Order.Status.PENDING else Standing.CANCELLED
    return Standing.NOTHING_LEFT if order.is_refunded else None


def _why_none(lines: Iterable[OrderLine], left: Mapping[int, int]) -> Standing:
    if all(line.is_excluded_from_withdrawal for line in lines):
        return Standing.EXCLUDED
    return Standing.ENDED if left else Standing.NOTHING_LEFT


def _units_left(order: Order, lines: Iterable[OrderLine], open_units: Mapping[int, int]) -> dict[int, int]:
    """Return line id -> units neither refunded nor withdrawn from; of gift cards, those that are unused."""
    whole = gift_cards.whole_units(order)
    left = {}
    for line in lines:
        kept = min(open_units[line.pk], line.quantity - line.withdrawn_until)
        left[line.pk] = min(kept, whole.get(line.pk, kept))
    return {pk: count for pk, count in left.items() if count > 0}


def _is_still_open(last_day: date | None) -> bool:
    return last_day is None or timezone.localdate() <= last_day


def _after(order: Order, event: date | None) -> date | None:
    """Return the last day after an event: the days promised when it was ordered, or more by now."""
    days = max(order.withdrawal_days, settings.WITHDRAWAL_DAYS)
    return period.last_day(event, days) if event else None


def _paid_on(order: Order) -> date:
    return timezone.localdate(order.paid_at or order.created_at)


def _delivered_on(order: Order, open_units: Mapping[int, int]) -> date | None:
    """Return the day on which the last parcel came; None while one is to leave or its day not known."""
    shipments = list(order.shipments.all())
    days = [shipment.delivered_on for shipment in shipments if shipment.delivered_on]
    shipped: dict[int, int] = {}
    for line in (line for shipment in shipments for line in shipment.lines.all()):
        shipped[line.order_line_id] = shipped.get(line.order_line_id, 0) + line.quantity
    is_more_to_come = parcels.rest_of(order.lines.all(), shipped, open_units)
    return None if is_more_to_come or not days or len(days) < len(shipments) else max(days)

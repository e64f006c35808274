"""Parcels of an order: what is in them, what has left and what is still to leave.

lifecycle.ship() is who lets one leave.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum, prefetch_related_objects
from django.utils.translation import gettext as _

from shop.orders.models import Order, OrderLine, Shipment, ShipmentLine
from shop.shipping.models import Carrier


def units_shipped(order: Order) -> dict[int, int]:
    """Return line id -> units that have left. One query."""
    rows = ShipmentLine.objects.filter(shipment__order=order).order_by()
    return dict(rows.values_list("order_line").annotate(Sum("quantity")))


def units_left(order: Order, open_units: Mapping[int, int] | None = None) -> dict[int, int]:
    """Return line id -> units that are still to leave; lines without any are left out. Two queries.

    `open_units` (line id -> units that no refund pays back) is what payments know.
    """
    return rest_of(order.lines.all(), units_shipped(order), open_units)


def rest_of(
    lines: Iterable[OrderLine], shipped: Mapping[int, int], open_units: Mapping[int, int] | None
) -> dict[int, int]:
    """Return units_left() of what was read already.

    A unit that was paid back, or withdrawn from, counts as one that has not left, as long as there is such a
    one. Gift cards leave by e-mail.
    """
    left = {}
    for line in lines:
        if line.is_gift_card:
            continue
        kept = line.quantity - max(line.returned_quantity, line.withdrawn_until)
        if open_units is not None:
            kept = min(kept, open_units.get(line.pk, 0))
        left[line.pk] = kept - shipped.get(line.pk, 0)
    return {pk: count for pk, count in left.items() if count > 0}


def pack(
    order: Order, units: Mapping[int, int], *, carrier: str, tracking_number: str, staff: Any
) -> Shipment:
    """Write a parcel with these units of lines (line id -> units), its tracking address as of today."""
    known = Carrier.objects.filter(name__iexact=carrier).first()
    shipment = Shipment.objects.create(
        order=order,
        carrier=carrier,
        tracking_number=tracking_number,
        tracking_url=known.tracking_address(tracking_number) if known else "",
        staff=staff,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=pk, quantity=count) for pk, count in units.items()
    )
    return shipment


def are_delivered(order: Order) -> bool:
    """Whether the day of delivery is known of every parcel that left. One query."""
    return not order.shipments.filter(delivered_on=None).exists()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as people read it: who carries it, where it can be followed, what is in it."""

    carrier: str
    tracking_number: str
    tracking_url: str
    shipped_at: datetime
    delivered_on: date | None
    lines: list[str]

    @property
    def title(self) -> str:
        """Carrier and tracking number."""
        return f"{self.carrier} {self.tracking_number}".strip()


def of_order(order: Order) -> list[Parcel]:
    """Return the parcels that left, oldest first. Three queries, one when none has."""
    prefetch_related_objects([order], "shipments__lines__order_line")
    return [of_shipment(shipment) for shipment in order.shipments.all()]


def of_shipment(shipment: Shipment) -> Parcel:
    """Return one parcel. A query, and one a line, unless they were fetched along."""
    return Parcel(
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.tracking_url,
        shipped_at=shipment.shipped_at,
        delivered_on=shipment.delivered_on,
        lines=[_line(line.order_line.title, line.quantity) for line in shipment.lines.all()],
    )


def in_words(order: Order, units: Mapping[int, int]) -> list[str]:
    """Return units of lines (line id -> units) as people read them. One query unless the lines are there."""
    return [_line(line.title, units[line.pk]) for line in order.lines.all() if units.get(line.pk)]


def _line(title: str, count: int) -> str:
    return _("%(count)d × %(title)s") % {"count": count, "title": title}

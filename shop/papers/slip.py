"""The packing slip: what lies in the parcel, without prices, the address large where windows are."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.orders.models import Order, Shipment
from shop.papers import facts, letterhead, papertable
from shop.papers.papertable import Column
from shop.papers.sheet import LEFT, RIGHT, SOFT, Sheet


@dataclass(frozen=True, slots=True)
class Packed:
    """Units of one line in a parcel."""

    sku: str
    title: str
    quantity: int


def packed(order: Order, shipment: Shipment | None = None) -> list[Packed]:
    """Return what a parcel holds, or, without one, everything that was ordered. One query."""
    if shipment is not None:
        rows = shipment.lines.select_related("order_line")
        return [Packed(row.order_line.sku, row.order_line.title, row.quantity) for row in rows]
    return [Packed(line.sku, line.title, line.quantity) for line in order.lines.all()]


def render(order: Order, shipment: Shipment | None = None) -> bytes:
    """Return the packing slip of a parcel, or of the whole order, as PDF. Two queries."""
    says = facts.frame(order)
    title = _("Packing slip, order %(number)s") % {"number": order.number}
    moment = shipment.shipped_at if shipment else order.created_at
    language = get_language() or says["language"]
    sheet = Sheet(title=title, author=says["seller"]["name"], language=language, made_at=moment)
    letterhead.head(sheet, says["seller"], says["delivery"]["lines"], size=14.0)
    letterhead.references(sheet, _references(order, shipment))
    sheet.line_at(LEFT, 104.0, _("Packing slip"), size=17, face="heading")
    columns = [Column(_("Item")), Column(_("SKU"), width=45), Column(_("Quantity"), width=24, align="R")]
    rows = [[[line.title], [line.sku], [str(line.quantity)]] for line in packed(order, shipment)]
    y = papertable.draw(sheet, 118.0, columns, rows)
    sheet.lines_at(LEFT, y + 6, [_("Thank you for your order.")], width=RIGHT - LEFT, colour=SOFT)
    letterhead.feet(sheet, says["seller"])
    return sheet.bytes()


def _references(order: Order, shipment: Shipment | None) -> list[tuple[str, str]]:
    ordered = date_format(timezone.localtime(order.created_at), "j F Y")
    rows = [(_("Order"), str(order.number)), (_("Ordered"), ordered), (_("Shipping"), order.shipping_name)]
    if shipment is None:
        return rows
    shipped = date_format(timezone.localtime(shipment.shipped_at), "j F Y")
    return [*rows, (_("Shipped"), shipped), (_("Parcel"), str(shipment))]

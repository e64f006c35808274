"""The packing slip: what lies in the parcel, without prices, the address large where windows are."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shop.orders.models import Order, Shipment
from shop.papers import facts, letterhead, papertable
from shop.papers.facts import Facts
from shop.papers.papertable import Column
from shop.papers.sheet import LEFT, RIGHT, SOFT, Sheet

KEPT_SECONDS = 3600


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
    """Return the packing slip of a parcel, or of the whole order, as PDF. Two queries.

    What says the same is drawn once an hour at most: a name of many scripts makes drawing dear.
    """
    says, goods, rows = facts.frame(order), packed(order, shipment), _references(order, shipment)
    moment = shipment.shipped_at if shipment else order.created_at
    language = get_language() or says["language"]
    title = _("Packing slip, order %(number)s") % {"number": order.number}
    sheet_of = [title, says, [asdict(line) for line in goods], rows, moment.isoformat(), language]
    key = sha256(json.dumps(sheet_of, default=str).encode()).hexdigest()

    def draw() -> bytes:
        sheet = Sheet(title=title, author=says["seller"]["name"], language=language, made_at=moment)
        return _drawn(sheet, says, goods, rows)

    return bytes(cache.get_or_set(f"packing-slip-{key}", draw, KEPT_SECONDS) or b"")


def _drawn(sheet: Sheet, says: Facts, goods: list[Packed], rows: list[tuple[str, str]]) -> bytes:
    letterhead.head(sheet, says["seller"], says["delivery"]["lines"], size=14.0)
    letterhead.references(sheet, rows)
    sheet.line_at(LEFT, 104.0, _("Packing slip"), size=17, face="heading")
    columns = [Column(_("Item")), Column(_("SKU"), width=45), Column(_("Quantity"), width=24, align="R")]
    cells = [[[line.title], [line.sku], [str(line.quantity)]] for line in goods]
    y = papertable.draw(sheet, 118.0, columns, cells)
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

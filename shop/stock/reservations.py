"""Reserve, release, consume: the only code that changes a variant's quantities.

Error: NotEnoughStock. Every function needs an open transaction, which the caller rolls back by
letting the error pass; rows are touched in order of their id, so two orders never deadlock.
Source: docs/stock.md.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import freshness, transactions
from shop.catalogue.models import Variant
from shop.stock.models import StockMovement

Quantities = Mapping[int, int]  # variant id -> units, at least 1


class NotEnoughStock(Exception):
    """Fewer units are available than asked for; `available` maps variant id to what is left."""

    def __init__(self, available: dict[int, int]) -> None:
        """Keep what is left of each short variant."""
        super().__init__(f"Not enough stock: {available}")
        self.available = available

    def messages(self) -> dict[int, str]:
        """Return a sentence for each short variant."""
        return {variant_id: shortage_text(left) for variant_id, left in self.available.items()}


def shortage_text(left: int) -> str:
    """Return what a buyer reads who asked for more than `left` units."""
    if left <= 0:
        return _("Sold out. Please remove this line.")
    return ngettext("Only %(left)d unit left.", "Only %(left)d units left.", left) % {"left": left}


def reserve(quantities: Quantities) -> None:
    """Hold units for an order. Raises NotEnoughStock naming every short variant.

    One guarded UPDATE a variant: of several buyers for the last unit exactly one changes a row.
    """
    _require_transaction()
    short = [pk for pk in sorted(quantities) if not _reserve_one(pk, quantities[pk])]
    if short:
        left = {v.pk: v.available for v in Variant.objects.filter(pk__in=short)}
        raise NotEnoughStock({pk: max(left.get(pk, 0), 0) for pk in short})
    freshness.bump()


def _reserve_one(variant_id: int, quantity: int) -> bool:
    enough = Variant.objects.filter(pk=variant_id, on_hand__gte=F("reserved") + quantity)
    return enough.update(reserved=F("reserved") + quantity) == 1


def release(quantities: Quantities) -> None:
    """Give held units back. The caller has made sure, under lock, that they are held."""
    _require_transaction()
    for pk in sorted(quantities):
        Variant.objects.filter(pk=pk).update(reserved=F("reserved") - quantities[pk])
    freshness.bump()


def consume(quantities: Quantities, *, reference: str, attempt: int = 1) -> None:
    """Turn held units into sold ones, with a movement each."""
    _require_transaction()
    for pk in sorted(quantities):
        quantity = quantities[pk]
        _write_movement(pk, -quantity, StockMovement.Kind.SOLD, reference, attempt=attempt)
        Variant.objects.filter(pk=pk).update(
            on_hand=F("on_hand") - quantity, reserved=F("reserved") - quantity
        )
    freshness.bump()


def restock(quantities: Quantities, *, reference: str, staff: Any = None, note: str = "") -> None:
    """Put sold units back on the shelf, once for each reference."""
    _require_transaction()
    for pk in sorted(quantities):
        kind = StockMovement.Kind.RETURNED
        _write_movement(pk, quantities[pk], kind, reference, staff=staff, note=note)
        Variant.objects.filter(pk=pk).update(on_hand=F("on_hand") + quantities[pk])
    freshness.bump()


def adjust(
    *, variant_id: int, delta: int, kind: str, reference: str, note: str = "", staff: Any = None
) -> StockMovement:
    """Change what is on hand by `delta` units, for a reason. Raises NotEnoughStock.

    Units that are held for orders cannot be taken away.
    """
    _require_transaction()
    enough = Variant.objects.filter(pk=variant_id, on_hand__gte=F("reserved") - delta)
    if enough.update(on_hand=F("on_hand") + delta) != 1:
        left = Variant.objects.get(pk=variant_id).available
        raise NotEnoughStock({variant_id: left})
    movement = _write_movement(variant_id, delta, kind, reference, staff=staff, note=note)
    freshness.bump()
    return movement


def explain(variant_id: int, *, reference: str, note: str = "", staff: Any = None) -> None:
    """Book what the movements lack of what is on hand as counted, so that they add up; on hand stays."""
    _require_transaction()
    variant = Variant.objects.select_for_update().get(pk=variant_id)
    lacking = variant.on_hand - (variant.movements.aggregate(sum=Sum("delta"))["sum"] or 0)
    if lacking:
        kind = StockMovement.Kind.COUNTED
        _write_movement(variant_id, lacking, kind, reference, staff=staff, note=note)


def set_reserved(variant_id: int, units: int) -> None:
    """Hold exactly so many units. The caller holds the variant's lock. Raises NotEnoughStock."""
    _require_transaction()
    if not Variant.objects.filter(pk=variant_id, on_hand__gte=units).update(reserved=units):
        raise NotEnoughStock({variant_id: Variant.objects.get(pk=variant_id).on_hand})
    freshness.bump()


def _write_movement(
    variant_id: int, delta: int, kind: str, reference: str,
    *, attempt: int = 1, staff: Any = None, note: str = "",
) -> StockMovement:  # fmt: skip
    return StockMovement.objects.create(
        variant_id=variant_id, delta=delta, kind=kind, reference=reference,
        attempt=attempt, staff=staff, note=note,
    )  # fmt: skip


def _require_transaction() -> None:
    if not transactions.is_open():
        raise RuntimeError("Quantities change only inside a transaction.")

"""Prove that what is reserved is what the orders that hold stock have in their lines, and mend it."""

from django.db import transaction
from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shop.catalogue.models import Variant
from shop.orders.models import Order, OrderLine
from shop.stock import reservations


def differences(*, variant_id: int | None = None) -> dict[int, str]:
    """Return variant id -> sentence where `reserved` is not the sum of held lines.

    One statement, so that it sees one moment even while orders come in. `variant_id` looks at one
    variant alone.
    """
    held_lines = OrderLine.objects.filter(order__hold=Order.Hold.HELD, variant=OuterRef("pk")).order_by()
    per_variant = held_lines.values("variant").annotate(units=Sum("quantity")).values("units")
    held = Coalesce(Subquery(per_variant), 0, output_field=IntegerField())
    variants = Variant.objects.all() if variant_id is None else Variant.objects.filter(pk=variant_id)
    wrong = variants.annotate(held=held).exclude(held=F("reserved")).order_by("sku")
    return {v.pk: _sentence(v.sku, v.reserved, v.held) for v in wrong}


def _sentence(sku: str, reserved: int, held: int) -> str:
    words = {"sku": sku, "reserved": reserved, "held": held}
    return _("%(sku)s: reserved %(reserved)d, orders hold %(held)d") % words


def reserved_differences() -> list[str]:
    """Return a line for each variant whose `reserved` is not the sum of held lines. One query."""
    return list(differences().values())


@transaction.atomic
def mend(variant_id: int) -> None:
    """Set `reserved` to what orders hold. Locks the variant. Raises NotEnoughStock if that is not there.

    Whoever changes an order's hold has changed the variant before, so under its lock the lines stand still.
    """
    Variant.objects.select_for_update().get(pk=variant_id)
    held_lines = OrderLine.objects.filter(order__hold=Order.Hold.HELD, variant=variant_id)
    reservations.set_reserved(variant_id, held_lines.aggregate(units=Sum("quantity"))["units"] or 0)

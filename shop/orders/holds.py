"""Prove that what is reserved is what the orders that hold stock have in their lines."""

from django.db.models import F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from shop.catalogue.models import Variant
from shop.orders.models import Order, OrderLine


def reserved_differences() -> list[str]:
    """Return a line for each variant whose `reserved` is not the sum of held lines.

    One statement, so that it sees one moment even while orders come in.
    """
    held_lines = OrderLine.objects.filter(order__hold=Order.Hold.HELD, variant=OuterRef("pk")).order_by()
    per_variant = held_lines.values("variant").annotate(units=Sum("quantity")).values("units")
    held = Coalesce(Subquery(per_variant), 0, output_field=IntegerField())
    wrong = Variant.objects.annotate(held=held).exclude(held=F("reserved")).order_by("sku")
    return [f"{v.sku}: reserved {v.reserved}, orders hold {v.held}" for v in wrong]

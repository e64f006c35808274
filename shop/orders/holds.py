"""Prove that what is reserved is what the orders that hold stock have in their lines."""

from django.db.models import Sum

from shop.catalogue.models import Variant
from shop.orders.models import Order, OrderLine


def reserved_differences() -> list[str]:
    """Return a line for each variant whose `reserved` is not the sum of held lines. Two queries."""
    held = dict(
        OrderLine.objects.filter(order__hold=Order.Hold.HELD)
        .values_list("variant_id")
        .annotate(Sum("quantity"))
        .order_by()
    )
    rows = Variant.objects.order_by("sku").values_list("pk", "sku", "reserved")
    wrong = [(sku, reserved, held.get(pk, 0)) for pk, sku, reserved in rows]
    return [
        f"{sku}: reserved {reserved}, orders hold {lines}"
        for sku, reserved, lines in wrong
        if reserved != lines
    ]

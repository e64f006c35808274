"""Which goods of an order bear the same taxes, and what each tax comes to on them."""

from django.db import models

from shop.orders.models import OrderTax

__all__ = ["OrderTaxShare"]


class OrderTaxShare(models.Model):
    """What a tax comes to on the goods and shipping of one tax group: those that bear the same taxes.

    The taxes of a group have the same net amount and shipping; groups have no goods in common.
    """

    tax = models.ForeignKey(OrderTax, models.CASCADE, related_name="shares")
    group = models.PositiveSmallIntegerField()
    base_minor = models.PositiveIntegerField()
    tax_minor = models.PositiveIntegerField()
    shipping_minor = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["group"]
        constraints = [models.UniqueConstraint(fields=["tax", "group"], name="order_tax_share_once")]

    def __str__(self) -> str:
        return f"{self.tax_id}: {self.group}"

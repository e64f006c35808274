"""Prices that depend on the quantity. Amounts in basis points of the unit price."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Product

__all__ = ["QuantityBreak"]


class QuantityBreak(models.Model):
    """From so many units of a product in one order, each costs so much less."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="quantity_breaks")
    from_quantity = models.PositiveIntegerField(_("from units"), validators=[MinValueValidator(2)])
    percent_basis_points = models.PositiveIntegerField(
        _("less"), validators=[MinValueValidator(1), MaxValueValidator(9_999)]
    )

    class Meta:
        verbose_name = _("quantity break")
        verbose_name_plural = _("quantity breaks")
        ordering = ["product", "from_quantity"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "from_quantity"], name="quantity_break_once",
                violation_error_message=_("There is a break for this quantity already."),
            ),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=2, percent_basis_points__range=(1, 9_999)),
                name="quantity_break_makes_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.product}: {self.from_quantity}+"

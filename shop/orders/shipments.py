"""Parcels as rows: what left, with whom, and on which day it arrived. parcels.py reads them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.shipping.models import LONGEST_ADDRESS


class Shipment(models.Model):
    """A parcel that left the shop; `delivered_on` is the day on which it arrived, None while unknown."""

    order = models.ForeignKey("shop.Order", models.PROTECT, related_name="shipments")
    carrier = models.CharField(_("carrier"), max_length=60)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    tracking_url = models.URLField(_("tracking address"), max_length=LONGEST_ADDRESS, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), auto_now_add=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()


class ShipmentLine(models.Model):
    """Units of an order's line in a parcel."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey("shop.OrderLine", models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line}"

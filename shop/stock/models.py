"""The book of stock: every change of a variant's on hand, append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.catalogue.models import Variant

__all__ = ["StockMovement"]


class StockMovement(models.Model):
    """One change of `on_hand`; never edited, never deleted.

    `reference` names the cause in words, such as `order 1042`, `refund 7` or `count 2026-11-02`.
    """

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        RECEIVED = "received", _("Received")
        COUNTED = "counted", _("Counted")
        DAMAGED = "damaged", _("Damaged or lost")
        SOLD = "sold", _("Sold")
        RETURNED = "returned", _("Returned")

    variant = models.ForeignKey(Variant, models.PROTECT, related_name="movements", verbose_name=_("variant"))
    delta = models.IntegerField(_("change"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("reference"), max_length=80)
    attempt = models.PositiveIntegerField(default=1, editable=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("staff")
    )
    note = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(delta=0), name="movement_changes_something"),
            models.UniqueConstraint(fields=["variant", "reference", "kind", "attempt"], name="movement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} {self.get_kind_display()} ({self.reference})"

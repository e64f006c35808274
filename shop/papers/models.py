"""Numbered papers: what they say is frozen when they are issued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order

__all__ = ["Paper"]


class Paper(models.Model):
    """An invoice, or a credit note for money that went back; never edited, never deleted.

    Numbers of each kind have no gaps. `reference` names what it was issued for ("order 1042", "refund 7"),
    once; `facts` holds everything that it says, amounts in minor units.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField(_("number"))
    order = models.ForeignKey(Order, models.PROTECT, related_name="papers", verbose_name=_("order"))
    reference = models.CharField(max_length=40)
    facts = models.JSONField(editable=False)
    issued_at = models.DateTimeField(_("issued at"), db_index=True)

    class Meta:
        verbose_name = _("invoice or credit note")
        verbose_name_plural = _("invoices and credit notes")
        ordering = ["-issued_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="paper_number_once"),
            models.UniqueConstraint(fields=["kind", "reference"], name="paper_issued_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

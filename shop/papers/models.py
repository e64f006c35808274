"""Numbered papers: what they say is frozen when they are issued."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order

__all__ = ["Paper", "PaperPdf"]


class PaperIsFixed(Exception):
    """A paper says what it said when it was issued: it is neither changed nor deleted."""


class PaperQuerySet(models.QuerySet["Paper"]):
    """Named reads of papers."""

    def of_year(self, year: int) -> "PaperQuerySet":
        """Keep what was issued in a year of the shop's own time zone, in the order of issue."""
        return self.filter(issued_at__year=year).in_order_of_issue()

    def in_order_of_issue(self) -> "PaperQuerySet":
        """Sort by series, and by number within it."""
        return self.order_by(F("kind").desc(), "number")

    def for_links(self) -> "PaperQuerySet":
        """Keep all, oldest first, without what they say."""
        return self.defer("facts").order_by("issued_at", "pk")

    def update(self, **changes: Any) -> NoReturn:
        """Refuse. Raises PaperIsFixed."""
        raise PaperIsFixed("What papers say is never changed.")

    def delete(self) -> NoReturn:
        """Refuse. Raises PaperIsFixed."""
        raise PaperIsFixed("Papers are never deleted.")

    def restated(self, order: Order) -> "PaperQuerySet":
        """Keep an order's invoice and those that repeat it with another address, oldest first."""
        own = Q(reference=order.reference) | Q(reference__startswith=f"{order.reference} corrected ")
        return self.filter(own, kind="invoice").order_by("pk")

    def of_refund(self, reference: str) -> "PaperQuerySet":
        """Keep the credit notes of a refund ("refund 7") and the invoices that cancelled them."""
        return self.filter(Q(reference=reference) | Q(reference__startswith=f"{reference} "))


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

    objects = PaperQuerySet.as_manager()

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the paper. Raises PaperIsFixed when it was issued before."""
        if not self._state.adding:
            raise PaperIsFixed(f"{self} was issued already.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises PaperIsFixed."""
        raise PaperIsFixed(f"{self} was issued already.")

    @property
    def slug(self) -> str:
        """How addresses and files name it, such as credit-note-1001."""
        return f"{self.kind.replace('_', '-')}-{self.number}"

    def get_absolute_url(self) -> str:
        """Return the PDF's address for whoever holds the order's token; needs the order."""
        return reverse("shop:paper-pdf", args=[self.order.token, self.slug])

    @property
    def total_minor(self) -> int:
        """What it adds to the books in minor units: an invoice more, a credit note less."""
        if "corrects" in self.facts:
            return 0  # the invoice that it repeats counts
        total: int = self.facts["total_minor"]
        return -total if self.kind == self.Kind.CREDIT_NOTE else total


class PaperPdfQuerySet(models.QuerySet["PaperPdf"]):
    """PDFs, which are inserted and read."""

    def update(self, **changes: Any) -> NoReturn:
        """Refuse. Raises PaperIsFixed."""
        raise PaperIsFixed("A paper that was drawn stays as it is.")

    def delete(self) -> NoReturn:
        """Refuse. Raises PaperIsFixed."""
        raise PaperIsFixed("A paper that was drawn stays as it is.")


class PaperPdf(models.Model):
    """The bytes of a paper's PDF, drawn once: whoever asks for the paper gets these, for ever."""

    paper = models.OneToOneField(Paper, models.PROTECT, primary_key=True, related_name="pdf")
    content = models.BinaryField()
    drawn_at = models.DateTimeField()

    objects = PaperPdfQuerySet.as_manager()

    def __str__(self) -> str:
        return f"PDF of {self.paper}"

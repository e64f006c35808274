"""What comparing the shop with Stripe found; the package reconciling writes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

__all__ = ["Comparison", "Difference"]

NOTE_BEGINS = "\n"


class Comparison(models.Model):
    """One look at Stripe and at the shop's own books; `error` says why it could not be finished."""

    since = models.DateTimeField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    sessions = models.PositiveIntegerField(default=0)
    refunds = models.PositiveIntegerField(default=0)
    disputes = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("comparison with Stripe")
        verbose_name_plural = _("Stripe and the shop")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"comparison {self.pk}"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Named reads of differences."""

    def still_open(self) -> "DifferenceQuerySet":
        """Keep those that are not gone."""
        return self.filter(gone_at=None)

    def settled(self) -> "DifferenceQuerySet":
        """Keep those that a person called settled, with a note."""
        return self.exclude(gone_at=None).filter(text__contains=NOTE_BEGINS)


class Difference(models.Model):
    """Something that Stripe and the shop, or two books of the shop, see differently.

    `kind` names what is compared (reconciling.findings.Kind), `key` which row, so that one difference
    that is seen again stays one row. Gone when it is not seen any more, be it mended or not. `text` is
    the sentence for the staff; who called it settled left a note on its second line.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=320)  # an id of Stripe, and what it is of
    text = models.CharField(max_length=400)
    found_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, db_index=True)
    mended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    mending_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(gone_at=None), name="difference_open_once"
            )
        ]

    objects = DifferenceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text

    @property
    def sentence(self) -> str:
        """What differs."""
        return self.text.partition(NOTE_BEGINS)[0]

    @property
    def note(self) -> str:
        """Why somebody called it settled; empty when nobody did."""
        return self.text.partition(NOTE_BEGINS)[2]

    @property
    def is_being_mended(self) -> bool:
        """Whether somebody pressed a button whose work is not done yet."""
        return self.gone_at is None and self.mended_by_id is not None and not self.mending_error

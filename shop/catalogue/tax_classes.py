"""Which goods bear another tax than the rest, such as books: the rates themselves are shop.tax's."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["TaxClass"]


class TaxClass(models.Model):
    """A name for goods that some countries tax in another way."""

    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("Such as Books."))

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""Where an instrument comes from: the region it is at home in, and who built it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Maker", "Region"]


class Region(models.Model):
    """Where an instrument is at home, such as West Africa."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Maker(models.Model):
    """The person or workshop who builds an instrument."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    story = models.TextField(_("story"), blank=True)

    class Meta:
        verbose_name = _("maker")
        verbose_name_plural = _("makers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""Collections: named groups of products."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.addressed import AddressedModel, AddressedQuerySet

__all__ = ["Collection"]


class Collection(AddressedModel):
    """A named group of products, with a page of its own."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = AddressedQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its public page."""
        return reverse("shop:collection-detail", args=[self.slug])

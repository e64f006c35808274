"""The owner's own pages: about, contact, shipping and returns, terms, legal notice, privacy."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog import rendering
from foundation.addressed import AddressedModel, KeepsAddresses
from foundation.prose import ProseField


class PageQuerySet(KeepsAddresses, models.QuerySet["Page"]):
    """Named reads of pages."""

    def published(self) -> "PageQuerySet":
        """Pages that visitors may see."""
        return self.filter(is_published=True)


class Page(AddressedModel):
    """A page under /pages/. `body` is HTML, made safe on every save."""

    decides_address = ("slug", "is_published")

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(
        _("slug"), max_length=120, unique=True,
        help_text=_("The last part of the address. After a change the old address leads to the new one."),
    )  # fmt: skip
    summary = models.CharField(
        _("summary"), max_length=240, blank=True, help_text=_("One sentence, also shown to search engines.")
    )
    body = ProseField(_("text"), extensions=rendering.EXTENSIONS, sanitize=rendering.safe_html, blank=True)
    shows_shop_details = models.BooleanField(
        _("show the shop's details"), default=False,
        help_text=_("Adds name, address, contact and tax number, as a legal notice needs them."),
    )  # fmt: skip
    position = models.PositiveIntegerField(_("position"), default=0)
    is_published = models.BooleanField(_("published"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the page with a safe body."""
        self.body = rendering.safe_html(self.body)
        super().save(*args, **kwargs)

    @classmethod
    def public_rows(cls) -> PageQuerySet:
        """Return the pages visitors may see."""
        return cls.objects.published()

    def get_absolute_url(self) -> str:
        """Return the public address."""
        return reverse("blog:page", args=[self.slug])

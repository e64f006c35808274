"""What orders the articles: categories, tags and authors."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation import freshness
from foundation.addressed import AddressedModel, AddressedQuerySet, KeepsAddresses
from foundation.models import Picture


class Category(AddressedModel):
    """The one section of the blog an article stands in, with a page of its own."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    description = models.TextField(
        _("description"), blank=True, help_text=_("One or two sentences on top of the category's page.")
    )

    objects = AddressedQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the public page."""
        return reverse("blog:category", args=[self.slug])


class InUseQuerySet(KeepsAddresses, models.QuerySet[Any]):
    """Named reads of what articles point at."""

    def in_use(self) -> "InUseQuerySet":
        """Keep what at least one public article has."""
        public = Q(articles__status="published", articles__published_at__lte=timezone.now())
        return self.filter(public).distinct()


class Tag(AddressedModel):
    """A word an article can be found by."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)

    objects = InUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def public_rows(cls) -> InUseQuerySet:
        """Return those that a public article has: the others have no page."""
        return cls.objects.in_use()

    def get_absolute_url(self) -> str:
        """Return the address of the public page."""
        return reverse("blog:tag", args=[self.slug])


class Author(AddressedModel):
    """Who signs an article; not a login."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    bio = models.TextField(
        _("about the author"), blank=True, help_text=_("Two or three sentences, without HTML.")
    )
    picture = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )

    objects = InUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def public_rows(cls) -> InUseQuerySet:
        """Return those that a public article has: the others have no page."""
        return cls.objects.in_use()

    def get_absolute_url(self) -> str:
        """Return the address of the public page."""
        return reverse("blog:author", args=[self.slug])


def tags_of(article_id: int) -> list[Tag]:
    """Return an article's tags by name; shared, read-only. No query when warm: pages are many, tags few."""
    return freshness.remember("blog.tags", _tags_by_article).get(article_id, [])


def _tags_by_article() -> dict[int, list[Tag]]:
    found: dict[int, list[Tag]] = {}
    for tag in Tag.objects.filter(articles__isnull=False).annotate(article_id=F("articles__pk")):
        found.setdefault(tag.article_id, []).append(tag)
    return found

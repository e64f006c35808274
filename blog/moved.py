"""Old addresses: where an article or a page used to be, so that links from elsewhere still arrive."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from blog.articles import Article
    from blog.pages import Page


class OldSlug(models.Model):
    """A slug that an article or a page once had; exactly one of the two is set."""

    slug = models.SlugField(_("slug"), max_length=160)
    article = models.ForeignKey("blog.Article", models.CASCADE, null=True, related_name="old_slugs")
    page = models.ForeignKey("blog.Page", models.CASCADE, null=True, related_name="old_slugs")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=True) ^ Q(page__isnull=True), name="old_slug_has_one_owner"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(article__isnull=False), name="old_article_slug_once"
            ),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(page__isnull=False), name="old_page_slug_once"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def note_move(cls, moving: "Article | Page") -> None:
        """Keep the stored slug when the one about to be saved differs.

        Call before saving, in the same transaction. A slug that is in use again stops being an old
        one. One query when nothing moved.
        """
        stored = type(moving)._default_manager.filter(pk=moving.pk).values_list("slug", flat=True).first()
        if stored == moving.slug:
            return
        owner = str(moving._meta.model_name)
        cls.objects.filter(slug__in=[moving.slug, stored or ""], **{f"{owner}__isnull": False}).delete()
        if stored:
            cls.objects.create(slug=stored, **{owner: moving})

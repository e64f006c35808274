"""Articles, and the products an article shows."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from blog import rendering
from blog.figures import ArticleFigure
from blog.taxonomy import Author, Category, Tag
from foundation.addressed import AddressedModel, KeepsAddresses
from foundation.models import Picture
from foundation.prose import ProseField
from shop.catalogue.models import Product


class VersionSurroundings(models.Model):
    """What a version knows beside the article's own row; see blog.versions."""

    surroundings = models.JSONField(null=True, default=None, editable=False)  # NULL: not known

    class Meta:
        abstract = True


class ArticleQuerySet(KeepsAddresses, models.QuerySet["Article"]):
    """Named reads of articles."""

    def published(self, at: datetime | None = None) -> "ArticleQuerySet":
        """Articles readers may see now (or at a given time)."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=at or timezone.now())

    def newest_first(self) -> "ArticleQuerySet":
        """Latest publication on top, in a fixed order."""
        return self.order_by("-published_at", "-pk")

    def with_cards(self) -> "ArticleQuerySet":
        """Everything a card shows, in one query and without the bodies."""
        return self.select_related("category", "author", "cover").defer(
            "body", "author__bio", "category__description"
        )

    def with_page(self) -> "ArticleQuerySet":
        """Everything the article's own page shows of the article, in one query."""
        return self.select_related("category", "author__picture", "cover")

    def with_figures(self) -> "ArticleQuerySet":
        """Figures and their pictures too, in one query more."""
        return self.prefetch_related(
            models.Prefetch("figures", queryset=ArticleFigure.objects.select_related("picture"))
        )

    def mentioning(self, product_id: int) -> "ArticleQuerySet":
        """Articles that feature a product."""
        return self.filter(article_products__product_id=product_id)


class Article(AddressedModel):
    """A blog article. `body` is HTML, made safe on every save."""

    decides_address = ("slug", "status", "published_at")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(
        _("slug"), max_length=160, unique=True,
        help_text=_("The last part of the address. After a change the old address leads to the new one."),
    )  # fmt: skip
    subtitle = models.CharField(
        _("subtitle"), max_length=240, blank=True, help_text=_("One sentence under the title.")
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="articles", verbose_name=_("category")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name=_("tags"))
    author = models.ForeignKey(Author, models.PROTECT, related_name="articles", verbose_name=_("author"))
    cover = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cover")
    )
    cover_alt = models.CharField(
        _("alt text of the cover"), max_length=200, blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )  # fmt: skip
    body = ProseField(
        _("text"), extensions=rendering.EXTENSIONS, sanitize=rendering.safe_html, blank=True,
        help_text=_("Write [figure 1] in a paragraph of its own: the figure of that number stands there."),
    )  # fmt: skip
    excerpt = models.TextField(
        _("excerpt"), max_length=400, blank=True,
        help_text=_("Shown on cards and to search engines. Empty: the beginning of the text."),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(
        _("published at"), null=True, blank=True,
        help_text=_("A time in the future schedules the article. Empty: the moment it is published."),
    )  # fmt: skip
    products = models.ManyToManyField(
        Product, through="ArticleProduct", blank=True, related_name="+", verbose_name=_("featured products")
    )
    comments_open = models.BooleanField(_("comments are open"), default=True)
    reading_minutes = models.PositiveIntegerField(_("reading time (minutes)"), default=1, editable=False)
    teaser = models.CharField(max_length=rendering.EXCERPT_CHARACTERS, blank=True, editable=False)
    is_announced = models.BooleanField(default=False, editable=False)  # stands in the search
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArticleQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["reading_minutes", "teaser", "is_announced"], bases=[VersionSurroundings]
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["status", "-published_at", "-id"], name="article_listing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False), name="article_published_at_known"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the article with a safe body and what follows from it; keep the addresses around it."""
        self.body = rendering.safe_html(self.body)
        self.reading_minutes = rendering.reading_minutes(self.body)
        self.teaser = rendering.excerpt(self.excerpt or rendering.plain_text(self.body))
        self._give_publication_time()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Give a form's article its publication time before the database's rules are checked."""
        super().clean()
        self._give_publication_time()

    def _give_publication_time(self) -> None:
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()

    @classmethod
    def public_rows(cls) -> ArticleQuerySet:
        """Return the articles readers may see now."""
        return cls.objects.published()

    @classmethod
    def keep_addresses(cls, ids: Any) -> None:
        """Reserve the addresses of public articles, and of their authors and tags, which have pages too."""
        super().keep_addresses(ids)
        Author.keep_addresses(Author.objects.filter(articles__pk__in=ids).values("pk"))
        Tag.keep_addresses(Tag.objects.filter(articles__pk__in=ids).values("pk"))

    def get_absolute_url(self) -> str:
        """Return the address of the public page."""
        return reverse("blog:article-detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        """Whether readers may see it now: published, and not scheduled for later."""
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_scheduled(self) -> bool:
        """Whether it is published, but only from a time in the future."""
        return self.status == self.Status.PUBLISHED and not self.is_public


class ArticleProduct(models.Model):
    """A product an article shows, in the article's own order."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="article_products")
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="article_products", verbose_name=_("product")
    )
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("0: at the end."))

    class Meta:
        verbose_name = _("featured product")
        verbose_name_plural = _("featured products")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "product"], name="article_product_once",
                violation_error_message=_("This product is already featured."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.product.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, behind the article's other products unless it has a place."""
        if self.position == 0:
            others = ArticleProduct.objects.filter(article_id=self.article_id).exclude(pk=self.pk)
            self.position = (others.aggregate(last=models.Max("position"))["last"] or 0) + 1
        super().save(*args, **kwargs)

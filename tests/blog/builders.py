"""Deterministic builders of the blog's rows."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from blog import publishing
from blog.models import Article, ArticleFigure, ArticleProduct, Author, Category, Page
from foundation.models import Picture
from shop.catalogue.models import Product

_numbers = count(1)


def make_category(**overrides: Any) -> Category:
    """Make a category."""
    n = next(_numbers)
    return Category.objects.create(**{"name": f"Music {n}", "slug": f"music-{n}"} | overrides)


def make_author(**overrides: Any) -> Author:
    """Make an author."""
    n = next(_numbers)
    return Author.objects.create(**{"name": f"Ada {n}", "slug": f"ada-{n}"} | overrides)


def make_article(*products: Product, **overrides: Any) -> Article:
    """Publish an article, as the staff would, that features these products in this order."""
    n = next(_numbers)
    fields: dict[str, Any] = {
        "title": f"How to play {n}",
        "slug": f"how-to-play-{n}",
        "body": "<p>Slowly, and then a little faster.</p>",
        "status": Article.Status.PUBLISHED,
        "published_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n),
    } | overrides
    fields.setdefault("author_id", None if "author" in fields else make_author().pk)
    fields.setdefault("category_id", None if "category" in fields else make_category().pk)
    fields = {name: value for name, value in fields.items() if value is not None}
    article = publishing.save_article(article=Article(**fields))
    for product in products:
        ArticleProduct.objects.create(article=article, product=product)
    return article


def make_draft(**overrides: Any) -> Article:
    """Make an article that no reader may see."""
    return make_article(**{"status": Article.Status.DRAFT} | overrides)


def make_page(**overrides: Any) -> Page:
    """Make one of the owner's own pages."""
    n = next(_numbers)
    fields = {"title": f"About us {n}", "slug": f"about-{n}", "body": "<p>We build flutes.</p>"}
    return publishing.save_page(page=Page(**fields | overrides))


def make_figure(article: Article, size: tuple[int, int] = (1920, 1200), **overrides: Any) -> ArticleFigure:
    """Give an article a figure, whose picture is a row without files."""
    n = next(_numbers)
    width, height = size
    picture = Picture.objects.create(
        original=f"figure-{n}.jpg", width=width, height=height, sha256=f"figure-{n}"
    )
    fields: dict[str, Any] = {"picture": picture, "alt": f"A log {n}", "caption": f"What it is {n}."}
    return ArticleFigure.objects.create(article=article, **fields | overrides)

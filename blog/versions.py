"""Versions of an article: its words are in its history, and with them what stood around the words.

django-simple-history keeps the article's own row. Figures, featured products and tags are rows of others:
`keep` notes them on the latest version, before the next save and after it, so that a version knows what
stood there while it was the latest. `put_back` makes them so again; what was deleted since stays away.
"""

from typing import Any

from django.db import models, transaction

from blog.articles import Article, ArticleProduct
from blog.figures import ArticleFigure
from blog.publishing import save_article
from blog.taxonomy import Tag
from foundation.models import Picture
from shop.catalogue.models import Product

WORDS = ("title", "subtitle", "body", "cover", "cover_alt", "excerpt")
_FIGURE = ("number", "picture_id", "alt", "caption", "credit")


def keep(article: Article) -> None:
    """Note figures, featured products and tags on the latest version. Needs a transaction; five queries."""
    latest = article.history.order_by("-history_date", "-history_id").first()
    if latest is not None:
        latest.surroundings = _surroundings(article)
        latest.save(update_fields=["surroundings"])


@transaction.atomic
def put_back(*, article: Article, version: Any) -> Article:
    """Give an article the words of `version`, a row of its history, and what stood around them then.

    Status, date and address stay. A version that knows no surroundings brings back its words alone.
    """
    keep(article)
    for name in WORDS:
        setattr(article, name, getattr(version, name))
    save_article(article=article)
    if version.surroundings is not None:
        _put_back_surroundings(article, version.surroundings)
    keep(article)
    Article.keep_addresses([article.pk])
    return article


def figure_numbers(article: Article, version: Any) -> set[int]:
    """Return the numbers of the figures that an article has once `version` is put back. One query."""
    if version.surroundings is None:
        return set(article.figures.values_list("number", flat=True))
    return {row["number"] for row in _there(version.surroundings["figures"], "picture_id", Picture)}


def _surroundings(article: Article) -> dict[str, Any]:
    return {
        "figures": list(article.figures.order_by("number").values(*_FIGURE)),
        "products": list(
            article.article_products.order_by("position", "id").values("product_id", "position")
        ),
        "tags": list(article.tags.order_by("pk").values_list("pk", flat=True)),
    }


def _put_back_surroundings(article: Article, kept: dict[str, Any]) -> None:
    """Make the rows around an article so again; rows that are the same stay untouched."""
    article.tags.set(Tag.objects.filter(pk__in=kept["tags"]))
    article.article_products.all().delete()
    products = _there(kept["products"], "product_id", Product)
    ArticleProduct.objects.bulk_create(ArticleProduct(article=article, **row) for row in products)
    article.figures.all().delete()
    figures = _there(kept["figures"], "picture_id", Picture)
    ArticleFigure.objects.bulk_create(ArticleFigure(article=article, **row) for row in figures)


def _there(rows: list[dict[str, Any]], key: str, model: type[models.Model]) -> list[dict[str, Any]]:
    """Return the rows whose product or picture still exists. One query."""
    wanted = [row[key] for row in rows]
    found = set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
    return [row for row in rows if row[key] in found]

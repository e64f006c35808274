"""What the blog knows of a product: for its page, and for who deletes it; registered in config/wiring.py."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from blog import cards
from blog.articles import Article
from foundation.setup_checks import some
from shop.catalogue.models import Product

MENTIONS_SHOWN = 3


def read_about_it(product: Product) -> list[tuple[str, str, dict[str, Any]]]:
    """Return a panel with the newest articles that feature the product, or none. One query."""
    found = cards.for_articles(cards.public().mentioning(product.pk)[:MENTIONS_SHOWN])
    return [(_("Read about it"), "blog/mentions.html", {"cards": found})] if found else []


def articles_of(products: Sequence[Product]) -> Iterator[str]:
    """Name the articles that feature these products, for who is about to delete them. One query."""
    featuring = Article.objects.filter(article_products__product__in=products).distinct()
    titles = list(featuring.values_list("title", flat=True))
    if titles:
        yield _("Articles that feature it: %(titles)s.") % {"titles": some(titles)}

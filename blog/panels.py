"""What the blog shows on a product's page; registered in config/wiring.py."""

from typing import Any

from django.utils.translation import gettext as _

from blog import cards
from shop.catalogue.models import Product

MENTIONS_SHOWN = 3


def read_about_it(product: Product) -> list[tuple[str, str, dict[str, Any]]]:
    """Return a panel with the newest articles that feature the product, or none. One query."""
    found = cards.for_articles(cards.public().mentioning(product.pk)[:MENTIONS_SHOWN])
    return [(_("Read about it"), "blog/mentions.html", {"cards": found})] if found else []

"""Search over all apps: what was asked for, as cards of products and of articles."""

from dataclasses import dataclass, field

import blog.cards
import shop.catalogue.cards
from shop import search as index

LIMIT = 40  # results of both kinds together
QUERY_MAX_LENGTH = 200  # characters; what is longer is cut, and said so

__all__ = ["Found", "search"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. `query` is the cleaned question, `meant` what it was taken for."""

    query: str
    is_cut: bool = False
    meant: str = ""
    products: list[shop.catalogue.cards.ProductCard] = field(default_factory=list)
    articles: list[blog.cards.ArticleCard] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many products and articles were found."""
        return len(self.products) + len(self.articles)


def search(text: str) -> Found:
    """Return what matches `text`, whatever is in it. At most five queries, none for an empty text."""
    query, is_cut = clean(text)
    if not query:
        return Found("")
    keys: dict[str, list[str]] = {"product": [], "article": []}
    answer = index.ask(query, kinds=list(keys), limit=LIMIT)
    for hit in answer.hits:
        keys[hit.kind].append(hit.key)
    products = shop.catalogue.cards.for_keys(keys["product"]) if keys["product"] else []
    articles = blog.cards.for_keys(keys["article"]) if keys["article"] else []
    return Found(query, is_cut, answer.meant, products, articles)


def clean(text: str) -> tuple[str, bool]:
    """Return the text without control characters and not longer than the limit, and whether it was cut."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: QUERY_MAX_LENGTH * 4])
    query = " ".join(printable.split())
    return query[:QUERY_MAX_LENGTH].rstrip(), len(text) > QUERY_MAX_LENGTH

"""A collection's products as its address asks for them: sorted, filtered, page by page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.catalogue import cards
from shop.catalogue.models import Product, ProductQuerySet

PAGE_SIZE = 24
DEFAULT_SORT = "featured"
SORTS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "featured": (_("Our order"), ("position", "title", "pk")),
    "price-up": (_("Price, low to high"), ("card_price_minor", "position", "title", "pk")),
    "price-down": (_("Price, high to low"), ("-card_price_minor", "position", "title", "pk")),
    "newest": (_("Newest first"), ("-created_at", "-pk")),
    "name": (_("Name"), ("title", "pk")),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of cards, and what the form above it shows. `query` keeps the choice in links."""

    page: "Page[Product]"
    cards: list[cards.ProductCard]
    sort: str
    in_stock: bool

    @property
    def query(self) -> str:
        """The sort and the filter as part of an address; empty for the defaults."""
        chosen = {"sort": self.sort if self.sort != DEFAULT_SORT else "", "in_stock": self.in_stock * "1"}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def sort_choices(self) -> list[tuple[str, Promise, bool]]:
        """(value, label, is chosen) of every sort."""
        return [(name, label, name == self.sort) for name, (label, _order) in SORTS.items()]


def read(products: ProductQuerySet, asked: QueryDict) -> Listing:
    """Return the page of published products that `sort`, `in_stock` and `page` ask for.

    What makes no sense falls back to the default. Three queries, however many products there are.
    """
    sort = asked.get("sort", "")
    sort = sort if sort in SORTS else DEFAULT_SORT
    in_stock = asked.get("in_stock") == "1"
    chosen = products.published().in_stock() if in_stock else products.published()
    order = SORTS[sort][1]
    ordered = chosen.with_price().order_by(*order)
    page = Paginator(ordered, PAGE_SIZE).get_page(asked.get("page"))
    first = (page.number - 1) * PAGE_SIZE
    shown = Product.objects.filter(pk__in=ordered.values("pk")[first : first + PAGE_SIZE])
    rows = list(shown.with_cards().order_by(*order))
    return Listing(page=page, cards=cards.for_rows(rows), sort=sort, in_stock=in_stock)

"""A collection's products as its address asks for them: sorted, filtered, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation import links
from shop.catalogue import cards, facets, filters
from shop.catalogue.filters import Chip, Filters, Pair
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
class Group:
    """A group of checkboxes: parameter, heading, and (value, label, is checked) of each."""

    name: str
    label: str
    choices: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of cards, and what the form beside it shows. `query` keeps the choice in links."""

    page: "Page[Product]"
    cards: list[cards.ProductCard]
    sort: str
    filters: Filters

    @property
    def query(self) -> str:
        """The sort and the filters as part of an address; empty for the defaults."""
        return self._query_of(self.filters.pairs())

    def _query_of(self, pairs: Iterable[Pair]) -> str:
        sort = [("sort", self.sort)] if self.sort != DEFAULT_SORT else []
        return links.query([*sort, *pairs])

    @property
    def sort_choices(self) -> list[tuple[str, Promise, bool]]:
        """(value, label, is chosen) of every sort."""
        return [(name, label, name == self.sort) for name, (label, _order) in SORTS.items()]

    @property
    def groups(self) -> list[Group]:
        """The groups of checkboxes."""
        chosen = self.filters.chosen
        return [
            Group(g.name, g.label, [(v, text, v in chosen.get(g.name, [])) for v, text in g.choices.items()])
            for g in self.filters.facets.groups
        ]

    @property
    def chips(self) -> list[Chip]:
        """What is narrowed, each with the query that takes it away."""
        pairs = list(self.filters.pairs())
        return [
            Chip(self.filters.label(*pair), self._query_of(other for other in pairs if other != pair))
            for pair in pairs
        ]


def read(products: ProductQuerySet, asked: QueryDict, *, key: str) -> Listing:
    """Return the page of published products that the address asks for; `key` names the listing.

    What makes no sense falls back to the default. Three queries, however many products there are,
    and one more after a public change.
    """
    sort = asked.get("sort", "")
    sort = sort if sort in SORTS else DEFAULT_SORT
    order = SORTS[sort][1]
    chosen = filters.read(asked, facets.of(products.published(), key=key))
    ordered = chosen.narrow(products.published()).with_price().order_by(*order)
    page = Paginator(ordered, PAGE_SIZE).get_page(asked.get("page"))
    first = (page.number - 1) * PAGE_SIZE
    shown = Product.objects.filter(pk__in=ordered.values("pk")[first : first + PAGE_SIZE])
    rows = list(shown.with_cards().order_by(*order))
    return Listing(page=page, cards=cards.for_rows(rows), sort=sort, filters=chosen)

"""Which papers name what is about to leave the shop."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import ngettext

from shop.catalogue.models import Product
from shop.papers.models import Paper


def papers_of(rows: Sequence[Any]) -> Iterator[str]:
    """Tell how many invoices and credit notes name these products or variants. One query."""
    field = "variant__product__in" if isinstance(rows[0], Product) else "variant__in"
    count = Paper.objects.filter(**{f"order__lines__{field}": rows}).distinct().count()
    if count:
        yield ngettext(
            "%(count)d invoice or credit note names it; it stays as it is.",
            "%(count)d invoices and credit notes name it; they stay as they are.",
            count,
        ) % {"count": count}

"""The picture beside an order line, for lists and pages that show many of them."""

from typing import Any

from django.db.models import Prefetch
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shop.catalogue.models import ProductPicture
from shop.orders.models import OrderLine

WIDTH, HEIGHT = 48, 60  # CSS pixels, 4:5 as all product pictures


def lines_with_pictures() -> "Prefetch[Any, Any, Any]":
    """Return the prefetch of orders' lines with product and pictures. Two queries, however many."""
    pictures = Prefetch("variant__product__pictures", ProductPicture.objects.select_related("picture"))
    lines = OrderLine.objects.select_related("variant__product").defer("variant__product__description")
    return Prefetch("lines", lines.prefetch_related(pictures))


def thumbnail(line: OrderLine | None) -> SafeString:
    """Show the first picture of a prefetched line's product; nothing when there is none."""
    shown = next(iter(line.variant.product.pictures.all()), None) if line else None
    if shown is None:
        return format_html('<span class="{}"></span>', "thumbnail is-missing")
    return format_html(
        '<img class="thumbnail" src="{}" alt="" width="{}" height="{}" loading="lazy">',
        shown.picture.url(2 * WIDTH), WIDTH, HEIGHT,
    )  # fmt: skip

"""Products as machines read them: sitemap entries, structured data and the card of a shared link."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Max, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from foundation import links, structured_data
from foundation.models import SiteIdentity
from foundation.share_cards import ShareCard
from foundation.site_index import Entry
from shop.catalogue import cards
from shop.catalogue.models import Collection, Product, ProductPicture, Variant
from shop.money import Money

SHOWN_WIDTH = 1280  # pixels of the pictures that machines are shown
CONDITION = "https://schema.org/NewCondition"
IN_STOCK, SOLD_OUT = "https://schema.org/InStock", "https://schema.org/OutOfStock"


def entries() -> Iterator[Entry]:
    """Return the list of collections, the collections that hold something, and products. Four queries."""
    public = Product.objects.published()
    yield Entry(reverse("shop:collection-list"))
    yield Entry(reverse("shop:all-products"))
    filled = Collection.objects.filter(products__in=public).annotate(at=Max("products__updated_at"))
    for collection in filled.order_by("position", "title"):
        yield Entry(collection.get_absolute_url(), collection.at)
    pictures = Prefetch("pictures", ProductPicture.objects.select_related("picture"))
    for product in public.prefetch_related(pictures).order_by("pk"):
        shown = tuple(row.picture.url(SHOWN_WIDTH) for row in product.pictures.all())
        yield Entry(product.get_absolute_url(), product.updated_at, shown)


def page(
    product: Product,
    variants: Sequence[Variant],
    pictures: Sequence[ProductPicture],
    *,
    crumbs: list[tuple[str, str | None]],
) -> SafeString:
    """Return the structured data of a product page: the product and the way to it. No query."""
    here = settings.SITE_URL + product.get_absolute_url()
    way = structured_data.breadcrumbs(crumbs, site_url=settings.SITE_URL, here=here)
    return structured_data.script(structured(product, variants, pictures), way)


def structured(
    product: Product, variants: Sequence[Variant], pictures: Sequence[ProductPicture]
) -> dict[str, Any]:
    """Return the schema.org Product with an Offer for each active variant. No query."""
    address = settings.SITE_URL + product.get_absolute_url()
    return {
        "@type": "Product",
        "@id": f"{address}#product",
        "name": product.title,
        "description": product.summary or strip_tags(product.description)[:500],
        "url": address,
        "image": [settings.SITE_URL + row.picture.url(SHOWN_WIDTH) for row in pictures],
        "sku": variants[0].sku if len(variants) == 1 else "",
        "brand": {"@type": "Brand", "name": product.maker.name} if product.maker else None,
        "offers": [_offer(variant) for variant in variants],
    }


def _offer(variant: Variant) -> dict[str, Any]:
    price = Money(variant.current_price_minor, settings.SHOP_CURRENCY)
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "name": variant.title,
        "url": links.full(variant.get_absolute_url()),
        "price": str(price.decimal),
        "priceCurrency": price.currency,
        "priceValidUntil": _last_day(variant.current_sale_ends_at),
        "availability": SOLD_OUT if variant.is_sold_out else IN_STOCK,
        "itemCondition": CONDITION,
        "seller": {"@id": f"{settings.SITE_URL}/#shop"},
    }


def _last_day(ends_at: dt.datetime | None) -> str | None:
    """Return the day on which something that ends then still counts; None for what has no end."""
    return str(timezone.localdate(ends_at - dt.timedelta(microseconds=1))) if ends_at else None


def share_url(product: Product, variants: Sequence[Variant]) -> str:
    """Return the full address of the share card; it changes with title, prices and last edit. No query."""
    prices = ",".join(str(variant.current_price_minor) for variant in variants)
    facts = f"{product.title}|{prices}|{product.updated_at.isoformat()}"
    version = hashlib.sha256(facts.encode()).hexdigest()[:10]
    path = reverse("shop:product-share-card", args=[product.slug])
    return links.full(links.address(path, {"v": version}))


def share_card(product: Product) -> ShareCard:
    """Return what a shared link to a product from `with_cards()` shows: its name and price. One query."""
    shown = ProductPicture.objects.select_related("picture").filter(pk=product.card_picture_id or 0).first()
    price = cards.display_price(product.card_price_minor)
    note = cards.price_note(product.card_price_minor, product.card_highest_minor)
    line = f"{price} {note}".strip()
    return ShareCard(product.title, line, SiteIdentity.current().name, shown.picture if shown else None)

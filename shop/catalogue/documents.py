"""Products in the full-text search: found while customers may see them, and not otherwise."""

from collections.abc import Iterable

from django.utils.html import strip_tags

from foundation import freshness
from shop import search
from shop.catalogue.models import Product, ProductQuerySet

KIND = "product"


def changed(products: ProductQuerySet) -> None:
    """Follow an edit of these products: renew their documents, addresses, and the version of pages.

    Call it inside the transaction of the edit.
    """
    published = set(products.published().values_list("pk", flat=True))
    Product.keep_addresses(published)
    rows = products.select_related("maker", "region").prefetch_related("collections", "variants")
    for product in rows:
        if product.pk in published:
            _put(product)
        else:
            search.remove(kind=KIND, key=str(product.pk))
    freshness.bump()


def gone(ids: Iterable[int]) -> None:
    """Follow the deletion of products: take their documents out. Inside the same transaction."""
    for pk in ids:
        search.remove(kind=KIND, key=str(pk))
    freshness.bump()


def _put(product: Product) -> None:
    search.put(
        kind=KIND,
        key=str(product.pk),
        title=product.title,
        maker=product.maker.name if product.maker else "",
        text=_text(product),
        url=product.get_absolute_url(),
    )


def _text(product: Product) -> str:
    """Return all else that a product may be found by: region, collections, options, SKUs, description."""
    variants = [variant for variant in product.variants.all() if variant.is_active]
    parts = [
        product.region.name if product.region else "",
        product.maker.place if product.maker else "",
        *(collection.title for collection in product.collections.all()),
        *(f"{variant.title} {variant.sku}" for variant in variants),
        product.summary,
        strip_tags(product.description.replace("<", " <")),
    ]
    return "\n".join(part for part in parts if part.strip())

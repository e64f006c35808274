"""Deterministic builders of the shop's rows: defaults that work, every field overridable."""

from itertools import count
from typing import Any

from foundation.models import Picture
from shop.catalogue.models import Collection, Product, ProductPicture, Variant

_numbers = count(1)


def make_product(**overrides: Any) -> Product:
    """Make an active product without variants."""
    n = next(_numbers)
    fields = {"title": f"Flute {n}", "slug": f"flute-{n}", "status": Product.Status.ACTIVE}
    return Product.objects.create(**fields | overrides)


def make_variant(product: Product | None = None, *, on_hand: int = 5, **overrides: Any) -> Variant:
    """Make a variant with its opening movement; a product is made unless given."""
    from shop.stock.models import StockMovement

    fields: dict[str, Any] = {"sku": f"SKU-{next(_numbers)}", "price_minor": 4400, "weight_grams": 300}
    variant = Variant.objects.create(product=product or make_product(), on_hand=on_hand, **fields | overrides)
    if on_hand:
        StockMovement.objects.create(
            variant=variant, delta=on_hand, kind=StockMovement.Kind.OPENING, reference="opening"
        )
    return variant


def make_collection(*products: Product, **overrides: Any) -> Collection:
    """Make a collection with these products."""
    n = next(_numbers)
    collection = Collection.objects.create(**{"title": f"Flutes {n}", "slug": f"flutes-{n}"} | overrides)
    collection.products.set(products)
    return collection


def make_picture(product: Product, **overrides: Any) -> ProductPicture:
    """Give a product a picture whose row alone exists: no file, renditions named as if made."""
    n = next(_numbers)
    renditions = {"webp": [[320, f"renditions/{n}.webp"]], "jpeg": [[320, f"renditions/{n}.jpg"]]}
    picture = Picture.objects.create(
        original=f"originals/{n}.jpg", width=1600, height=2000, sha256=f"{n:064x}", renditions=renditions
    )
    return ProductPicture.objects.create(
        **{"product": product, "picture": picture, "alt": f"Flute {n}"} | overrides
    )

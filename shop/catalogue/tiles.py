"""Collections as tiles with a picture: that of the first published product in each."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from foundation.models import Picture
from shop.catalogue.models import Collection, Product, ProductPicture


@dataclass(frozen=True, slots=True)
class CollectionTile:
    """What the page of all collections shows of one."""

    url: str
    title: str
    description: str
    picture: Picture | None


def gift_card_url() -> str:
    """Return where gift cards are sold; empty when there are none. One query."""
    card = Product.objects.published().filter(is_gift_card=True).order_by("position", "title").first()
    return card.get_absolute_url() if card else ""


def all_collections() -> list[CollectionTile]:
    """Return a tile for every collection with something to see. Two queries."""
    first = Product.objects.published().filter(collections=OuterRef("pk")).order_by("position", "title", "pk")
    picture = ProductPicture.objects.filter(product=OuterRef("tile_product_id")).order_by("position", "id")
    rows = list(
        Collection.objects.annotate(tile_product_id=Subquery(first.values("pk")[:1]))
        .annotate(tile_picture_id=Subquery(picture.values("pk")[:1]))
        .filter(tile_product_id__isnull=False)
    )
    pictures = ProductPicture.objects.select_related("picture").in_bulk(
        [row.tile_picture_id for row in rows if row.tile_picture_id]
    )
    return [
        CollectionTile(
            url=row.get_absolute_url(),
            title=row.title,
            description=row.description,
            picture=pictures[row.tile_picture_id].picture if row.tile_picture_id else None,
        )
        for row in rows
    ]

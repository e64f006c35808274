"""A maker's own story with a picture of the work, told large on the home page."""

from dataclasses import dataclass

from django.urls import reverse

from foundation import links
from foundation.models import Picture
from shop.catalogue.models import Maker, Product, ProductPicture


@dataclass(frozen=True, slots=True)
class MakerStory:
    """What templates/components/maker_story.html shows; `url` leads to all that the maker built."""

    name: str
    place: str
    text: str
    url: str
    picture: Picture
    alt: str


def of_featured_maker() -> MakerStory | None:
    """Return the story behind the first featured product that has one, with its closest view. One query."""
    with_story = Product.objects.featured().exclude(maker=None).exclude(maker__story="")
    pictures = ProductPicture.objects.filter(product__in=with_story)
    newest_view = pictures.order_by("product__position", "product__title", "-position", "-id")
    shown = newest_view.select_related("picture", "product__maker").first()
    return _story(shown.product.maker, shown) if shown and shown.product.maker else None


def _story(maker: Maker, shown: ProductPicture) -> MakerStory:
    return MakerStory(
        name=maker.name,
        place=maker.place,
        text=maker.story,
        url=links.address(reverse("shop:all-products"), {"maker": maker.slug}),
        picture=shown.picture,
        alt=shown.alt,
    )

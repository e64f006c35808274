"""Product cards: all that a list shows of a product, computed once per row.

Every function here costs two queries, however many products there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

from foundation.models import Picture
from shop.catalogue import card_choices
from shop.catalogue.card_choices import Colours
from shop.catalogue.models import Product, ProductPicture, ProductQuerySet
from shop.money import Money


@dataclass(frozen=True, slots=True)
class ProductCard:
    """What templates/components/product_card.html shows; all texts ready to print.

    `price_note` stands after the price: "to $168.00" when the variants differ in price, else empty.
    `colours` are those to choose from; `choices` tells what else there is, such as "Size: 3 choices";
    both empty for a single variant.
    """

    url: str
    title: str
    maker: str
    price: str
    compare_at: str
    badge: str
    is_sold_out: bool
    picture: Picture | None
    alt: str
    price_note: str = ""
    colours: Colours | None = None
    choices: str = ""


def featured(limit: int) -> list[ProductCard]:
    """Return cards of the first `limit` published products that are featured."""
    return for_products(Product.objects.featured(), limit=limit)


def for_ids(ids: Iterable[int]) -> list[ProductCard]:
    """Return cards of the published products among these ids, in the order of the ids."""
    wanted = list(ids)
    rows = Product.objects.published().with_cards().filter(pk__in=wanted)
    products = {product.pk: product for product in rows}
    return for_rows([products[pk] for pk in wanted if pk in products])


def for_keys(keys: Iterable[str]) -> list[ProductCard]:
    """Return cards for search keys (see catalogue.documents), in their order."""
    return for_ids(int(key) for key in keys if key.isascii() and key.isdigit())


def for_products(products: ProductQuerySet, *, limit: int | None = None) -> list[ProductCard]:
    """Return cards of the published products of an unsliced query set, in its order."""
    return for_rows(list(products.published().with_cards()[:limit]))


def for_rows(products: list[Product]) -> list[ProductCard]:
    """Return cards of rows that came from `with_cards()`. One query, for the pictures."""
    pictures = ProductPicture.objects.select_related("picture").in_bulk(
        [product.card_picture_id for product in products if product.card_picture_id]
    )
    return [card(product, pictures.get(product.card_picture_id or 0)) for product in products]


def card(product: Product, shown: ProductPicture | None) -> ProductCard:
    """Return the card of a row that came from `with_cards()`, with this picture. No query when warm."""
    names = [product.option1_name, product.option2_name, product.option3_name]
    variants = card_choices.offers(names, product.card_offered or [])
    colours, of_option = card_choices.colours(variants)
    return ProductCard(
        url=product.get_absolute_url(),
        title=product.title,
        maker=product.maker.name if product.maker else "",
        price=display_price(product.card_price_minor),
        compare_at=display_price(compare_at(product)),
        badge=product.badge(product.card_available),
        is_sold_out=product.card_available <= 0,
        picture=shown.picture if shown else None,
        alt=shown.alt if shown else "",
        price_note=price_note(product.card_price_minor, product.card_highest_minor),
        colours=colours,
        choices=card_choices.words(variants, but=of_option),
    )


def compare_at(product: Product) -> int | None:
    """Return the price to strike through; none that is not above every price the card states."""
    compared, highest = product.card_compare_at_minor, product.card_highest_minor
    return compared if compared is not None and highest is not None and compared > highest else None


def price_note(lowest_minor: int | None, highest_minor: int | None) -> str:
    """Return how far the prices of the variants go, such as "to $168.00"; empty for one price."""
    if lowest_minor is None or highest_minor is None or highest_minor <= lowest_minor:
        return ""
    return gettext("to %(price)s") % {"price": display_price(highest_minor)}


def display_price(price_minor: int | None) -> str:
    """Return a price in minor units of the shop's currency as text; empty for none."""
    return "" if price_minor is None else Money(price_minor, settings.SHOP_CURRENCY).display()

"""There is something to buy, and it looks and costs as it should."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.setup_checks import Missing, some
from shop.catalogue.models import Product, ProductPicture, Variant


def something_can_be_bought() -> Iterator[Missing]:
    """Ask for one active product in stock. One query."""
    if not Product.objects.published().in_stock().exists():
        text = _("Nothing can be bought: no active product has a variant in stock.")
        yield Missing(text, reverse("admin:shop_product_changelist"))


def products_are_whole() -> Iterator[Missing]:
    """Ask every active product for a picture and a price. One query."""
    pictures = ProductPicture.objects.filter(product=OuterRef("pk"))
    for_nothing = Variant.objects.filter(product=OuterRef("pk"), is_active=True, price_minor=0)
    products = list(
        Product.objects.published()
        .annotate(has_picture=Exists(pictures), costs_nothing=Exists(for_nothing))
        .filter(~Exists(pictures) | Exists(for_nothing))
    )
    yield from _without_picture([product for product in products if not product.has_picture])
    yield from _for_nothing([product for product in products if product.costs_nothing])


def _without_picture(products: Sequence[Product]) -> Iterator[Missing]:
    if products:
        text = ngettext(
            "A product has no picture: %(names)s.", "%(count)d products have no picture: %(names)s.",
            len(products),
        )  # fmt: skip
        yield _missing(text, products)


def _for_nothing(products: Sequence[Product]) -> Iterator[Missing]:
    if products:
        text = ngettext(
            "A product is given away, its price is 0: %(names)s.",
            "%(count)d products are given away, their price is 0: %(names)s.", len(products),
        )  # fmt: skip
        yield _missing(text, products)


def _missing(text: str, products: Sequence[Product]) -> Missing:
    """Return the sentence with the way to the product, or to the list when there are several."""
    one = products[0] if len(products) == 1 else None
    url = (
        reverse("admin:shop_product_change", args=[one.pk])
        if one
        else reverse("admin:shop_product_changelist")
    )
    return Missing(
        text % {"count": len(products), "names": some([product.title for product in products])}, url
    )

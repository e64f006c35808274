"""All that a product page shows, computed once: pictures, the choice of a variant, what is alike."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext

from shop.catalogue import cards, machines, panels, price_rules, swatches, withdrawal_rules
from shop.catalogue.models import Product, ProductPicture, Variant
from shop.catalogue.swatches import Swatch

RELATED = 4  # cards under the product
SEEN_WIDTH = 480  # pixels of the picture that the browser remembers
GRAMS_SHOWN_BELOW = 1000  # heavier instruments are weighed in kilograms


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant in the form. It states its price or its badge where they set the variants apart."""

    sku: str
    label: str
    swatch: Swatch | None
    price: str
    compare_at: str
    badge: str
    states_price: bool
    states_badge: bool
    is_disabled: bool
    is_checked: bool


def context(product: Product, *, chosen_sku: str | None) -> dict[str, Any]:
    """Return the template's context. Three queries beside the panels'.

    Needs a published product; one from `with_page()` costs no further query and has its crumbs.
    """
    variants = list(product.variants.filter(is_active=True))
    chosen = choose(variants, chosen_sku)
    related = list(Product.objects.related_to(product).with_cards()[:RELATED])
    gallery, first_pictures = _pictures(product, related)
    way = crumbs(product)
    return {
        "product": product,
        "canonical_url": f"{settings.SITE_URL}{product.get_absolute_url()}",
        "crumbs": way,
        "structured": machines.page(product, variants, gallery, crumbs=way),
        "share_url": machines.share_url(product, variants),
        "origin": origin(product),
        "gallery": gallery,
        "facts": facts(product, variants),
        "seen_picture": gallery[0].picture.url(SEEN_WIDTH) if gallery else "",
        "chosen": chosen,
        "price": cards.display_price(chosen.current_price_minor),
        "compare_at": cards.display_price(chosen.current_compare_at_minor),
        "offers": price_rules.offers(product, [variant.current_price_minor for variant in variants]),
        "choices": choices(variants, chosen, is_gift_card=product.is_gift_card),
        "has_choice": len(variants) > 1,
        "choice_legend": " / ".join(product.option_names) or gettext("Choose"),
        "is_buyable": not chosen.is_sold_out,
        "withdrawal_note": withdrawal_rules.sentence(product.withdrawal_rule),
        "related": [cards.card(row, first_pictures.get(row.card_picture_id or 0)) for row in related],
        "panels": panels.for_product(product),
    }


def origin(product: Product) -> str:
    """Return who made it and where it is at home, such as "by Taller Antares · South America"."""
    by = gettext("by %(maker)s") % {"maker": product.maker.name} if product.maker else ""
    return " · ".join(part for part in (by, product.region.name if product.region else "") if part)


def facts(product: Product, variants: list[Variant]) -> list[tuple[str, str]]:
    """Return what is good to know in a table: label and text."""
    place = product.maker.place if product.maker else ""
    rows = [
        (gettext("Made in"), place),
        (gettext("At home in"), product.region.name if product.region else ""),
        (gettext("Weight"), _weight([variant.weight_grams for variant in variants])),
        (gettext("SKU"), variants[0].sku if len(variants) == 1 else ""),
    ]
    return [(label, text) for label, text in rows if text]


def _weight(grams: list[int]) -> str:
    """Return the weight or its range: "45 to 110 g", "1.2 to 3.4 kg"; empty when it is not known."""
    known = sorted({weight for weight in grams if weight})
    if not known:
        return ""
    is_light = known[-1] < GRAMS_SHOWN_BELOW
    texts = [str(weight) if is_light else number_format(Decimal(weight) / 1000, 1) for weight in known]
    weight = texts[0]
    if texts[-1] != weight:
        weight = gettext("%(least)s to %(most)s") % {"least": weight, "most": texts[-1]}
    return (gettext("%(weight)s g") if is_light else gettext("%(weight)s kg")) % {"weight": weight}


def choose(variants: list[Variant], sku: str | None) -> Variant:
    """Return the variant asked for if it is available, else the first available, else the first."""
    available = [variant for variant in variants if not variant.is_sold_out]
    asked = [variant for variant in available if variant.sku == sku]
    return (asked or available or variants)[0]


def choices(variants: list[Variant], chosen: Variant, *, is_gift_card: bool = False) -> list[Choice]:
    """Return what the form offers; prices are stated where they differ, or something is on sale.

    The value of a gift card says what it costs.
    """
    prices = {(variant.current_price_minor, variant.current_compare_at_minor) for variant in variants}
    states_price = (len(prices) > 1 and not is_gift_card) or any(compare_at for _price, compare_at in prices)
    states_badge = len({variant.badge for variant in variants}) > 1
    return [
        Choice(
            sku=variant.sku,
            label=variant.title or variant.sku,
            swatch=_swatch(variant),
            price=cards.display_price(variant.current_price_minor),
            compare_at=cards.display_price(variant.current_compare_at_minor),
            badge=variant.badge,
            states_price=states_price,
            states_badge=states_badge and bool(variant.badge),
            is_disabled=variant.is_sold_out,
            is_checked=variant == chosen,
        )
        for variant in variants
    ]


def _swatch(variant: Variant) -> Swatch | None:
    """Return the swatch of the first option that has one. No query when warm."""
    found = (swatches.of(value) for value in (variant.option1, variant.option2, variant.option3) if value)
    return next((swatch for swatch in found if swatch), None)


def crumbs(product: Product) -> list[tuple[str, str | None]]:
    """Return the way to the product: home, all collections, its first collection, itself."""
    way: list[tuple[str, str | None]] = [
        (gettext("Home"), reverse("home")),
        (gettext("Instruments"), reverse("shop:collection-list")),
    ]
    if product.crumb_slug:
        collection_url = reverse("shop:collection-detail", args=[product.crumb_slug])
        way.append((product.crumb_title or "", collection_url))
    return [*way, (product.title, None)]


def _pictures(
    product: Product, related: list[Product]
) -> tuple[list[ProductPicture], dict[int, ProductPicture]]:
    """Return the product's pictures, and the first ones of related rows by id. One query."""
    first_ids = [row.card_picture_id for row in related if row.card_picture_id]
    shown = ProductPicture.objects.filter(Q(product=product) | Q(pk__in=first_ids)).select_related("picture")
    rows = list(shown)
    return [row for row in rows if row.product_id == product.pk], {row.pk: row for row in rows}

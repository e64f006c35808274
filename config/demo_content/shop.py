"""The demo's shop: who it is, where it ships, taxes, discount codes, instruments and their stock."""

from typing import Any

from config.demo_content.sources import Row, picture, recent, tables
from foundation.models import SiteIdentity
from shop.catalogue import documents
from shop.catalogue.models import Collection, Maker, Product, ProductPicture, Region, Variant
from shop.catalogue.price_rules import QuantityBreak
from shop.catalogue.swatches import Swatch
from shop.catalogue.tax_classes import TaxClass
from shop.discounts.models import DiscountCode
from shop.giftcards import cards, issuing
from shop.shipping.models import Carrier, ShippingRate, ShippingZone, ZoneCountry
from shop.stock import reservations
from shop.stock.models import StockMovement
from shop.tax.models import ClassRate, TaxRate


def load() -> None:
    """Make what is missing of the shop. Needs a transaction."""
    _identity(tables("shop")["identity"])
    for row in tables("shop")["zone"]:
        _zone(row)
    for row in tables("shop")["carrier"]:
        Carrier.objects.get_or_create(name=row["name"], defaults=row)
    for row in tables("shop")["tax_class"]:
        TaxClass.objects.get_or_create(name=row["name"])
    taxed = set(TaxRate.objects.values_list("country", "region"))
    for row in tables("shop")["tax"]:
        _tax(row, is_new=(row["country"], row.get("region", "")) not in taxed)
    for row in tables("shop")["code"]:
        DiscountCode.objects.get_or_create(code=row["code"], defaults=row)
    for row in tables("shop")["gift_card"]:
        _gift_card(row)
    _instruments(tables("instruments"))


def _identity(row: Row) -> None:
    """Fill in the shop's details unless somebody has."""
    if not SiteIdentity.load().line1:
        SiteIdentity.objects.filter(pk=1).update(**row)


def _zone(row: Row) -> None:
    zone, is_new = ShippingZone.objects.get_or_create(name=row["name"])
    if not is_new:
        return
    days_from, days_to = row["days"]
    for country in row["countries"]:
        ZoneCountry.objects.get_or_create(country=country, defaults={"zone": zone})
    for grams, price_minor in row["parcel"]:
        ShippingRate.objects.create(
            zone=zone, name="Parcel", max_weight_grams=grams, price_minor=price_minor,
            free_from_minor=row.get("free_from_minor"), days_from=days_from, days_to=days_to,
        )  # fmt: skip
    if "pickup" in row:
        heaviest, _price = row["parcel"][-1]
        ShippingRate.objects.create(
            zone=zone, name=row["pickup"], max_weight_grams=heaviest, price_minor=0, is_pickup=True
        )


def _tax(row: Row, *, is_new: bool) -> None:
    """Make a tax of a place that has none, and its rates for tax classes."""
    if is_new:
        TaxRate.objects.create(**{name: value for name, value in row.items() if name != "reduced"})
    rate = TaxRate.objects.of_place(row["country"], row.get("region", "")).filter(name=row["name"]).first()
    if rate is None:
        return
    for name, rate_millipercent in row.get("reduced", {}).items():
        tax_class = TaxClass.objects.get(name=name)
        ClassRate.objects.get_or_create(
            rate=rate, tax_class=tax_class, defaults={"rate_millipercent": rate_millipercent}
        )


def _gift_card(row: Row) -> None:
    """Issue a gift card whose code everybody may know; nobody is written to."""
    if cards.find(row["code"]) is None:
        issuing.issue_by_hand(
            amount_minor=row["value_minor"], recipient="", note=row["note"], staff=None, code=row["code"]
        )


def _instruments(catalogue: dict[str, Any]) -> None:
    for model, rows in ((Region, "region"), (Maker, "maker"), (Collection, "collection")):
        for row in catalogue[rows]:
            model._default_manager.get_or_create(slug=row["slug"], defaults=row)
    for row in catalogue["swatch"]:
        if not Swatch.objects.filter(name__iexact=row["name"]).exists():
            Swatch.objects.create(**row)
    made = [product.pk for row in catalogue["product"] if (product := _product(row))]
    documents.changed(Product.objects.filter(pk__in=made))


def _product(row: Row) -> Product | None:
    """Make a product with all that belongs to it; None if its slug is taken."""
    if Product.objects.filter(slug=row["slug"]).exists():
        return None
    options = [option["name"] for option in row.get("option", [])]
    plain = (
        "slug", "title", "summary", "is_featured", "is_gift_card", "position", "low_stock_threshold",
    )  # fmt: skip
    product = Product(
        status=Product.Status.ACTIVE,
        maker=Maker.objects.get(slug=row["maker"]) if "maker" in row else None,
        region=Region.objects.get(slug=row["region"]) if "region" in row else None,
        tax_class=TaxClass.objects.get(name=row["tax_class"]) if "tax_class" in row else None,
        **{name: row[name] for name in plain if name in row},
        **{f"option{number}_name": name for number, name in enumerate(options, start=1)},
    )
    product.description = row["description"]
    product.clean_fields(exclude=["created_at", "updated_at"])  # makes the description safe
    product.save()
    product.collections.set(Collection.objects.filter(slug__in=row["collections"]))
    for position, variant in enumerate(row["variant"], start=1):
        _variant(product, variant, options, position)
    for lower in row.get("quantity_break", []):
        QuantityBreak.objects.create(product=product, **lower)
    for position, shown in enumerate(row["picture"], start=1):
        ProductPicture.objects.create(
            product=product, picture=picture(shown["file"]), alt=shown["alt"], position=position
        )
    return product


def _variant(product: Product, row: Row, options: list[str], position: int) -> None:
    variant = Variant.objects.create(
        product=product,
        sku=row["sku"],
        price_minor=row["price_minor"],
        compare_at_minor=row.get("compare_at_minor"),
        sale_price_minor=row.get("sale_price_minor"),
        sale_ends_at=recent(row["sale_ends_at"]) if "sale_ends_at" in row else None,
        weight_grams=row["weight_grams"],
        position=position,
        **{f"option{number}": row["options"][name] for number, name in enumerate(options, start=1)},
    )
    if row["on_hand"]:
        reservations.adjust(
            variant_id=variant.pk, delta=row["on_hand"], kind=StockMovement.Kind.OPENING, reference="opening"
        )

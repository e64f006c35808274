"""Each column that the shop itself fills is as long as its longest parts together, or is cut by fit()."""

import pytest
from django.apps import apps
from django.db import models

# What a column holds: other columns whose texts it is copied or put together of, and characters between them.
PARTS: dict[str, tuple[list[str], int]] = {
    "shop.GiftCard.recipient": (["shop.Order.email"], 0),
    "shop.GiftCard.source_sku": (["shop.Variant.sku"], 0),
    "shop.GiftCard.title": (["shop.OrderLine.title"], 0),
    "shop.Order.discount_code": (["shop.DiscountCode.code"], 0),
    "shop.Order.shipping_name": (["shop.ShippingRate.name"], 0),
    "shop.OrderLine.sku": (["shop.Variant.sku"], 0),
    "shop.OrderLine.title": (
        ["shop.Product.title", "shop.Variant.option1", "shop.Variant.option2", "shop.Variant.option3"], 9,
    ),
    "shop.OrderTax.name": (["shop.TaxRate.name"], 0),
    "shop.Shipment.carrier": (["shop.Carrier.name"], 0),
    "shop.SearchDocument.title": (["shop.Product.title"], 0),
    "shop.SearchDocument.maker": (["shop.Maker.name"], 0),
    "shop.SearchDocument.url": (["shop.Product.slug"], 20),
    "foundation.OutboxMail.recipient": (["shop.Order.email"], 0),
    "foundation.OutboxMail.reply_to": (["foundation.SiteIdentity.email"], 0),
}  # fmt: skip


def column(label):
    app, model, name = label.split(".")
    return apps.get_model(app, model)._meta.get_field(name)


@pytest.mark.parametrize("label", sorted(PARTS))
def test_a_column_holds_its_longest_parts(label):
    parts, between = PARTS[label]
    needed = sum(column(part).max_length for part in parts) + between
    assert column(label).max_length >= needed, f"{label} needs {needed} characters"


def test_a_carriers_address_holds_a_number_of_which_each_character_is_quoted():
    number, address = column("shop.Shipment.tracking_number"), column("shop.Carrier.tracking_url")
    assert column("shop.Shipment.tracking_url").max_length >= address.max_length + 12 * number.max_length


def test_what_happened_to_an_order_is_never_cut():
    assert isinstance(column("shop.OrderEvent.text"), models.TextField)


def test_a_mails_identity_holds_the_longest_host_name():
    assert column("foundation.OutboxMail.message_id").max_length >= 32 + 253 + 3

"""What limits a thing never loses the limit in silence when what it names is deleted.

A key that is emptied (SET_NULL, SET_DEFAULT) or a many-to-many that loses rows may turn "only this" into
"all". So each one is listed here with what empty means; a new one turns this red until somebody has said it.
"""

from django.apps import apps
from django.db import models

from tests.guards.test_relations import OUR_APPS

KEEPING = {models.CASCADE, models.PROTECT, models.RESTRICT}  # the row goes along, or nothing goes

EMPTY_MEANS = {
    "blog.Author.picture": "no picture is shown",
    "blog.Article.tags": "the article stands under no tag",
    "blog.Article.products": "the article features nothing",
    "shop.Product.collections": "the product stands in no collection",
    "shop.DiscountCode.products": "nothing: DiscountCode.scope says whether it is for everything",
    "shop.DiscountCode.collections": "nothing: DiscountCode.scope says whether it is for everything",
    "shop.Cart.order": "no order of this cart waits for its payment",
    "shop.Difference.mended_by": "nobody known mended it; a record, it limits nothing",
    "shop.GiftCard.staff": "nobody known made it; a record, it limits nothing",
    "shop.GiftCardMovement.staff": "nobody known did it; a record, it limits nothing",
    "shop.OrderEvent.staff": "nobody known did it; a record, it limits nothing",
    "shop.OrderNote.staff": "nobody known wrote it; a record, it limits nothing",
    "shop.Shipment.staff": "nobody known sent it; a record, it limits nothing",
    "shop.Refund.staff": "nobody known gave it back; a record, it limits nothing",
    "shop.StockMovement.staff": "nobody known did it; a record, it limits nothing",
    "auth.Group.permissions": "the group may do nothing",
    "auth.User.groups": "the account may do nothing through groups",
    "auth.User.user_permissions": "the account may do nothing of its own",
}


def emptied():
    """Return the relations that lose what they name while their row stays, histories left out."""
    found = set()
    for model in apps.get_models():
        is_ours = model.__module__.split(".")[0] in OUR_APPS or model._meta.app_label == "auth"
        if not is_ours or hasattr(model, "instance_type"):  # a history writes down what was
            continue
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            if field.remote_field and getattr(field.remote_field, "on_delete", None) not in KEEPING:
                found.add(f"{model._meta.label}.{field.name}")
    return found


def test_each_relation_that_can_be_emptied_says_what_empty_means():
    assert emptied() == set(EMPTY_MEANS)


def test_the_guard_sees_many_to_many_and_emptied_keys():
    assert {"shop.DiscountCode.products", "shop.Cart.order"} <= emptied()


def test_what_limits_by_a_key_goes_along_or_stands_in_the_way():
    limits = {
        ("ZoneCountry", "zone"), ("ShippingRate", "zone"), ("ClassRate", "rate"), ("ClassRate", "tax_class"),
        ("QuantityBreak", "product"), ("Product", "tax_class"), ("DiscountUse", "code"),
    }  # fmt: skip
    for name, key in limits:
        field = apps.get_model("shop", name)._meta.get_field(key)
        assert field.remote_field.on_delete in KEEPING, f"{name}.{key}"

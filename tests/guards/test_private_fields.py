"""Whatever may name a person is either forgotten or stays for a reason, and docs/operations.md says which."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model

LOOKS_PERSONAL = re.compile(
    r"(?:^|_)(?:e?mail|recipient|phone|line1|line2|postal_code|city|company|vat_number|customer|origin|ip_hash"
    r"|typed|reply|reply_to|payload|facts|tracking_number|username|last_name|session_data|note)$"
)
# the model -> how docs/operations.md calls its rows
NAMED = {
    "shop.Cart": "carts",
    "sessions.Session": "sessions of the staff",
    "foundation.OutboxMail": "mails",
    "shop.WebhookEvent": "events",
    "shop.Payment": "payments",
    "shop.Order": "orders",
    "shop.Shipment": "shipments",
    "shop.Paper": "papers",
    "shop.Withdrawal": "withdrawals",
    "shop.GiftCard": "gift cards",
    "shop.DiscountUse": "uses of discount codes",
    "comments.Comment": "comments",
    "auth.User": "users",
}
OF_NOBODY = {  # what looks personal and is not
    "foundation.SiteIdentity": "the merchant's own address, printed on every page",
    "shop.GiftCardMovement": "why a balance changed, in the books",
    "shop.StockMovement": "why stock changed, in the books",
}


def _personal_models() -> dict[str, list[str]]:
    found = {}
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if _is_personal(model, field)]
        if names:
            found[model._meta.label] = names
    return found


def _is_personal(model: type[Model], field: Field) -> bool:
    is_demo = model._meta.app_label == "payments_demo"  # the stand-in for Stripe, with nobody's data
    return not (is_demo or field.is_relation) and bool(LOOKS_PERSONAL.search(field.name))


def test_each_model_that_may_name_a_person_is_in_the_table_of_what_is_forgotten_or_stays():
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    section = text.split("## What is forgotten")[1].split("\n## ")[0]
    unknown = {label: names for label, names in _personal_models().items() if label not in NAMED | OF_NOBODY}
    assert not unknown, "say in docs/operations.md whether it is forgotten or why it stays, and name it here"
    assert not [words for words in NAMED.values() if words not in section]


def test_nothing_is_named_that_holds_nothing_personal_any_more():
    assert not (NAMED.keys() | OF_NOBODY.keys()) - _personal_models().keys()

"""A code says whether it is for everything or for chosen things; those with chosen things keep to them."""

from typing import Any

from django.db import migrations, models


def narrow(apps: Any, schema_editor: Any) -> None:
    """Keep codes with products or collections to these."""
    codes = apps.get_model("shop", "DiscountCode").objects
    for field in ("products", "collections"):
        chosen = codes.filter(**{f"{field}__isnull": False}).values("pk")
        codes.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(scope="chosen")


class Migration(migrations.Migration):
    dependencies = [("shop", "0018_gift_cards_blocked_by_hand")]

    operations = [
        migrations.AddField(
            model_name="discountcode",
            name="scope",
            field=models.CharField(
                choices=[
                    ("all", "everything in the shop"),
                    ("chosen", "only the products and collections chosen below"),
                ],
                default="all",
                max_length=10,
                verbose_name="applies to",
            ),
        ),
        migrations.RunPython(narrow, migrations.RunPython.noop),
    ]

from django.db import migrations


def take_out(apps, schema_editor):
    """Empty the carts of paid orders, which counted as empty until now."""
    carts = apps.get_model("shop", "Cart").objects.filter(order__paid_at__isnull=False)
    for model in ("CartLine", "CartGiftCard"):
        apps.get_model("shop", model).objects.filter(cart__in=carts).delete()
    apps.get_model("shop", "Cart").objects.filter(pk__in=carts.values_list("pk")).update(discount_code="")


class Migration(migrations.Migration):

    dependencies = [
        ('shop', '0014_kept_checkouts'),
    ]

    operations = [
        migrations.RunPython(take_out, migrations.RunPython.noop),
    ]

"""Take a test's tables back to an earlier migration, and write orders as they were then."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate(targets):
    """Return the models of these migrations, once the tables are theirs."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def migrate_to_today():
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def make_order(apps, *nets, shipping=600, currency="EUR", off_shipping=0, **tax):
    """Write an order whose lines come to these amounts, with its tax as orders had it; return its number."""
    orders = apps.get_model("shop", "Order").objects
    number = 1001 + orders.count()
    total = sum(nets) + shipping - off_shipping + tax.get("tax_added_minor", 0)
    order = orders.create(
        number=number, token=f"token-{number}", email="ada@customer.example", name="Ada Buyer", line1="Ring",
        city="Köln", country="DE", shipping_name="Parcel", currency=currency, lines_minor=sum(nets),
        shipping_minor=shipping, discount_minor=off_shipping, shipping_discount_minor=off_shipping,
        total_minor=total, charged_minor=total, **tax,
    )  # fmt: skip
    for place, net in enumerate(nets):
        make_line(apps, order, f"F-{number}-{place}", net)
    return number


def make_line(apps, order, sku, net):
    product = apps.get_model("shop", "Product").objects.create(title="Flute", slug=sku.lower())
    variant = apps.get_model("shop", "Variant").objects.create(product=product, sku=sku, price_minor=net)
    apps.get_model("shop", "OrderLine").objects.create(
        order=order, variant=variant, sku=sku, title="Flute", unit_price_minor=net, quantity=1,
        total_minor=net,
    )  # fmt: skip

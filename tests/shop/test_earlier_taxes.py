"""Orders placed when an order had one rate: what the migrations make of their tax, and of their refunds."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shop.orders.models import Order
from shop.payments.models import Refund
from shop.refund_shares import of_order

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("shop", "0010_taxes")]


def migrate(targets):
    """Return the models of these migrations, once the tables are theirs."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def migrate_to_today():
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def earlier():
    """The tables as they were; afterwards as they are."""
    try:
        yield migrate(BEFORE)
    finally:
        migrate_to_today()


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


def told(number):
    """Return the order's one tax row, the added tax of its lines, which bear it, and that of its shipping."""
    migrate_to_today()
    order = Order.objects.get(number=number)
    [row] = order.taxes.values_list(
        "name", "rate_millipercent", "is_added", "base_minor", "tax_minor", "shipping_minor"
    )
    lines = order.lines.order_by("pk")
    [share] = order.taxes.get().shares.values_list("group", "base_minor", "tax_minor", "shipping_minor")
    assert share == (0, *row[3:])
    assert {line.tax_group for line in lines} == {0}
    return row, [line.tax_added_minor for line in lines], order.shipping_tax_added_minor


def test_tax_that_prices_included_is_stated_of_goods_and_shipping(earlier):
    number = make_order(
        earlier, 4400, 2200, tax_name="VAT", tax_rate_basis_points=1900, tax_included_minor=1150
    )
    assert told(number) == (("VAT", 19_000, False, 6050, 1150, 600), [0, 0], 0)


def test_tax_that_was_added_is_shared_over_lines_and_shipping_as_refunds_shared_it(earlier):
    number = make_order(
        earlier, 11400, shipping=2400, tax_name="Sales tax", tax_rate_basis_points=725, tax_added_minor=1001
    )
    assert told(number) == (("Sales tax", 7_250, True, 13800, 1001, 2400), [827], 174)
    order = Order.objects.get()
    paid = of_order([11400 + 827], 2400 + order.shipping_tax_added_minor).charged
    assert (paid.lines_minor, paid.shipping_minor) == ((12227,), 2574)  # docs/pricing.md, "Refunds"


@pytest.mark.parametrize(
    ("tax", "row", "shares"),
    [
        ({"tax_added_minor": 827}, ("T", 7_250, True, 11400, 827, 0), [827]),
        ({"tax_included_minor": 771}, ("T", 7_250, False, 10629, 771, 0), [0]),
    ],
    ids=["added", "included"],
)
def test_shipping_that_was_not_taxed_is_told_by_the_sum_that_gives_the_tax(earlier, tax, row, shares):
    number = make_order(earlier, 11400, shipping=2400, tax_name="T", tax_rate_basis_points=725, **tax)
    assert told(number) == (row, shares, 0)


def test_shipping_that_a_code_made_free_bore_no_tax(earlier):
    number = make_order(
        earlier,
        10000,
        shipping=500,
        off_shipping=500,
        tax_name="T",
        tax_rate_basis_points=1000,
        tax_added_minor=1000,
    )
    assert told(number) == (("T", 10_000, True, 10000, 1000, 0), [1000], 0)


def test_added_tax_is_shared_in_steps_of_ten_where_only_these_can_be_charged(earlier):
    number = make_order(
        earlier, 4120, 2210, shipping=1200, currency="KWD", tax_name="T", tax_rate_basis_points=500,
        tax_added_minor=380,
    )  # fmt: skip
    assert told(number) == (("T", 5_000, True, 7530, 380, 1200), [210, 110], 60)


def test_a_rate_of_nothing_keeps_its_name(earlier):
    number = make_order(earlier, 4400, tax_name="Export", tax_rate_basis_points=0)
    assert told(number) == (("Export", 0, False, 5000, 0, 600), [0], 0)


def test_an_order_where_no_tax_was_known_has_none(earlier):
    make_order(earlier, 4400)
    migrate_to_today()
    order = Order.objects.get()
    assert not order.taxes.exists()
    assert (order.lines.get().tax_group, order.lines.get().tax_added_minor) == (None, 0)


def test_a_refund_is_that_of_its_payments_order(earlier):
    numbers = [make_order(earlier, 4400), make_order(earlier, 2200)]
    for order in earlier.get_model("shop", "Order").objects.all():
        payment = earlier.get_model("shop", "Payment").objects.create(
            order=order, attempt=1, amount_minor=order.total_minor, currency="EUR", livemode=False,
            hold_until=order.created_at, next_check=order.created_at,
        )  # fmt: skip
        earlier.get_model("shop", "Refund").objects.create(
            payment=payment, amount_minor=order.number, idempotency_key=f"refund-{order.number}"
        )
    migrate_to_today()
    refunds = Refund.objects.order_by("pk")
    assert [refund.order.number for refund in refunds] == [refund.amount_minor for refund in refunds]
    assert sorted(refund.order.number for refund in refunds) == numbers

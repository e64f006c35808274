"""What goes back for a withdrawal, as docs/returns.md tables it."""

import uuid
from dataclasses import replace

import pytest
from django.db import transaction

from shop import pricing
from shop.orders import placing
from shop.payments import refunds, sessions
from shop.withdrawals import amounts, statements
from tests.builders import make_variant
from tests.shop import order_builders
from tests.shop.tax_builders import make_rule
from tests.shop.withdrawals.returns_table import rows

pytestmark = pytest.mark.django_db
TAXES = {
    "contained": make_rule(),
    "added": make_rule("Sales tax", 7_250, is_inclusive=False),
}


@transaction.atomic
def placed(price, units, percent, tax, shipping, cheapest):
    variant = make_variant(price_minor=price)
    plain = [order_builders._plain(variant, units)]
    bill = pricing.bill(
        [pricing.Line(price, units)],
        shipping_minor=shipping,
        tax=TAXES[tax],
        discount=pricing.Discount(percent_basis_points=100 * percent),
    )
    terms = placing.Terms(bill=bill, shipping_name="Parcel", tax=TAXES[tax], standard_shipping_minor=cheapest)
    order = placing.place(lines=plain, contact=order_builders.ADA, terms=terms)
    sessions.open_payment(order)
    return order


def state(order, count):
    line = order.lines.get()
    statements.withdraw(
        order_id=order.pk, units={line.pk: count}, name="Ada", email=order.email, key=uuid.uuid4().hex
    )


@pytest.mark.parametrize(
    ("price", "units", "percent", "tax", "shipping", "cheapest", "withdrawn", "goods", "back"),
    [row[1:] for row in rows("Case")], ids=[row[0] for row in rows("Case")],
)  # fmt: skip
def test_what_goes_back_is_what_the_table_says(
    price, units, percent, tax, shipping, cheapest, withdrawn, goods, back
):
    order = placed(int(price), int(units), int(percent), tax, int(shipping), int(cheapest))
    order_builders.pay(order)
    for count in withdrawn.split(" + "):
        state(order, int(count))
    order.refresh_from_db()
    due = amounts.due(order)
    assert (due.goods_minor, due.shipping_minor) == (int(goods), int(back))


def test_the_table_is_read():
    assert len(rows("Case")) == 10


def test_what_was_refunded_before_is_not_due_again():
    order = order_builders.make_order((make_variant(), 2))
    line = order.lines.get()
    worth = refunds.proposal(order, units={line.pk: 1}, includes_shipping=False).total_minor
    refunds.refund(
        order_id=order.pk, units={line.pk: 1}, includes_shipping=False, amount_minor=None,
        shown_minor=worth, restock=False, reason="", staff=None,
    )  # fmt: skip
    state(order, 1)
    due = amounts.due(order)
    assert (dict(due.units), due.goods_minor, due.shipping_minor) == ({line.pk: 1}, 4400, 600)


def test_an_order_from_before_its_cheapest_delivery_was_kept_gets_all_shipping_back():
    order = order_builders.make_order()
    assert order.standard_shipping_minor is None
    state(order, 1)
    assert amounts.due(order).shipping_minor == order_builders.SHIPPING_MINOR


def test_the_cheapest_of_what_was_offered_is_kept(client):
    from shop.checkout import quoting
    from shop.shipping.models import ShippingRate, ShippingZone
    from tests.shop.checkout_builders import open_shop

    open_shop()
    zone = ShippingZone.objects.get(name="DE")
    for name, price, is_pickup in (("Express", 1200, False), ("At the shop", 0, True)):
        ShippingRate.objects.create(
            zone=zone, name=name, max_weight_grams=2000, price_minor=price, is_pickup=is_pickup
        )
    line = replace(order_builders._plain(make_variant(), 1))
    offered = quoting.shipping_choices([line], "DE", tax=TAXES["contained"])
    assert {(quote.name, quote.standard_minor) for quote in offered} == {
        ("Parcel", 600), ("Express", 600), ("At the shop", 600),
    }  # fmt: skip

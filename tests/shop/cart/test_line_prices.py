"""What a line of the cart costs: the price of the moment, less when many are bought, codes on top."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from shop.cart import basket, rows
from shop.cart.models import Cart
from shop.catalogue.price_rules import QuantityBreak
from shop.checkout import quoting
from shop.discounts.models import DiscountCode
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import open_shop, put_in_cart

pytestmark = pytest.mark.django_db
START, END = dt.datetime(2026, 3, 10, tzinfo=dt.UTC), dt.datetime(2026, 3, 20, tzinfo=dt.UTC)


@pytest.fixture
def rattles(db):
    """Two colours of a rattle, $40.00 and $50.00: 10 % less each from three."""
    open_shop()
    rattle = make_product(title="Rattle", option1_name="Band")
    QuantityBreak.objects.create(product=rattle, from_quantity=3, percent_basis_points=1000)
    return [
        make_variant(rattle, option1=colour, price_minor=price, on_hand=20)
        for colour, price in [("Red", 4000), ("Ochre", 5000)]
    ]


def shown(client: Client) -> str:
    return " ".join(client.get("/cart/").content.decode().split())


def test_below_the_break_each_costs_its_price(client, rattles):
    put_in_cart(client, rattles[0], 2)
    assert "$40.00 each" in shown(client)
    assert "less each" not in shown(client)


def test_the_row_says_why_each_costs_less(client, rattles):
    put_in_cart(client, rattles[0], 3)
    page = shown(client)
    for text in ("$36.00 each", "10% less each from 3 units", "$108.00"):
        assert text in page


def test_all_variants_of_a_product_count_together(client, rattles):
    put_in_cart(client, rattles[0], 2)
    put_in_cart(client, rattles[1], 1)
    page = shown(client)
    for text in ("$36.00 each", "$45.00 each", "$72.00", "<dt>Items</dt><dd>$117.00</dd>"):
        assert text in page
    client.post("/cart/update/", {"remove": Cart.objects.get().lines.first().pk})
    assert "$50.00 each" in shown(client)


def test_other_products_do_not_count(client, rattles):
    put_in_cart(client, rattles[0], 2)
    put_in_cart(client, make_variant(), 5)
    assert "$40.00 each" in shown(client)


def test_a_break_adds_to_a_sale(client, rattles):
    red = rattles[0]
    red.sale_price_minor, red.sale_starts_at, red.sale_ends_at = 3335, START, END
    red.save()
    with time_machine.travel(START, tick=False):
        put_in_cart(client, red, 3)
        assert "$30.02 each" in shown(client)
    with time_machine.travel(END, tick=False):
        assert "$36.00 each" in shown(client)


def test_a_code_takes_its_part_of_what_is_left(client, rattles):
    DiscountCode.objects.create(code="TEN", kind="percent", percent_basis_points=1000)
    put_in_cart(client, rattles[0], 3)
    client.post("/cart/code/", {"code": "ten"})
    page = shown(client)
    assert "<dt>Discount (TEN)</dt><dd>-$10.80</dd>" in page
    assert "<dt>Items after discount</dt><dd>$97.20</dd>" in page


def test_a_codes_minimum_is_asked_of_the_lowered_prices(client, rattles):
    DiscountCode.objects.create(code="BIG", kind="percent", percent_basis_points=1000, minimum_minor=11_000)
    put_in_cart(client, rattles[0], 3)
    answer = client.post("/cart/code/", {"code": "big"}, follow=True)
    assert "This code needs items worth $110.00 or more." in answer.content.decode()


def test_cart_and_checkout_ask_the_same_price(client, rattles):
    put_in_cart(client, rattles[0], 2)
    put_in_cart(client, rattles[1], 2)
    lines = basket.lines_of(Cart.objects.get())
    assert [row.price for row in rows.rows_of(lines, own={})] == ["$36.00", "$45.00"]
    assert [line.unit_price_minor for line in quoting.plain_lines(lines)] == [3600, 4500]


def test_prices_of_many_lines_cost_as_few_queries_as_of_one(client, rattles, django_assert_num_queries):
    put_in_cart(client, rattles[0])
    cart = Cart.objects.get()
    with django_assert_num_queries(3):  # lines, pictures, breaks
        basket.lines_of(cart)
    for number in range(8):
        variant = make_variant(sale_price_minor=number)
        QuantityBreak.objects.create(
            product=variant.product, from_quantity=2 + number, percent_basis_points=500
        )
        put_in_cart(client, variant, 2)
    with django_assert_num_queries(3):
        assert sum(bool(line.price.note) for line in basket.lines_of(cart)) == 1

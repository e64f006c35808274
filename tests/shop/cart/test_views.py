"""The cart's pages: true stock, clear messages, nothing lost."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from shop.cart import cookies
from shop.cart.models import CartLine
from shop.catalogue.models import Product
from tests.builders import make_product, make_variant

pytestmark = pytest.mark.django_db


def add(client, sku, quantity="1"):
    return client.post("/cart/add/", {"sku": sku, "quantity": quantity})


def shown_after(client, answer):
    """Return the page that a refused form leads to; its POST is never answered with one."""
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    return page.content.decode()


def quantities():
    return list(CartLine.objects.values_list("variant__sku", "quantity"))


def test_adding_leads_to_the_cart_which_shows_the_line(client):
    variant = make_variant(make_product(title="Quena"), sku="Q", price_minor=9000)
    answer = add(client, "Q", "2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart/")
    page = client.get("/cart/").content.decode()
    assert "Quena" in page
    assert "$180.00" in page
    assert "Quena is in your cart." in page
    assert quantities() == [(variant.sku, 2)]


def test_adding_again_adds_up(client):
    make_variant(sku="Q", on_hand=5)
    add(client, "Q", "2")
    add(client, "Q", "3")
    assert quantities() == [("Q", 5)]


def test_more_than_there_is_is_refused_beside_the_field_and_keeps_what_was_typed(client):
    make_variant(sku="Q", on_hand=2)
    html = shown_after(client, add(client, "Q", "3"))
    assert 'id="id_quantity_error"><p>Only 2 units left.</p>' in html
    assert 'value="3"' in html
    assert quantities() == []


def test_what_is_refused_is_told_once_and_reloading_shows_the_product(client):
    variant = make_variant(sku="Q", on_hand=2)
    there = add(client, "Q", "3").headers["Location"]
    assert client.head(there).status_code == 303
    assert "Only 2 units left." in client.get(there).content.decode()
    assert client.get(there).headers["Location"] == f"{variant.product.get_absolute_url()}?variant=Q"
    assert client.get("/cart/add/").headers["Location"] == "/cart/"


def test_what_is_refused_shows_to_nobody_else_and_on_no_public_page(client):
    variant = make_variant(sku="Q", on_hand=2)
    there = add(client, "Q", "3").headers["Location"]
    assert Client().get(there).status_code == 303
    assert "Only 2 units left.</p>" not in client.get(variant.product.get_absolute_url()).content.decode()
    assert "no-store" in client.get(there).headers["Cache-Control"]


def test_a_mistake_at_one_product_leaves_what_the_cart_holds(client):
    make_variant(sku="Q", on_hand=2)
    make_variant(sku="R", on_hand=2)
    add(client, "Q", "2")
    shown_after(client, add(client, "R", "9"))
    assert quantities() == [("Q", 2)]


def test_what_the_cart_already_holds_counts(client):
    make_variant(sku="Q", on_hand=2)
    add(client, "Q", "2")
    assert "Only 2 units left. Your cart already holds 2." in shown_after(client, add(client, "Q", "1"))


@pytest.mark.parametrize(
    ("typed", "message"),
    [("0", "Enter at least 1."), ("-1", "Enter at least 1."), ("1000000000", "Enter at most 999."),
     ("two", "Enter a whole number"), ("1e309", "Enter a whole number"), ("NaN", "Enter a whole number"),
     ("", "Enter a quantity."), ("9" * 5000, "Enter"), ("1\x00", "Enter"), ("1.5", "Enter a whole number")],
)  # fmt: skip
def test_a_quantity_that_is_none_gets_a_message(client, typed, message):
    make_variant(sku="Q", on_hand=2)
    assert message in shown_after(client, add(client, "Q", typed))
    assert quantities() == []


@pytest.mark.parametrize("sku", ["", "NOPE", "\x00", "x" * 10_000, "'; DROP TABLE"])
def test_an_unknown_sku_leads_to_the_cart_with_a_sentence(client, sku):
    assert "We do not know this item." in shown_after(client, add(client, sku))
    assert quantities() == []


def test_an_sku_with_something_behind_it_is_another_one(client):
    make_variant(sku="x" * 40)
    shown_after(client, add(client, "x" * 41))
    assert quantities() == []


def test_a_draft_or_an_inactive_variant_cannot_be_added(client):
    make_variant(make_product(status=Product.Status.DRAFT), sku="D")
    make_variant(sku="I", is_active=False)
    for sku in ("D", "I"):
        assert "We do not know this item." in shown_after(client, add(client, sku))
    assert quantities() == []


def update(client, **fields):
    return client.post("/cart/update/", fields)


def field_of(sku):
    return f"quantity-{CartLine.objects.get(variant__sku=sku).pk}"


def test_quantities_can_be_changed_and_lines_removed(client):
    make_variant(sku="A")
    make_variant(sku="B")
    add(client, "A")
    add(client, "B")
    update(client, **{field_of("A"): "4"})
    assert quantities() == [("A", 4), ("B", 1)]
    update(client, **{field_of("A"): "0"})
    assert quantities() == [("B", 1)]
    update(client, remove=str(CartLine.objects.get().pk))
    assert "Your cart is empty." in client.get("/cart/").content.decode()


def test_one_wrong_quantity_is_named_at_its_line_and_nothing_is_lost(client):
    make_variant(sku="A", on_hand=3)
    make_variant(sku="B", on_hand=3)
    add(client, "A")
    add(client, "B")
    assert update(client, **{field_of("A"): "9", field_of("B"): "2"}).headers["Location"] == "/cart/"
    page = client.get("/cart/").content.decode()
    assert "Only 3 units left." in page
    assert 'value="9"' in page
    assert 'value="2"' in page
    assert quantities() == [("A", 1), ("B", 1)]


@pytest.mark.parametrize("line_id", ["", "0", "x", "9" * 40, "1\x00"])
def test_removing_what_is_not_there_changes_nothing(client, line_id):
    make_variant(sku="A")
    add(client, "A")
    assert update(client, remove=line_id).status_code == 303
    assert quantities() == [("A", 1)]


def test_a_strangers_line_cannot_be_changed(client, django_user_model):
    make_variant(sku="A")
    add(client, "A")
    stranger = type(client)()
    make_variant(sku="B")
    add(stranger, "B")
    update(stranger, remove=str(CartLine.objects.get(variant__sku="A").pk))
    update(stranger, **{field_of("A"): "0"})
    assert quantities() == [("A", 1), ("B", 1)]


def test_a_line_sold_out_meanwhile_says_so_in_the_cart(client):
    variant = make_variant(sku="A", on_hand=3)
    add(client, "A", "2")
    type(variant).objects.update(on_hand=1)
    assert "Only 1 unit left." in client.get("/cart/").content.decode()
    type(variant).objects.update(on_hand=0)
    assert "Sold out. Please remove this line." in client.get("/cart/").content.decode()


def test_a_cart_is_kept_thirty_days_and_then_empty_without_an_error(client):
    make_variant(sku="A")
    add(client, "A")
    with time_machine.travel(timezone.now() + dt.timedelta(days=29), tick=False):
        assert "Quantity" in client.get("/cart/").content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=31), tick=False):
        assert "Your cart is empty." in client.get("/cart/").content.decode()
        assert update(client, **{field_of("A"): "2"}).status_code == 302


def test_a_forged_cookie_is_an_empty_cart(client):
    client.cookies[cookies.NAME] = "token.5:forged"
    assert "Your cart is empty." in client.get("/cart/").content.decode()


def test_the_count_in_the_header_needs_no_query(client, django_assert_num_queries, rf):
    make_variant(sku="A")
    add(client, "A", "3")
    request = rf.get("/")
    request.COOKIES = {cookies.NAME: client.cookies[cookies.NAME].value}
    with django_assert_num_queries(0):
        assert cookies.count(request) == 3


def test_the_cart_page_asks_five_questions_for_one_line_and_for_ten(client, django_assert_max_num_queries):
    for n in range(10):
        make_variant(sku=f"S{n}")
    add(client, "S0")
    client.get("/cart/")
    with django_assert_max_num_queries(5):
        client.get("/cart/")
    for n in range(1, 10):
        add(client, f"S{n}")
    client.get("/cart/")
    with django_assert_max_num_queries(5):
        client.get("/cart/")


def test_beyond_the_limit_the_buyer_reads_when_to_try_again(client, settings):
    settings.LIMIT_CART = (2, 60)
    make_variant(sku="A", on_hand=9)
    add(client, "A")
    add(client, "A")
    page = add(client, "A")
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "please try again in" in page.content.decode()


def test_the_cart_is_never_cached(client):
    assert "no-store" in client.get("/cart/").headers["Cache-Control"]


def test_a_quantity_that_nobody_changed_stays_as_another_tab_left_it(client):
    make_variant(sku="A", on_hand=9)
    make_variant(sku="B", on_hand=9)
    add(client, "A", "3")
    add(client, "B", "3")
    first, second = field_of("A"), field_of("B")
    assert f'name="was-{first}" value="3"' in client.get("/cart/").content.decode()
    shown = {f"was-{first}": "3", f"was-{second}": "3"}
    CartLine.objects.update(quantity=1)
    update(client, **shown, **{first: "3", second: "5"})
    assert quantities() == [("A", 1), ("B", 5)]


@pytest.mark.parametrize("address", ["/cart/update/", "/cart/code/"])
def test_who_comes_back_too_late_reads_how_long_this_shop_keeps_carts(client, settings, address):
    settings.CART_LIFETIME = dt.timedelta(days=12)
    page = client.post(address, {"code": "X"}, follow=True).content.decode()
    assert "Your cart is empty. Carts are kept for 12 days." in page

"""What was typed at the checkout stays with the cart, and no POST is answered with a page."""

import pytest
from django.test import Client

from shop.cart.models import Cart
from shop.orders.models import Order
from shop.payments import sync
from tests.builders import make_variant
from tests.shop.checkout_builders import (
    ADDRESS,
    newest_payment,
    press,
    put_in_cart,
    shown_total,
    submit_checkout,
)

pytestmark = pytest.mark.django_db

TYPED = ADDRESS | {"line2": "Flat 3", "phone": "+49 221 4711", "region": "NRW"}
TEXTS = [text for name, text in TYPED.items() if name != "country"]


@pytest.fixture
def buyer(variant):
    """Open a browser with a quena of $44.00 in its cart."""
    buyer = Client()
    put_in_cart(buyer, variant)
    return buyer


def look(browser, address="/checkout/"):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return " ".join(answer.content.decode().split())


def assert_keeps(page):
    for text in TEXTS:
        assert f'value="{text}"' in page


@pytest.mark.parametrize("button", ["1", "code", "remove-code", "cart", "keep"])
def test_whatever_button_was_pressed_the_checkout_shows_what_was_typed(buyer, button):
    answer = buyer.post("/checkout/", TYPED | {"update": button})
    assert answer.status_code in {204, 303}
    assert_keeps(look(buyer))
    assert_keeps(look(buyer))


def test_change_cart_keeps_the_details_and_leads_to_the_cart(buyer):
    assert 'name="update" value="cart"' in look(buyer)
    answer = buyer.post("/checkout/", TYPED | {"update": "cart"})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    buyer.post("/cart/update/", {"checkout": "1"})
    assert_keeps(look(buyer))


def test_the_choice_of_country_and_shipping_is_kept_with_its_total(buyer):
    page = look(buyer)
    buyer.post("/checkout/", TYPED | {"country": "US", "update": "1"})
    there = look(buyer)
    assert '<option value="US" selected>' in there
    assert shown_total(there) != shown_total(page)


def test_a_field_that_was_emptied_stays_empty(buyer):
    buyer.post("/checkout/", TYPED | {"update": "1"})
    buyer.post("/checkout/", TYPED | {"phone": "", "update": "1"})
    assert TYPED["phone"] not in look(buyer)


@pytest.mark.parametrize("end", ["decline", "leave", "expire"])
def test_a_payment_that_came_to_nothing_leaves_the_details_in_the_form(buyer, end):
    assert submit_checkout(buyer, **TYPED).status_code == 303
    order = Order.objects.get()
    if end == "decline":
        press(buyer, order, "decline")
    elif end == "expire":
        sync.close(newest_payment(order).pk, patient=False)
    assert_keeps(look(buyer))


def test_details_are_erased_with_the_cart(buyer):
    submit_checkout(buyer, **TYPED)
    assert TYPED["email"] in Cart.objects.get().typed
    Cart.objects.all().delete()
    put_in_cart(buyer, make_variant())
    assert TYPED["email"] not in look(buyer)


def test_a_stranger_with_another_cart_sees_nothing_of_it(buyer, variant):
    stranger = Client()
    put_in_cart(stranger, variant)
    buyer.post("/checkout/", TYPED | {"update": "1"})
    page = look(stranger)
    assert not any(text in page for text in TEXTS)
    assert not any(text in str(buyer.cookies) for text in TEXTS)


HOSTILE = ["a\x00b", "💥" * 300, "</script><b>", "x" * 100_000, "\\u0000", "'\"&", "\u202e"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_kept_escaped_and_told_at_its_field(buyer, hostile):
    answer = buyer.post("/checkout/", TYPED | {"name": hostile, "shown_total": "USD5000"}, follow=True)
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode().split("<main")[1].split("order-peek")[0]
    assert len(answer.content) < 60_000
    assert len(Cart.objects.get().typed) < 4000
    assert TYPED["email"] in look(buyer)


WRONG = {
    "nothing shown": {},
    "another total": {"shown_total": "USD1"},
    "a field": {"email": "nonsense", "shown_total": "USD5000"},
    "a code": {"code": "NONSENSE", "shown_total": "USD5000"},
    "shipping": {"shipping_rate": "express", "shown_total": "USD5000"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_an_order_that_cannot_be_is_redirected_and_its_errors_are_told_once(buyer, wrong):
    answer = buyer.post("/checkout/", TYPED | wrong)
    assert (answer.status_code, answer["Location"]) == (303, "/checkout/")
    assert buyer.head("/checkout/").status_code == 200, "a HEAD tells nobody"
    first, second = look(buyer), look(buyer)
    told = ("notice", "error-summary", "field-error")
    assert any(f'class="{kind}"' in first for kind in told)
    assert not any(f'class="{kind}"' in second for kind in told)
    assert_keeps(second) if "email" not in wrong else None
    assert not Order.objects.exists()


def test_no_form_of_cart_or_checkout_is_answered_with_a_page(buyer, variant):
    line = Cart.objects.get().lines.get()
    posts = [
        ("/cart/update/", {f"quantity-{line.pk}": "900"}),
        ("/cart/update/", {f"quantity-{line.pk}": "two", "checkout": "1"}),
        ("/cart/code/", {"code": "NONSENSE"}),
        ("/cart/code/", {"remove": "remove-code"}),
        ("/checkout/", TYPED | {"update": "1"}),
        ("/checkout/", TYPED | {"update": "code", "code": "NONSENSE"}),
        ("/checkout/", {}),
        ("/checkout/", {"update": "\x00"}),
    ]
    for address, data in posts:
        answer = buyer.post(address, data)
        assert answer.status_code == 303, (address, data)
        assert answer["Location"] in {"/cart/", "/checkout/"}


def test_another_try_that_cannot_be_is_told_by_the_order_page(buyer, variant):
    submit_checkout(buyer)
    order = Order.objects.get()
    sync.close(newest_payment(order).pk, patient=False)
    type(variant).objects.update(on_hand=0)
    answer = buyer.post(f"{order.get_absolute_url()}pay/")
    assert (answer.status_code, answer["Location"]) == (303, order.get_absolute_url())
    assert "not everything is there any more" in look(buyer, order.get_absolute_url())
    assert "not everything is there any more" not in look(buyer, order.get_absolute_url())


def test_an_order_that_became_possible_meanwhile_still_asks_the_buyer(buyer, variant):
    type(variant).objects.update(on_hand=0)
    buyer.post("/checkout/", ADDRESS | {"shown_total": "USD5000"})
    type(variant).objects.update(on_hand=5)
    assert "Nothing was ordered yet." in look(buyer)


def test_typed_quantities_stay_when_another_line_is_removed(buyer):
    put_in_cart(buyer, make_variant(sku="OTHER"))
    first, second = Cart.objects.get().lines.all()
    buyer.post("/cart/update/", {f"quantity-{first.pk}": "3", "remove": str(second.pk)})
    assert 'value="3"' in look(buyer, "/cart/")
    assert 'value="3"' not in look(buyer, "/cart/")

"""Codes are applied and removed where they stand, and what became of them is said there."""

import re

import pytest
from django.test import Client

from shop.cart.models import Cart
from shop.discounts.models import DiscountCode
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS, put_in_cart
from tests.shop.giftcards.builders import make_card

pytestmark = pytest.mark.django_db
CARD = "ABCD-EFGH-JKLM-7F3K"
PAGES = ["/cart/", "/checkout/"]


@pytest.fixture
def buyer(variant):
    """Open a browser with a quena of $44.00 in its cart, in a shop with two codes."""
    for code, points in (("WELCOME10", 1000), ("SPRING", 500)):
        DiscountCode.objects.create(code=code, percent_basis_points=points)
    buyer = Client()
    put_in_cart(buyer, variant)
    return buyer


def try_code(buyer, page, code):
    """Type a code on a page; return that page as it is shown next."""
    if page == "/cart/":
        return follow(buyer, page, "/cart/code/", {"code": code})
    return follow(buyer, page, "/checkout/", ADDRESS | {"code": code, "update": "code"})


def press_remove(buyer, page, what):
    if page == "/cart/":
        return follow(buyer, page, "/cart/code/", {"remove": what})
    return follow(buyer, page, "/checkout/", ADDRESS | {"update": what})


def follow(buyer, page, address, data):
    answer = buyer.post(address, data)
    assert (answer.status_code, answer["Location"]) == (303, page)
    return " ".join(buyer.get(page).content.decode().split())


def field(page):
    """Return the part of a page that is about codes."""
    return page[page.index('id="codes"') : page.index("</code-field>")]


@pytest.mark.parametrize("page", PAGES)
def test_a_second_code_says_which_one_it_replaced(buyer, page):
    assert "takes the place" not in try_code(buyer, page, "WELCOME10")
    said = "SPRING takes the place of WELCOME10: an order takes one discount code."
    assert said in field(try_code(buyer, page, "spring"))
    assert said not in buyer.get(page).content.decode(), "once"
    assert Cart.objects.get().discount_code == "SPRING"


@pytest.mark.parametrize("page", PAGES)
def test_a_second_code_that_does_not_apply_says_why_and_what_stays(buyer, page):
    try_code(buyer, page, "WELCOME10")
    said = field(try_code(buyer, page, "NONSENSE"))
    assert "We do not know this code." in said
    assert "The code WELCOME10 still applies." in said
    assert 'value="NONSENSE"' in said
    assert 'aria-invalid="true" aria-describedby="id_code_error"' in said
    assert Cart.objects.get().discount_code == "WELCOME10"


@pytest.mark.parametrize("page", PAGES)
def test_a_code_typed_again_replaces_nothing(buyer, page):
    try_code(buyer, page, "WELCOME10")
    assert "takes the place" not in try_code(buyer, page, "welcome10 ")


@pytest.mark.parametrize("page", PAGES)
def test_what_is_removed_is_said_at_the_field(buyer, page):
    card = make_card(CARD, 1000)
    try_code(buyer, page, "WELCOME10")
    assert "The discount code was removed." in field(press_remove(buyer, page, "remove-code"))
    try_code(buyer, page, CARD)
    said = field(press_remove(buyer, page, f"remove-card-{card.pk}"))
    assert "The gift card was removed." in said


@pytest.mark.parametrize("page", PAGES)
def test_every_button_for_codes_leads_back_to_them(buyer, page):
    make_card(CARD, 1000)
    try_code(buyer, page, CARD)
    part = field(try_code(buyer, page, "WELCOME10"))
    buttons = re.findall(r"<button[^>]*>", part)
    assert len(buttons) >= 3
    assert all(re.search(r'formaction="[^"]*#codes"', button) for button in buttons)


def test_enter_in_the_carts_field_applies_what_was_typed_and_removes_nothing(buyer):
    try_code(buyer, "/cart/", "WELCOME10")
    part = field(" ".join(buyer.get("/cart/").content.decode().split()))
    first = re.search(r"<button[^>]*>", part)
    assert first
    assert "name=" not in first[0], "browsers press the first button of a form"


@pytest.mark.parametrize("page", PAGES)
def test_a_code_that_a_stranger_tried_is_not_told_to_others(buyer, page):
    stranger = Client()
    put_in_cart(stranger, make_variant())
    buyer.post("/cart/code/", {"code": "NONSENSE"})
    assert "NONSENSE" not in stranger.get(page).content.decode()

"""The code field of the cart: /cart/code/ tries, keeps, shows and removes a discount code."""

import pytest
from django.test import Client

from shop.cart.models import Cart
from shop.catalogue.models import Product
from shop.discounts.models import DiscountCode
from tests.builders import make_collection, make_variant
from tests.shop.checkout_builders import open_shop, put_in_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(db):
    """Open a browser with one instrument of $44.00 in its cart."""
    open_shop()
    buyer = Client()
    put_in_cart(buyer, make_variant())
    return buyer


def make_code(code="WELCOME10", **facts):
    return DiscountCode.objects.create(
        code=code, **({"kind": "percent", "percent_basis_points": 1000} | facts)
    )


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_the_cart_has_a_form_for_a_code(buyer):
    page = shown(buyer.get("/cart/"))
    form = page[page.index('action="/cart/code/"') :]
    assert 'method="post"' in form[: form.index(">")]
    assert 'name="code"' in form[: form.index("</form>")]


def test_a_code_that_applies_is_shown_with_what_it_takes_off(buyer):
    make_code()
    answer = buyer.post("/cart/code/", {"code": " welcome10 "})
    assert (answer.status_code, answer["Location"]) == (303, "/cart/")
    page = shown(buyer.get("/cart/"))
    assert "<dt>Discount (WELCOME10)</dt><dd>-$4.40</dd>" in page
    assert "<dt>Items after discount</dt><dd>$39.60</dd>" in page
    assert Cart.objects.get().discount_code == "WELCOME10"


def test_free_shipping_is_named(buyer):
    make_code("SHIP", kind="shipping", percent_basis_points=0)
    buyer.post("/cart/code/", {"code": "ship"})
    assert "<dt>Discount (SHIP)</dt><dd>Free shipping</dd>" in shown(buyer.get("/cart/"))


def test_a_refused_code_stays_in_its_field_with_the_reason(buyer):
    answer = buyer.post("/cart/code/", {"code": "NONSENSE"}, follow=True)
    page = shown(answer)
    assert answer.status_code == 200
    assert 'value="NONSENSE"' in page
    assert 'aria-invalid="true" aria-describedby="id_code_error"' in page
    assert "We do not know this code." in page
    assert Cart.objects.get().discount_code == ""


def test_a_code_can_be_removed_by_its_button_and_by_emptying_the_field(buyer):
    make_code()
    for removal in ({"remove": "remove-code"}, {"code": " "}):
        buyer.post("/cart/code/", {"code": "WELCOME10"})
        assert "WELCOME10" in shown(buyer.get("/cart/"))
        assert buyer.post("/cart/code/", removal).status_code == 303
        assert "WELCOME10" not in shown(buyer.get("/cart/"))


def test_a_kept_code_that_applies_no_more_says_why_and_applies_again_when_it_can(buyer):
    code = make_code()
    buyer.post("/cart/code/", {"code": "WELCOME10"})
    flutes = make_collection()
    code.collections.add(flutes)
    page = shown(buyer.get("/cart/"))
    assert "This code is for other instruments" in page
    assert "<dt>Items</dt><dd>$44.00</dd>" in page
    flutes.products.set(Product.objects.all())
    assert "-$4.40" in shown(buyer.get("/cart/"))


def test_without_a_cart_there_is_nothing_to_take_off(client):
    answer = client.post("/cart/code/", {"code": "WELCOME10"})
    assert (answer.status_code, answer["Location"]) == (302, "/cart/")
    assert client.get("/cart/code/").status_code == 405


@pytest.mark.parametrize("typed", ["x" * 10_000, "\0", "💥" * 300, "<script>alert(1)</script>", "{{ 7*7 }}"])
def test_whatever_is_typed_is_answered_and_escaped(buyer, typed):
    answer = buyer.post("/cart/code/", {"code": typed}, follow=True)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert len(answer.content) < 40_000


def test_twenty_codes_may_be_tried_in_ten_minutes_and_many_more_must_wait(buyer, settings):
    settings.LIMIT_CODES = (30, 600)
    make_code()
    for number in range(20):
        assert buyer.post("/cart/code/", {"code": f"GUESS{number}"}).status_code == 303
    assert buyer.post("/cart/code/", {"code": "WELCOME10"}).status_code == 303
    answers = [buyer.post("/cart/code/", {"code": "MORE"}) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [303] * 9 + [429] * 3
    assert "Please try again in 10 minutes." in shown(answers[-1])
    assert 0 < int(answers[-1]["Retry-After"]) <= 600
    assert "-$4.40" in shown(buyer.get("/cart/")), "looking at a kept code is no attempt"


def test_the_cart_asks_as_little_with_a_code_as_it_can(buyer, django_assert_max_num_queries):
    make_code()
    buyer.post("/cart/code/", {"code": "WELCOME10"})
    buyer.get("/cart/")
    with django_assert_max_num_queries(8):
        buyer.get("/cart/")

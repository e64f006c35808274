"""A code for each customer once tells nobody who is a customer; each address asked about is a code tried."""

import pytest
from django.test import Client

from shop.discounts.models import DiscountCode
from shop.orders.models import Order
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS, look_at_checkout, put_in_cart, send, submit_checkout

pytestmark = pytest.mark.django_db
USED = "You have used this code before."
KNOWN, STRANGER = "ada@customer.example", "nobody@customer.example"
TOO_MANY = "Very many codes were tried from your network."


@pytest.fixture
def asker():
    """A browser with a code in its cart that Ada has used already."""
    variant = make_variant(on_hand=50)
    DiscountCode.objects.create(code="MEMBER", kind="percent", percent_basis_points=1000, most_uses_each=1)
    for email in (KNOWN, ""):
        client = Client()
        put_in_cart(client, variant)
        assert client.post("/cart/code/", {"code": "MEMBER"}).status_code == 303
        if email:
            assert submit_checkout(client, email=email).status_code == 303
    assert Order.objects.get().discount_code == "MEMBER"
    return client


def ask_to_order(client, email, **more):
    return send(client, ADDRESS | {"email": email, "shown_total": "USD1"} | more)


@pytest.mark.parametrize("update", ["1", "keep", "cart"])
def test_nothing_but_an_order_asks_whether_somebody_is_a_customer(asker, update):
    pages = []
    for email in (KNOWN, STRANGER):
        asker.post("/checkout/", ADDRESS | {"email": email, "update": update, "code": "MEMBER"})
        page = asker.get("/checkout/").content.decode()
        assert email in page
        assert "Discount (MEMBER)" in " ".join(page.split())
        assert USED not in page
        assert USED not in asker.get("/cart/").content.decode()
        pages.append(page)
    assert len(pages[0]) - len(KNOWN) == len(pages[1]) - len(STRANGER), "both get the same page"


def test_looking_again_after_a_refused_order_tells_nothing_of_other_addresses(asker):
    assert USED in ask_to_order(asker, KNOWN).content.decode()
    asker.post("/checkout/", ADDRESS | {"email": STRANGER, "update": "keep"})
    after_stranger = USED in asker.get("/checkout/").content.decode()
    asker.post("/checkout/", ADDRESS | {"email": KNOWN, "update": "keep"})
    assert (USED in asker.get("/checkout/").content.decode()) == after_stranger


def test_each_other_address_that_an_order_asks_about_is_a_code_tried(asker, settings):
    settings.LIMIT_CODES = (5, 600)  # two were tried to fill the carts, and one address asked about
    for email in (STRANGER, "ben@customer.example", STRANGER, KNOWN):
        assert ask_to_order(asker, email).status_code == 200
    for email in ("cleo@customer.example", "cleo@customer.example", "dora@customer.example"):
        answer = ask_to_order(asker, email)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
        assert TOO_MANY in answer.content.decode()
        assert email in answer.content.decode(), "nothing typed is lost"
    assert Order.objects.count() == 1


def test_a_customer_who_used_it_is_told_at_the_order_and_can_order_without_it(asker):
    page = look_at_checkout(asker, email=KNOWN)
    assert "Discount (MEMBER)" in " ".join(page.split())
    answer = ask_to_order(asker, KNOWN, shown_total="USD4560")
    assert USED in answer.content.decode()
    assert "The total for this address is $50.00" in answer.content.decode()
    told = {"shown_total": "USD5000", "code": "MEMBER", "refused_code": "MEMBER"}
    assert ask_to_order(asker, KNOWN, **told).status_code == 303
    assert Order.objects.latest("number").discount_code == ""

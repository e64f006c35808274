"""An order that costs nothing promises no payment, and asks for none: checkout, order page and mails."""

import pytest
from django.test import Client

from foundation.models import OutboxMail
from shop.discounts.models import DiscountCode
from shop.orders.models import Order
from shop.shipping.models import ShippingRate
from tests.shop.checkout_builders import ADDRESS, buy, put_in_cart, send, shown_total, submit_checkout
from tests.shop.giftcards.builders import make_card

pytestmark = pytest.mark.django_db
CARD = "ABCD-EFGH-JKLM-7F3K"
OF_PAYMENT = ("next page", "Order and pay", "your payment", "Stripe")


def text_of(answer):
    """Return the page's own part, without head, scripts and footer."""
    return answer.content.decode().split("<main")[1].split("</main>")[0]


@pytest.fixture
def buyer(variant):
    """Open a browser with a quena of $44.00 in its cart; two to three days for $6.00 to its door."""
    ShippingRate.objects.update(days_from=2, days_to=3)
    buyer = Client()
    put_in_cart(buyer, variant)
    return buyer


def make_it_free(way):
    """Return the code that leaves nothing to pay."""
    if way == "card":
        make_card(CARD, 9000)
        return CARD
    ShippingRate.objects.update(price_minor=0)
    DiscountCode.objects.create(code="GIFT", percent_basis_points=10_000)
    return "GIFT"


WAYS = pytest.mark.parametrize(
    ("way", "words"), [("code", "This order costs nothing."), ("card", "Nothing is left to pay.")]
)


@WAYS
def test_the_checkout_says_so_and_its_buttons_place_the_order(buyer, way, words):
    code = make_it_free(way)
    before = text_of(buyer.get("/checkout/"))
    assert before.count("Order and pay</button>") == 2
    assert "next page" in before
    page = text_of(send(buyer, ADDRESS | {"code": code, "update": "code"}))
    assert words in page
    assert page.count("Place order</button>") == 2
    assert not [text for text in OF_PAYMENT if text in page]
    assert "Arrives 2 to 3 days after your order." in page


@WAYS
def test_with_the_code_gone_the_payment_is_announced_again(buyer, way, words):
    code = make_it_free(way)
    send(buyer, ADDRESS | {"code": code, "update": "code"})
    what = "remove-code" if way == "code" else f"remove-card-{make_card('X' * 12, 1).pk - 1}"
    page = text_of(send(buyer, ADDRESS | {"update": what}))
    assert page.count("Order and pay</button>") == 2
    assert "next page" in page
    assert words not in page


@WAYS
def test_the_order_goes_straight_on_to_its_page_and_no_mail_asks_for_money(buyer, way, words):
    code = make_it_free(way)
    page = send(buyer, ADDRESS | {"code": code, "update": "code"})
    seen = shown_total(page.content.decode())
    answer = send(buyer, ADDRESS | {"shown_total": seen})
    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, order.get_absolute_url())
    assert (order.status, order.charged_minor, order.payments.count()) == ("paid", 0, 0)
    shown = text_of(buyer.get(order.get_absolute_url()))
    assert not [text for text in (*OF_PAYMENT, "Pay now") if text in shown]
    mails = OutboxMail.objects.filter(message__startswith="order_")
    assert mails.count() == 2
    for mail in mails:
        for text in (mail.text, mail.html):
            assert "othing is left to pay" in text
            assert not [
                word for word in ("your payment", "payment arrived", "pay it", "Pay or") if word in text
            ]


def test_the_page_of_an_order_that_cost_nothing_says_that_there_is_nothing_to_pay(buyer):
    code = make_it_free("code")
    buyer.post("/cart/code/", {"code": code})
    submit_checkout(buyer)
    page = text_of(buyer.get(Order.objects.get().get_absolute_url()))
    assert "Thank you for your order" in page
    assert "There is nothing to pay." in page
    assert "is paid" not in page
    assert page.count("Nothing to pay") == 2  # its status, and a step of its way


def test_an_order_above_nothing_reads_as_ever(client, variant):
    order = buy(client, variant)
    mail = OutboxMail.objects.get(message="order_received")
    assert "It is complete as soon as your payment arrives." in mail.text
    assert "Pay or look at your order" in mail.html
    assert "Pay now" in text_of(client.get(order.get_absolute_url()))

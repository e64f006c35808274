"""Paying by gift card: typed where codes are, shown before paying, spent with the order, given back too."""

import pytest
from django.test import Client

from foundation import jobs
from shop.cart.models import CartGiftCard
from shop.discounts.models import DiscountCode
from shop.giftcards import cards
from shop.giftcards.models import GiftCard
from shop.orders.models import Order
from shop.shipping.models import ShippingRate
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import (
    ADDRESS,
    newest_payment,
    press,
    put_in_cart,
    send,
    shown_total,
    submit_checkout,
)
from tests.shop.giftcards import builders
from tests.shop.giftcards.builders import balance_of as balance
from tests.shop.payments.checks import assert_books_agree
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db
CODE = "ABCD-EFGH-JKLM-7F3K"


def make_card(balance_minor, code=CODE):
    return builders.make_card(code, balance_minor)


@pytest.fixture
def buyer(variant):
    """Open a browser with a flute of $44.00 in its cart."""
    buyer = Client()
    put_in_cart(buyer, variant)
    return buyer


def use(buyer, code=CODE):
    answer = buyer.post("/cart/code/", {"code": code})
    assert answer.status_code == 303, answer.content.decode()[:2000]


def order_with(buyer, code=CODE, **overrides):
    use(buyer, code)
    answer = submit_checkout(buyer, **overrides)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return Order.objects.latest("number")


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_a_gift_card_is_typed_where_codes_are_and_can_be_removed(buyer):
    card = make_card(2000)
    use(buyer, f" {CODE.lower()} ")
    page = shown(buyer.get("/cart/"))
    assert f"Gift card <b>{card}</b>, $20.00 on it." in page
    assert CODE not in page
    assert buyer.post("/cart/code/", {"remove": f"remove-card-{card.pk}"}).status_code == 303
    assert not CartGiftCard.objects.exists()
    assert "Gift card <b>" not in shown(buyer.get("/cart/"))


def test_the_checkout_says_what_the_card_pays_and_what_is_left(buyer, stripe_requests):
    card = make_card(2000)
    use(buyer)
    page = shown(send(buyer, ADDRESS | {"update": "1"}))
    assert f"<dt>Gift card {card}</dt><dd>-$20.00</dd>" in page
    assert "<dt>To pay</dt><dd>$30.00</dd>" in page
    order = order_with(buyer)
    assert (order.total_minor, order.gift_card_minor, order.charged_minor) == (5000, 2000, 3000)
    assert order.gift_cards == str(card)
    asked = newest_payment(order).params["line_items"]
    assert sum(item["price_data"]["unit_amount"] for item in asked) == 3000
    assert "$20.00 is paid by gift card" in newest_payment(order).params["custom_text"]["submit"]["message"]
    assert balance(card) == 0
    press(buyer, order, "pay")
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    assert f"<dt>Gift card {card}</dt><dd>-$20.00</dd>" in shown(buyer.get(order.get_absolute_url()))
    assert_books_agree()


def test_a_card_that_pays_all_skips_stripe_and_keeps_the_rest(buyer):
    card = make_card(7000)
    order = order_with(buyer)
    assert (order.status, order.charged_minor, order.payments.count()) == ("paid", 0, 0)
    assert balance(card) == 2000
    assert "Nothing is left to pay." not in shown(buyer.get(order.get_absolute_url()))
    [paper] = order.papers.all()
    assert paper.facts["sums"]["gift_card_minor"] == 5000


def test_several_cards_pay_in_turn(buyer):
    first, second = make_card(1000), make_card(9000, code="SECOND-CARD-2222")
    use(buyer, CODE)
    order = order_with(buyer, "SECOND-CARD-2222")
    assert (order.gift_card_minor, order.charged_minor) == (5000, 0)
    assert (balance(first), balance(second)) == (0, 5000)
    assert order.gift_cards == f"{first}, {second}"


def test_a_sixth_card_is_refused(buyer):
    for number in range(6):
        make_card(100, code=f"CARDS-NUMBER-{number}")
    for number in range(5):
        use(buyer, f"CARDS-NUMBER-{number}")
    answer = buyer.post("/cart/code/", {"code": "CARDS-NUMBER-5"}, follow=True)
    assert "An order can be paid with 5 gift cards at most." in shown(answer)
    use(buyer, "CARDS-NUMBER-1")
    assert CartGiftCard.objects.count() == 5


def test_a_card_and_a_discount_code_go_together(buyer, stripe_requests):
    DiscountCode.objects.create(code="WELCOME10", kind="percent", percent_basis_points=1000)
    make_card(2000)
    use(buyer, "WELCOME10")
    order = order_with(buyer)
    assert (order.discount_minor, order.total_minor, order.charged_minor) == (440, 4560, 2560)


def test_a_wrong_code_beside_one_that_applies_keeps_what_applies(buyer):
    DiscountCode.objects.create(code="WELCOME10", kind="percent", percent_basis_points=1000)
    use(buyer, "WELCOME10")
    page = shown(buyer.post("/cart/code/", {"code": "NONSENSE"}, follow=True))
    assert "Code <b>WELCOME10</b> applies." in page
    assert "We do not know this code." in page
    assert "-$4.40" in page
    sent = shown(send(buyer, ADDRESS | {"update": "1", "code": ""}))
    assert "Code <b>WELCOME10</b> applies." in sent, "an empty field for another code removes nothing"


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"is_blocked": True}, "This gift card was blocked. Please write to us."),
        ({"expires_on": "2020-01-01"}, "This gift card is not valid any more."),
        ({"currency": "EUR"}, "This gift card is in another currency."),
    ],
)
def test_a_card_that_cannot_pay_says_why_at_the_field(buyer, facts, problem):
    card = make_card(2000)
    GiftCard.objects.filter(pk=card.pk).update(**facts)
    page = shown(buyer.post("/cart/code/", {"code": CODE}, follow=True))
    assert problem in page
    assert 'aria-describedby="id_code_error"' in page


def test_a_card_that_was_blocked_since_says_so_and_pays_nothing(buyer):
    card = make_card(2000)
    use(buyer)
    GiftCard.objects.filter(pk=card.pk).update(is_blocked=True)
    page = shown(send(buyer, ADDRESS | {"update": "1"}))
    assert f"Gift card <b>{card}</b>: This gift card was blocked." in page
    assert "<dt>Total</dt><dd>$50.00</dd>" in page


def test_a_card_spent_elsewhere_meanwhile_shows_the_new_rest_and_charges_nothing(buyer, variant):
    card = make_card(2000)
    other = Client()
    put_in_cart(other, variant)
    use(buyer)
    shown_before = shown_total(send(buyer, ADDRESS | {"update": "1"}).content.decode())
    order_with(other)
    answer = send(buyer, ADDRESS | {"shown_total": shown_before})
    assert answer.status_code == 200
    assert Order.objects.count() == 1
    page = shown(answer)
    assert f"Gift card <b>{card}</b>: This gift card is empty." in page
    assert "<dt>Total</dt><dd>$50.00</dd>" in page
    again = send(buyer, ADDRESS | {"shown_total": shown_total(answer.content.decode())})
    assert again.status_code == 303
    assert Order.objects.latest("number").charged_minor == 5000


def test_a_card_emptied_between_look_and_lock_is_told_with_the_new_rest(buyer, monkeypatch):
    card = make_card(2000)
    use(buyer)
    lock = cards.lock

    def late(card_ids):
        GiftCard.objects.filter(pk=card.pk).update(balance_minor=500)
        lock(card_ids)

    monkeypatch.setattr(cards, "lock", late)
    answer = submit_checkout(buyer)
    assert answer.status_code == 200
    assert f"The gift card {card} has less on it by now." in shown(answer)
    assert Order.objects.count() == 0


def test_the_rest_is_never_less_than_a_card_can_be_charged(buyer, stripe_requests):
    card = make_card(4980)
    order = order_with(buyer)
    assert (order.gift_card_minor, order.charged_minor) == (4950, 50)
    assert balance(card) == 30


def test_a_total_below_what_can_be_charged_says_so_before_anything_is_charged(client):
    ShippingRate.objects.update(price_minor=0)
    put_in_cart(client, make_variant(price_minor=30))
    answer = submit_checkout(client)
    assert answer.status_code == 200
    assert "$0.30 is less than can be paid by card: the least is $0.50." in shown(answer)
    assert Order.objects.count() == 0


def test_gift_cards_do_not_buy_gift_cards_and_get_no_discount(client, stripe_requests):
    DiscountCode.objects.create(code="WELCOME10", kind="percent", percent_basis_points=1000)
    make_card(9000)
    put_in_cart(client, make_variant(make_product(is_gift_card=True), price_minor=5000, weight_grams=0))
    put_in_cart(client, make_variant(price_minor=1000))
    use(client, "WELCOME10")
    order = order_with(client)
    assert (order.discount_minor, order.gift_card_minor, order.charged_minor) == (100, 1500, 5000)


def test_twenty_guesses_pass_and_many_more_must_wait(buyer, settings):
    settings.LIMIT_CODES = (30, 600)
    make_card(2000)
    for number in range(29):
        assert buyer.post("/cart/code/", {"code": f"GUESS-{number:010}"}).status_code == 303
    use(buyer)
    assert buyer.post("/cart/code/", {"code": "GUESS-GUESS-GUESS"}).status_code == 429


@pytest.mark.parametrize(
    "typed", ["remove-card-", "remove-card-x", "remove-card-" + "9" * 40, "remove-card--1"]
)
def test_a_garbled_removal_removes_nothing(buyer, typed):
    make_card(2000)
    use(buyer)
    assert buyer.post("/cart/code/", {"remove": f"remove-card-{typed}"}).status_code == 303
    assert CartGiftCard.objects.count() == 1


def test_cart_and_checkout_ask_the_same_for_many_cards(buyer):
    counts = []
    for number in range(5):
        make_card(100, code=f"CARDS-NUMBER-{number}")
        use(buyer, f"CARDS-NUMBER-{number}")
        counts.append([queries_of(buyer, address) for address in ("/cart/", "/checkout/")])
    assert counts[1:] == [counts[1]] * 4
    assert counts[1] == [5, 8]

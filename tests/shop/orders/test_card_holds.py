"""What cards hold for orders is proven from the book of movements."""

import pytest
from django.core.management import call_command
from django.test import Client

from foundation import jobs
from shop.giftcards.models import GiftCard, GiftCardMovement
from shop.orders.card_holds import held_differences
from shop.orders.models import Order
from shop.payments import refunds, sync
from tests.builders import make_variant
from tests.shop.checkout_builders import newest_payment, open_shop, press, put_in_cart, submit_checkout
from tests.shop.giftcards.builders import make_card

pytestmark = pytest.mark.django_db
CODE = "ABCD-EFGH-JKLM-7F3K"


@pytest.fixture
def shop(db):
    open_shop()
    return make_variant(on_hand=9), make_card(CODE, 9000)


def order(shelf):
    """Order a flute; the card pays as much of it as it can."""
    buyer = Client()
    put_in_cart(buyer, shelf)
    assert buyer.post("/cart/code/", {"code": CODE}).status_code == 303
    assert submit_checkout(buyer).status_code == 303
    return buyer, Order.objects.latest("number")


def test_cards_hold_what_orders_of_every_status_are_paid_with(shop, capsys, django_assert_num_queries):
    shelf, _card = shop
    GiftCard.objects.update(balance_minor=2000)
    GiftCardMovement.objects.update(delta_minor=2000)
    _buyer, dead = order(shelf)
    sync.close(newest_payment(dead).pk, patient=False)
    buyer, paid = order(shelf)
    press(buyer, paid, "pay")
    jobs.run_due()
    refunds.refund(
        order_id=paid.pk, units={}, includes_shipping=False, amount_minor=3700, shown_minor=0, restock=False,
        reason="", staff=None,
    )  # fmt: skip
    _buyer, waiting = order(shelf)
    assert [o.gift_card_minor for o in (dead, paid, waiting)] == [2000, 2000, 700]
    with django_assert_num_queries(1):
        assert held_differences() == []
    call_command("check_gift_cards")
    assert capsys.readouterr().out == "The book of gift cards agrees.\n"


def test_an_order_that_came_to_nothing_and_whose_card_got_nothing_back_is_reported(shop, capsys):
    shelf, _card = shop
    _buyer, made = order(shelf)
    Order.objects.update(status="cancelled")
    assert held_differences() == [f"Order {made}: gift cards hold $50.00 for it instead of $0.00"]
    with pytest.raises(SystemExit):
        call_command("check_gift_cards")


def test_an_order_that_no_card_paid_though_it_says_so_is_reported(shop):
    shelf, _card = shop
    _buyer, made = order(shelf)
    GiftCardMovement.objects.filter(kind="spent").delete()
    assert held_differences() == [f"Order {made}: gift cards hold $0.00 for it instead of $50.00"]


def test_the_cards_of_order_10010_are_not_those_of_order_1001(shop):
    shelf, card = shop
    order(shelf)
    card.movements.create(delta_minor=50, kind="refunded", reference="order 10010 refund 1")
    assert held_differences() == []

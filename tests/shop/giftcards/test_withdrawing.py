"""A purchase of gift cards that is refunded: whole cards are taken back, used ones stay with their owner."""

import pytest
from django.db import transaction

from shop.giftcards import cards, issuing
from shop.giftcards.cards import CardRefused
from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
ORDER, SKU = "order 1042", "GIFT-50"


@pytest.fixture
def bought():
    """Three cards of one purchase, and one of another SKU."""
    make_card(source=ORDER, source_sku="GIFT-10", number_in_source=4)
    return [make_card(source=ORDER, source_sku=SKU, number_in_source=n) for n in (1, 2, 3)]


def withdraw(count, cause="refund 7", **facts):
    with transaction.atomic():
        issuing.withdraw(**{"source": ORDER, "sku": SKU, "count": count, "cause": cause} | facts)


def balances(of):
    return [balance_of(card) for card in of]


def test_withdrawing_empties_as_many_whole_cards_as_were_refunded(bought, owner):
    withdraw(2, staff=owner)
    assert balances(bought) == [0, 0, 5000]
    assert issuing.whole_count(ORDER, SKU) == 1
    assert balance_of(GiftCard.objects.get(source_sku="GIFT-10")) == 5000
    movement = GiftCardMovement.objects.filter(kind="withdrawn").first()
    assert (movement.delta_minor, movement.reference, movement.staff) == (-5000, "order 1042 refund 7", owner)
    assert not GiftCard.objects.filter(is_blocked=True).exists()


def test_cards_that_paid_for_something_are_left_alone(bought):
    cards.spend({bought[0].pk: 1}, reference="order 1050")
    assert issuing.whole_count(ORDER, SKU) == 2
    withdraw(2)
    assert balances(bought) == [4999, 0, 0]


def test_a_card_that_got_everything_back_is_whole_again(bought):
    cards.spend({bought[0].pk: 5000}, reference="order 1050")
    cards.give_back("order 1050")
    assert issuing.whole_count(ORDER, SKU) == 3


@pytest.mark.parametrize(("used", "message"), [
    (1, "Only 2 of these gift cards are still unused."), (2, "Only 1 of these gift cards is still unused."),
    (3, "None of these gift cards is still unused."),
])  # fmt: skip
def test_fewer_whole_cards_than_refunded_refuse_everything(bought, used, message):
    for card in bought[:used]:
        cards.spend({card.pk: 1}, reference=f"order {card.pk}")
    with pytest.raises(CardRefused) as refused:
        withdraw(3)
    assert str(refused.value) == message
    assert balances(bought) == [4999] * used + [5000] * (3 - used)


def test_one_refund_withdraws_once(bought):
    withdraw(1)
    withdraw(1)
    assert balances(bought) == [0, 5000, 5000]
    withdraw(1, cause="refund 8")
    assert balances(bought) == [0, 0, 5000]


def test_one_refund_withdraws_cards_of_several_skus(bought):
    withdraw(1)
    withdraw(1, sku="GIFT-10")
    withdraw(1, sku="GIFT-10")
    assert balances(GiftCard.objects.order_by("number_in_source")) == [0, 5000, 5000, 0]


def test_blocked_and_expired_cards_are_withdrawn_too(bought):
    GiftCard.objects.update(is_blocked=True, expires_on="2020-01-01")
    withdraw(3)
    assert balances(bought) == [0, 0, 0]


def test_a_refund_that_failed_puts_the_values_back_once(bought):
    withdraw(2)
    withdraw(1, cause="refund 8")
    issuing.reinstate(source=ORDER, cause="refund 7")
    issuing.reinstate(source=ORDER, cause="refund 7")
    assert balances(bought) == [5000, 5000, 0]
    assert issuing.whole_count(ORDER, SKU) == 2
    withdraw(2, cause="refund 9")
    assert balances(bought) == [0, 0, 0]


def test_a_refund_that_withdrew_nothing_puts_nothing_back(bought):
    issuing.reinstate(source=ORDER, cause="refund 7")
    assert balances(bought) == [5000, 5000, 5000]


def test_a_withdrawn_card_that_the_staff_filled_by_hand_is_not_withdrawn_twice(bought, owner):
    from shop.giftcards import desk

    withdraw(1)
    desk.change_balance(bought[0], 5000, reason="a gift", reference="desk 1", staff=owner)
    assert issuing.whole_count(ORDER, SKU) == 2


def test_cards_that_nobody_bought_are_withdrawn_by_no_refund():
    make_card(source_sku=SKU)
    with pytest.raises(ValueError, match="has a name"):
        withdraw(1, source="")

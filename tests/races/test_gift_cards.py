"""A gift card at many tills at once: never below zero, as many pay as it has value for, no cent is lost."""

import time
from typing import Any

import pytest
from django.db import connection, transaction

from shop.giftcards import cards, issuing, ledger
from shop.giftcards.cards import CardRefused
from shop.giftcards.models import GiftCard
from tests.races.racing import race
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, BALANCE, AMOUNT = 20, 5000, 700
FITS = BALANCE // AMOUNT


def in_transaction(verb: Any, *args: Any, **facts: Any) -> Any:
    """Do one thing as a request would; return what it gave, or the error that rolled it back."""
    try:
        with transaction.atomic():
            return verb(*args, **facts)
    except CardRefused as refusal:
        return refusal


@pytest.mark.postgres
def test_without_the_guard_the_same_race_spends_more_than_there_is():
    """The race is real: read, pause, write lets more orders pay than the card holds."""
    card = make_card(balance_minor=BALANCE)

    def spend_unguarded(_n: int) -> bool:
        with transaction.atomic():
            seen = GiftCard.objects.get(pk=card.pk)
            time.sleep(0.05)
            if seen.balance_minor < AMOUNT:
                return False
            GiftCard.objects.filter(pk=card.pk).update(balance_minor=seen.balance_minor - AMOUNT)
            return True

    assert race(spend_unguarded, BUYERS).count(True) > FITS


def test_of_twenty_orders_exactly_as_many_spend_a_card_as_it_pays_for():
    card = make_card(balance_minor=BALANCE)
    connection.close()
    answers = race(
        lambda n: in_transaction(cards.spend, {card.pk: AMOUNT}, reference=f"order {n}"), BUYERS
    )  # fmt: skip
    assert answers.count(None) == FITS
    refused = [answer for answer in answers if answer is not None]
    assert {str(answer) for answer in refused} == {f"The gift card {card} has less on it by now."}
    assert balance_of(card) == BALANCE - FITS * AMOUNT


def test_orders_that_pay_with_the_same_cards_the_other_way_round_never_wait_for_each_other():
    one, two = make_card(balance_minor=BALANCE), make_card(balance_minor=BALANCE)
    connection.close()

    def spend(n: int) -> Any:
        amounts = [(one.pk, 100), (two.pk, 100)]
        return in_transaction(cards.spend, dict(amounts[:: 1 if n % 2 else -1]), reference=f"order {n}")

    assert race(spend, BUYERS) == [None] * BUYERS
    assert (balance_of(one), balance_of(two)) == (3000, 3000)


def test_one_order_gives_back_once_however_many_find_it_dead():
    card = make_card(balance_minor=BALANCE)
    with transaction.atomic():
        cards.spend({card.pk: AMOUNT}, reference="order 1")
    connection.close()
    assert race(lambda _n: in_transaction(cards.give_back, "order 1"), 8) == [None] * 8
    assert balance_of(card) == BALANCE


def test_one_refund_that_is_told_of_eight_times_comes_back_once():
    card = make_card(balance_minor=BALANCE)
    with transaction.atomic():
        cards.spend({card.pk: BALANCE}, reference="order 1")
    connection.close()
    answers = race(lambda _n: in_transaction(cards.refund, "order 1", AMOUNT, cause="refund 7"), 8)
    assert answers == [None] * 8
    assert balance_of(card) == AMOUNT


def test_orders_that_die_revive_and_are_refunded_while_others_spend_lose_nothing():
    card = make_card(balance_minor=BALANCE)
    with transaction.atomic():
        cards.spend({card.pk: 2000}, reference="order 0")
    connection.close()

    def act(n: int) -> Any:
        if n % 4 == 0:
            in_transaction(cards.give_back, "order 0")
            return in_transaction(cards.spend_again, "order 0")
        return in_transaction(cards.spend, {card.pk: AMOUNT}, reference=f"order {n}")

    answers = race(act, 12)
    assert all(answer is None or isinstance(answer, CardRefused) for answer in answers), answers
    held = sum(sum(cards.held_minor(f"order {n}").values()) for n in range(12))
    assert balance_of(card) + held == BALANCE
    assert ledger.balance_differences() == []


def test_of_a_buyer_and_a_refund_of_the_purchase_one_gets_the_card():
    card = make_card(balance_minor=BALANCE, source="order 1", source_sku="GIFT-50")
    connection.close()

    def act(n: int) -> Any:
        if n % 2:
            return in_transaction(cards.spend, {card.pk: 1}, reference=f"order {n}")
        return in_transaction(
            issuing.withdraw, source="order 1", sku="GIFT-50", count=1, cause=f"refund {n}"
        )  # fmt: skip

    race(act, 8)
    withdrawn = card.movements.filter(kind="withdrawn").count()
    spent = card.movements.filter(kind="spent").count()
    assert (withdrawn, spent) in {(1, 0), (0, 4)}
    assert balance_of(card) == (0 if withdrawn else BALANCE - 4)

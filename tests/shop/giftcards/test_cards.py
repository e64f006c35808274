"""Paying with gift cards: never below zero, once for each cause, everything explained by a movement."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from shop.giftcards import cards
from shop.giftcards.cards import CardRefused
from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
ORDER = "order 1042"


def yesterday():
    return timezone.localdate() - timedelta(days=1)


def change(card, **facts):
    GiftCard.objects.filter(pk=card.pk).update(**facts)
    card.refresh_from_db()


def kinds(reference=ORDER):
    found = GiftCardMovement.objects.filter(reference__startswith=reference).order_by("id")
    return [(m.kind, m.delta_minor, m.attempt) for m in found if m.kind != "issued"]


def test_a_card_is_found_by_its_code_with_one_query(django_assert_num_queries):
    card = make_card("ABCD-EFGH-JKLM-7F3K")
    with django_assert_num_queries(1):
        assert cards.find(" abcd efgh jklm 7f3k ") == card
    with django_assert_num_queries(1):
        assert cards.find("ABCD-EFGH-JKLM-7F3L") is None


@pytest.mark.parametrize("typed", ["", "WELCOME10", "A" * 10_000, "ABCDEFGHJKLM\0007F3K", "' OR 1=1 --"])
def test_what_cannot_be_a_code_asks_the_database_nothing(typed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert cards.find(typed) is None


def test_a_card_can_pay_what_is_on_it():
    card = make_card(balance_minor=5000)
    assert (cards.spendable_minor(card), cards.problem_of(card)) == (5000, "")


@pytest.mark.parametrize(("facts", "problem"), [
    ({"balance_minor": 0}, "This gift card is empty."),
    ({"is_blocked": True}, "This gift card was blocked. Please write to us."),
    ({"expires_on": "yesterday"}, "This gift card is not valid any more."),
    ({"currency": "EUR"}, "This gift card is in another currency."),
    ({"livemode": True}, "This gift card was for trying the shop out: it cannot pay."),
])  # fmt: skip
def test_a_card_that_cannot_pay_says_why(facts, problem):
    card = make_card()
    change(card, **{name: yesterday() if value == "yesterday" else value for name, value in facts.items()})
    assert (cards.spendable_minor(card), cards.problem_of(card)) == (0, problem)


def test_what_the_own_waiting_order_holds_does_not_stand_in_the_way():
    card = make_card(balance_minor=5000)
    cards.spend({card.pk: 5000}, reference=ORDER)
    card.refresh_from_db()
    assert cards.problem_of(card) == "This gift card is empty."
    assert cards.problem_of(card, reference="order 1043")
    assert cards.spendable_minor(card, held_minor=cards.held_minor(ORDER)[card.pk]) == 5000
    assert cards.problem_of(card, reference=ORDER) == ""


def test_spending_takes_from_each_card_and_writes_it_down():
    one, two = make_card(balance_minor=5000), make_card(balance_minor=300)
    cards.spend({two.pk: 300, one.pk: 1200}, reference=ORDER)
    assert (balance_of(one), balance_of(two)) == (3800, 0)
    assert kinds() == [("spent", -1200, 1), ("spent", -300, 1)]
    assert cards.held_minor(ORDER) == {one.pk: 1200, two.pk: 300}


def test_one_card_that_lacks_is_named_and_nothing_is_spent():
    one, two = make_card(balance_minor=5000), make_card("DEMO-CARD-7F3K", balance_minor=299)
    with (
        pytest.raises(CardRefused, match=r"^The gift card …7F3K has less on it by now\.$"),
        transaction.atomic(),
    ):
        cards.spend({one.pk: 1200, two.pk: 300}, reference=ORDER)
    assert (balance_of(one), balance_of(two), kinds()) == (5000, 299, [])


@pytest.mark.parametrize(("facts", "message"), [
    ({"is_blocked": True}, "The gift card …7F3K was blocked. Please write to us."),
    ({"expires_on": "yesterday"}, "The gift card …7F3K is not valid any more."),
    ({"currency": "EUR"}, "The gift card …7F3K is in another currency."),
    ({"livemode": True}, "The gift card …7F3K was for trying the shop out: it cannot pay."),
])  # fmt: skip
def test_a_card_that_was_stopped_since_it_was_looked_at_is_refused_by_the_same_statement(facts, message):
    card = make_card("DEMO-CARD-7F3K")
    change(card, **{name: yesterday() if value == "yesterday" else value for name, value in facts.items()})
    with pytest.raises(CardRefused) as refused, transaction.atomic():
        cards.spend({card.pk: 1}, reference=ORDER)
    assert str(refused.value) == message
    assert balance_of(card) == 5000


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_nobody_spends_less_than_something(amount_minor):
    card = make_card()
    with pytest.raises(ValueError, match="cannot spend"):
        cards.spend({card.pk: amount_minor}, reference=ORDER)
    assert balance_of(card) == 5000


def test_an_order_spends_once():
    card = make_card()
    cards.spend({card.pk: 100}, reference=ORDER)
    with pytest.raises(ValueError, match="spent already"):
        cards.spend({card.pk: 100}, reference=ORDER)
    assert balance_of(card) == 4900


def test_an_order_that_came_to_nothing_gives_back_once():
    one, two = make_card(), make_card()
    cards.spend({one.pk: 1200, two.pk: 5000}, reference=ORDER)
    cards.give_back(ORDER)
    cards.give_back(ORDER)
    assert (balance_of(one), balance_of(two)) == (5000, 5000)
    assert kinds()[2:] == [("given_back", 1200, 1), ("given_back", 5000, 1)]
    assert cards.held_minor(ORDER) == {}


def test_giving_back_reaches_blocked_and_expired_cards():
    one, two = make_card(), make_card()
    cards.spend({one.pk: 100, two.pk: 100}, reference=ORDER)
    change(one, is_blocked=True)
    change(two, expires_on=yesterday())
    cards.give_back(ORDER)
    assert (balance_of(one), balance_of(two)) == (5000, 5000)


def test_an_order_that_never_spent_gives_nothing_back_and_takes_nothing_again():
    card = make_card()
    cards.give_back(ORDER)
    cards.spend_again(ORDER)
    assert (balance_of(card), kinds()) == (5000, [])


def test_an_order_that_lives_again_takes_what_it_gave_back():
    one, two = make_card(), make_card()
    cards.spend({one.pk: 1200, two.pk: 300}, reference=ORDER)
    cards.spend_again(ORDER)
    assert (balance_of(one), balance_of(two)) == (3800, 4700)
    for attempt in (2, 3):
        cards.give_back(ORDER)
        cards.spend_again(ORDER)
        cards.spend_again(ORDER)
        assert (balance_of(one), balance_of(two)) == (3800, 4700)
        assert kinds()[-2:] == [("spent", -1200, attempt), ("spent", -300, attempt)]


def test_an_order_may_spend_something_else_after_it_gave_back():
    one, two = make_card(), make_card()
    cards.spend({one.pk: 1200}, reference=ORDER)
    cards.give_back(ORDER)
    cards.spend({one.pk: 100, two.pk: 200}, reference=ORDER)
    cards.give_back(ORDER)
    cards.spend_again(ORDER)
    assert cards.held_minor(ORDER) == {one.pk: 100, two.pk: 200}


def test_a_card_that_was_spent_elsewhere_is_not_taken_again():
    one, two = make_card(), make_card()
    cards.spend({one.pk: 100, two.pk: 5000}, reference=ORDER)
    cards.give_back(ORDER)
    cards.spend({two.pk: 1}, reference="order 1043")
    with pytest.raises(CardRefused, match="less on it by now"), transaction.atomic():
        cards.spend_again(ORDER)
    assert (balance_of(one), balance_of(two)) == (5000, 4999)


def test_a_card_that_expired_since_is_taken_again_and_a_blocked_one_is_not():
    card = make_card()
    cards.spend({card.pk: 100}, reference=ORDER)
    cards.give_back(ORDER)
    change(card, expires_on=yesterday())
    cards.spend_again(ORDER)
    assert balance_of(card) == 4900
    cards.give_back(ORDER)
    change(card, is_blocked=True)
    with pytest.raises(CardRefused, match="was blocked"), transaction.atomic():
        cards.spend_again(ORDER)
    assert balance_of(card) == 5000

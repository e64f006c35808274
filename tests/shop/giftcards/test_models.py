"""Rows of gift cards: what the database refuses, and that a card and a list of cards agree on its state."""

from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.giftcards.builders import make_card

pytestmark = pytest.mark.django_db
State = GiftCard.State


@pytest.mark.parametrize("facts", [{"balance_minor": -1}, {"initial_minor": 0}, {"initial_minor": -5}])
def test_the_database_refuses_a_card_that_makes_no_sense(facts):
    card = make_card()
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCard.objects.filter(pk=card.pk).update(**facts)


def test_a_purchase_numbers_its_cards_and_the_staffs_own_need_no_number():
    make_card(source="order 1042", number_in_source=1)
    make_card(source="order 1042", number_in_source=2)
    make_card(source="")
    make_card(source="")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_card(source="order 1042", number_in_source=2)


def test_two_cards_never_have_the_same_code():
    make_card("DEMO-CARD-2026")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_card("demo card 2026")


def test_a_movement_moves_something_and_each_cause_once():
    card = make_card()
    facts = {"card": card, "kind": "spent", "reference": "order 1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardMovement.objects.create(delta_minor=0, **facts)
    GiftCardMovement.objects.create(delta_minor=-1, **facts)
    GiftCardMovement.objects.create(delta_minor=-1, attempt=2, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardMovement.objects.create(delta_minor=-2, **facts)


def test_one_act_issues_one_card():
    make_card()
    reference = GiftCardMovement.objects.get().reference
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardMovement.objects.create(card=make_card(), delta_minor=1, kind="issued", reference=reference)


def test_a_line_of_the_book_is_never_changed():
    make_card()
    line = GiftCardMovement.objects.get()
    line.delta_minor = 7
    with pytest.raises(ValueError, match="only added to"):
        line.save()


def test_a_line_of_the_book_reads_with_its_sign():
    card = make_card(balance_minor=5000)
    assert str(card.movements.get()).startswith("+$50.00 Issued (")
    assert GiftCardMovement(card=card, delta_minor=-1250).amount == "-$12.50"


def test_the_state_of_a_card_is_that_of_the_list_it_is_in():
    today = timezone.localdate()
    days = [None, today - timedelta(days=1), today, today + timedelta(days=1)]
    for is_blocked, livemode, currency, day, left in product(
        [True, False], [True, False], ["USD", "EUR"], days, [0, 7]
    ):
        facts = {"is_blocked": is_blocked, "livemode": livemode, "currency": currency, "expires_on": day}
        card = make_card(**facts)
        GiftCard.objects.filter(pk=card.pk).update(balance_minor=left)
    found = {state: set(GiftCard.objects.in_state(state)) for state in State}
    assert sum(len(cards) for cards in found.values()) == GiftCard.objects.count() == 64
    assert all(card.state == state for state, cards in found.items() for card in cards)
    assert set(GiftCard.objects.valid()) == found[State.USABLE] | found[State.USED_UP]
    assert len(found[State.USABLE]) == 3


def test_a_card_pays_on_its_last_day_to_the_end_where_the_shop_is(settings):
    settings.TIME_ZONE = "America/New_York"
    card = make_card(expires_on=date(2026, 12, 31))
    with timezone.override("America/New_York"):
        with time_machine.travel("2027-01-01 04:59:59+00:00", tick=False):
            assert card.state == State.USABLE
            assert GiftCard.objects.valid().exists()
        with time_machine.travel("2027-01-01 05:00:00+00:00", tick=False):
            assert card.state == State.EXPIRED
            assert not GiftCard.objects.valid().exists()


def test_cards_of_a_trial_pay_for_nothing_in_a_live_shop(settings):
    card, real = make_card(), make_card(livemode=True)
    assert (card.state, real.state) == (State.USABLE, State.FOREIGN)
    settings.SHOP_MODE = "live"
    assert (card.state, real.state) == (State.FOREIGN, State.USABLE)


@pytest.mark.parametrize("source", ["", None])
def test_cards_that_nobody_bought_are_no_purchase(source):
    with pytest.raises(ValueError, match="has a name"):
        GiftCard.objects.bought_with(source)

"""What a refund puts back on the cards that paid, and that no sequence of verbs loses a cent."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.giftcards import cards
from shop.giftcards.cards import CardRefused
from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
ORDER = "order 1042"


@pytest.fixture
def paid():
    """Two cards that paid an order: 12.00 and 3.00."""
    one, two = make_card(balance_minor=1200), make_card(balance_minor=300)
    cards.spend({one.pk: 1200, two.pk: 300}, reference=ORDER)
    return one, two


def balances(*of):
    return tuple(balance_of(card) for card in of)


def test_the_card_that_was_spent_last_gets_its_part_first(paid):
    cards.refund(ORDER, 200, cause="refund 7")
    assert balances(*paid) == (0, 200)
    cards.refund(ORDER, 200, cause="refund 8")
    assert balances(*paid) == (100, 300)
    assert cards.held_minor(ORDER) == {paid[0].pk: 1100}
    cards.refund(ORDER, 1100, cause="refund 9")
    assert balances(*paid) == (1200, 300)
    assert cards.held_minor(ORDER) == {}


def test_the_last_spent_is_told_by_when_and_not_by_its_id():
    one, two = make_card(balance_minor=1000), make_card(balance_minor=1000)
    cards.spend({one.pk: 500, two.pk: 500}, reference=ORDER)
    cards.give_back(ORDER)
    cards.spend({one.pk: 500}, reference=ORDER)
    cards.refund(ORDER, 100, cause="refund 7")
    assert balances(one, two) == (600, 1000)


def test_a_refund_is_booked_once_for_each_cause(paid, owner):
    cards.refund(ORDER, 200, cause="refund 7", staff=owner)
    cards.refund(ORDER, 200, cause="refund 7", staff=owner)
    cards.refund(ORDER, 99_999, cause="refund 7")
    assert balances(*paid) == (0, 200)
    movement = GiftCardMovement.objects.get(kind="refunded")
    assert (movement.reference, movement.staff) == ("order 1042 refund 7", owner)


@pytest.mark.parametrize("amount_minor", [1501, -1])
def test_more_than_stands_is_never_refunded(paid, amount_minor):
    with pytest.raises(ValueError, match="1500 stands"):
        cards.refund(ORDER, amount_minor, cause="refund 7")
    assert balances(*paid) == (0, 0)


def test_nothing_to_refund_writes_nothing(paid):
    cards.refund(ORDER, 0, cause="refund 7")
    assert not GiftCardMovement.objects.filter(kind="refunded").exists()


def test_blocked_and_expired_cards_get_their_refund(paid):
    GiftCard.objects.update(is_blocked=True, expires_on="2020-01-01")
    cards.refund(ORDER, 1500, cause="refund 7")
    assert balances(*paid) == (1200, 300)


def test_an_order_whose_number_begins_alike_is_another(paid):
    card = make_card(balance_minor=1000)
    cards.spend({card.pk: 400}, reference="order 104")
    cards.spend({card.pk: 600}, reference="order 10")
    cards.refund("order 104", 300, cause="refund 7")
    assert cards.held_minor("order 104") == {card.pk: 100}
    assert cards.held_minor("order 10") == {card.pk: 600}
    cards.give_back("order 10")
    assert balance_of(card) == 900


def test_what_was_refunded_is_not_given_back_as_well(paid):
    cards.refund(ORDER, 400, cause="refund 7")
    cards.give_back(ORDER)
    assert balances(*paid) == (1200, 300)
    cards.spend_again(ORDER)
    assert balances(*paid) == (100, 300)
    assert cards.held_minor(ORDER) == {paid[0].pk: 1100}


def test_an_order_that_was_refunded_in_full_is_not_taken_again(paid):
    cards.give_back(ORDER)
    cards.spend({paid[0].pk: 10}, reference=ORDER)
    cards.refund(ORDER, 10, cause="refund 7")
    cards.spend_again(ORDER)
    assert balances(*paid) == (1200, 300)


def test_what_stands_is_asked_with_one_query(paid, django_assert_num_queries):
    cards.refund(ORDER, 400, cause="refund 7")
    with django_assert_num_queries(1):
        assert cards.held_minor(ORDER) == {paid[0].pk: 1100}


ORDERS = ["order 1", "order 10", "order 2"]
steps = st.one_of(
    st.tuples(
        st.just("spend"), st.sampled_from(ORDERS),
        st.dictionaries(st.integers(0, 2), st.integers(1, 700), min_size=1),
    ),
    st.tuples(st.sampled_from(["give_back", "spend_again"]), st.sampled_from(ORDERS), st.none()),
    st.tuples(st.just("refund"), st.sampled_from(ORDERS), st.tuples(st.integers(0, 900), st.integers(1, 3))),
)  # fmt: skip


def act(verb, order, facts, deck):
    """Do one step; one that is refused leaves nothing behind."""
    try:
        with transaction.atomic():
            if verb == "spend":
                cards.spend({deck[n].pk: minor for n, minor in facts.items()}, reference=order)
            elif verb == "refund":
                cards.refund(order, facts[0], cause=f"refund {facts[1]}")
            else:
                getattr(cards, verb)(order)
    except (CardRefused, ValueError):
        return


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=25))
def test_whatever_happens_in_whatever_order_no_cent_is_lost_or_made(done):
    with transaction.atomic():
        deck = [make_card(balance_minor=minor) for minor in (1000, 500, 1)]
        for verb, order, facts in done:
            act(verb, order, facts, deck)
            on_cards = sum(balance_of(card) for card in deck)
            held = sum(sum(cards.held_minor(name).values()) for name in ORDERS)
            assert on_cards + held == 1501
        transaction.set_rollback(True)

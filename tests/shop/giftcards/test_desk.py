"""What the staff does to one card: within bounds, once for each form, written down."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction

from shop.giftcards import desk, issuing, steps
from shop.giftcards.book import CardRefused
from shop.giftcards.models import MOST_MINOR, GiftCard
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]


def change(card, delta_minor, owner, reference="desk 1"):
    with transaction.atomic():
        desk.change_balance(card, delta_minor, reason="a mistake", reference=reference, staff=owner)


def test_the_staff_blocks_a_card_and_lets_it_pay_again(owner):
    card, other = make_card(), make_card()
    desk.block(card, staff=owner)
    desk.block(card, staff=owner)
    assert [GiftCard.objects.get(pk=c.pk).is_blocked for c in (card, other)] == [True, False]
    desk.unblock(card, staff=owner)
    assert not GiftCard.objects.filter(is_blocked=True).exists()
    told = [entry.get_change_message() for entry in LogEntry.objects.order_by("id")]
    assert told == ["Blocked.", "Let to pay again."]


@pytest.mark.parametrize(("delta_minor", "left"), [(250, 5250), (-250, 4750), (-5000, 0)])
def test_a_balance_goes_up_and_down_for_a_reason(owner, delta_minor, left):
    card = make_card()
    change(card, delta_minor, owner)
    assert balance_of(card) == left
    movement = card.movements.get(kind="adjusted")
    assert (movement.delta_minor, movement.note, movement.staff) == (delta_minor, "a mistake", owner)


def test_a_balance_never_goes_below_zero_nor_above_what_fits(owner):
    card = make_card()
    with pytest.raises(CardRefused, match=r"There is only \$50\.00 on this card\."):
        change(card, -5001, owner)
    with pytest.raises(CardRefused, match="at most"):
        change(card, MOST_MINOR - 4999, owner)
    assert balance_of(card) == 5000


def test_what_is_refused_counts_from_what_is_on_the_card_by_now(owner):
    card = make_card()
    change(make_card(), 1, owner)
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=10)
    with pytest.raises(CardRefused, match=r"only \$0\.10"):
        change(card, -11, owner)


def test_one_form_changes_a_balance_once(owner):
    card = make_card()
    change(card, 250, owner)
    with pytest.raises(CardRefused, match="sent twice"):
        change(card, 250, owner)
    change(card, 250, owner, reference="desk 2")
    assert balance_of(card) == 5500


def test_card_that_staff_blocked_stays_blocked_when_a_dispute_ends(owner):
    by_hand, other = (make_card(source="order 1042", number_in_source=n) for n in (1, 2))
    with transaction.atomic():
        desk.block(by_hand, staff=owner)
        issuing.block("order 1042")
        issuing.unblock("order 1042")
    assert [GiftCard.objects.get(pk=c.pk).is_blocked for c in (by_hand, other)] == [True, False]


def test_staff_blocks_a_card_that_a_bank_disputes_for_longer_than_the_dispute(owner):
    card = make_card(source="order 1042")
    with transaction.atomic():
        issuing.block("order 1042")
        desk.block(card, staff=owner)
        issuing.unblock("order 1042")
    assert GiftCard.objects.get(pk=card.pk).is_blocked
    assert LogEntry.objects.get().get_change_message() == "Blocked."


def test_what_staff_lets_pay_again_is_blocked_by_nobody(owner):
    card = make_card(source="order 1042")
    with transaction.atomic():
        desk.block(card, staff=owner)
        issuing.block("order 1042")
        desk.unblock(card, staff=owner)
    card.refresh_from_db()
    assert (card.is_blocked, card.is_blocked_by_hand) == (False, False)


@pytest.mark.parametrize(
    ("is_blocked", "by_hand", "names"),
    [(False, False, {"block"}), (True, False, {"block", "unblock"}), (True, True, {"unblock"})],
)
def test_steps_that_are_offered_follow_who_blocked(is_blocked, by_hand, names):
    card = make_card(is_blocked=is_blocked, is_blocked_by_hand=by_hand)
    assert set(steps.offered(card)) & {"block", "unblock"} == names

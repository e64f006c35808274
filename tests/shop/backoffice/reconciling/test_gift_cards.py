"""Balances of gift cards and the book of their movements."""

import pytest
from django.utils import timezone

from shop.backoffice.models import Difference
from shop.backoffice.reconciling import mending, subjects
from shop.giftcards.models import GiftCard, GiftCardMovement
from tests.shop.backoffice.reconciling.looking import differences, press
from tests.shop.giftcards.builders import balance_of, make_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    """A card with a balance that no movement explains, beside one that is right."""
    card, _right = make_card("DEMO-CARD-7F3K"), make_card()
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=5100)
    return card


def test_a_balance_that_no_movement_explains_is_booked_by_who_presses(card, owner):
    found = f"Gift card {card.pk} (…7F3K): balance $51.00, movements add up to $50.00"
    assert differences() == [found]
    assert press("book", staff=owner) == ""
    movement = GiftCardMovement.objects.get(kind="adjusted")
    assert (movement.delta_minor, movement.staff, balance_of(card)) == (100, owner, 5100)
    assert movement.note == "The book did not add up to what is on the card."
    assert movement.reference.startswith(f"desk {timezone.localdate():%Y-%m-%d} ")
    assert differences() == []


def test_a_book_with_more_than_the_balance_loses_the_rest(card, owner):
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=0)
    differences()
    assert press("book", staff=owner) == ""
    assert GiftCardMovement.objects.get(kind="adjusted").delta_minor == -5000
    assert balance_of(card) == 0


def test_the_worker_books_nothing_without_a_person(card):
    differences()
    mending.mend_what_is_safe()
    assert not GiftCardMovement.objects.filter(kind="adjusted").exists()


def test_the_difference_leads_to_its_card(card):
    differences()
    link = subjects.subject_of(Difference.objects.get())
    assert (link.text, link.url) == (f"Gift card {card.pk}", f"/admin/shop/giftcard/{card.pk}/change/")

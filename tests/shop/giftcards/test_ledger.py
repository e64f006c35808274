"""The book of gift cards is proven, not trusted; and what all cards together are worth."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.giftcards import cards, ledger
from shop.giftcards.ledger import Worth
from shop.giftcards.models import GiftCard
from tests.shop.giftcards.builders import make_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]


def check(capsys):
    """Return the exit code and the printed lines."""
    try:
        call_command("check_gift_cards")
    except SystemExit as end:
        return end.code, capsys.readouterr().out.splitlines()
    return 0, capsys.readouterr().out.splitlines()


def test_the_book_agrees_after_every_verb(capsys, django_assert_num_queries):
    card, other = make_card(), make_card()
    cards.spend({card.pk: 1200, other.pk: 5000}, reference="order 1042")
    cards.refund("order 1042", 200, cause="refund 7")
    cards.give_back("order 1042")
    with django_assert_num_queries(1):
        assert ledger.balance_differences() == []
    assert check(capsys) == (0, ["The book of gift cards agrees."])


def test_a_balance_that_no_movement_explains_is_reported(capsys):
    card, other, _right = make_card("DEMO-CARD-7F3K"), make_card("DEMO-CARD-0002"), make_card()
    GiftCard.objects.filter(pk=card.pk).update(balance_minor=5100)
    other.movements.all().delete()
    assert check(capsys) == (1, [
        f"Gift card {card.pk} (…7F3K): balance $51.00, movements add up to $50.00",
        f"Gift card {other.pk} (…0002): balance $50.00, movements add up to $0.00",
    ])  # fmt: skip


def test_what_all_cards_are_worth_leaves_out_what_cannot_be_spent(settings, django_assert_num_queries):
    assert ledger.worth() == Worth(0, 0, 0)
    assert ledger.outstanding_minor() == 0
    yesterday = timezone.localdate() - timedelta(days=1)
    make_card(balance_minor=100)
    make_card(balance_minor=20, expires_on=timezone.localdate())
    make_card(balance_minor=3, expires_on=yesterday)
    make_card(balance_minor=7000, is_blocked=True)
    make_card(balance_minor=400, is_blocked=True, expires_on=yesterday)
    make_card(balance_minor=90_000, currency="EUR")
    make_card(balance_minor=800_000, livemode=True)
    with django_assert_num_queries(1):
        assert ledger.worth() == Worth(usable_minor=120, expired_minor=3, blocked_minor=7400)
    assert ledger.outstanding_minor() == 123

"""Stock and gift cards change only inside a transaction, with what they change for."""

import pytest

from shop.giftcards import cards, issuing
from shop.giftcards.models import GiftCard
from shop.stock import reservations
from tests.builders import make_variant

pytestmark = pytest.mark.django_db
ORDER = "order 1042"


def test_quantities_never_change_outside_a_transaction():
    variant = make_variant()
    with pytest.raises(RuntimeError, match="inside a transaction"):
        reservations.reserve({variant.pk: 1})


@pytest.mark.parametrize("verb", [
    lambda: cards.spend({1: 100}, reference=ORDER), lambda: cards.give_back(ORDER),
    lambda: cards.spend_again(ORDER), lambda: cards.refund(ORDER, 1, cause="refund 1"),
])  # fmt: skip
def test_cards_never_change_outside_a_transaction(verb):
    with pytest.raises(RuntimeError, match="inside a transaction"):
        verb()


@pytest.mark.parametrize("verb", [
    lambda: issuing.issue_bought(
        sku="GIFT-50", count=2, amount_minor=5000, source=ORDER, title="Gift card, $50", currency="USD",
        recipient="ada@customer.example", is_demo=True,
    ),
    lambda: issuing.issue_by_hand(amount_minor=2500, recipient="ada@customer.example", note="", staff=None),
    lambda: issuing.new_code(GiftCard(), staff=None),
    lambda: issuing.withdraw(source=ORDER, sku="GIFT-50", count=1, cause="refund 1"),
    lambda: issuing.reinstate(source=ORDER, cause="refund 1"),
    lambda: issuing.block(ORDER), lambda: issuing.unblock(ORDER),
])  # fmt: skip
def test_cards_are_never_issued_outside_a_transaction(verb):
    with pytest.raises(RuntimeError, match="inside a transaction"):
        verb()

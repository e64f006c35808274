"""How much gift cards pay of a total: the worked table of docs/pricing.md, and what always holds."""

import re
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from shop.cart.gift_cards import CartCard
from shop.checkout import quoting
from shop.money import charge_step, smallest_charge

DOCS = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
ROW = re.compile(
    r"^\| (\d+) \| (\d+) \| (\d+(?: \+ \d+)*) \| (10|50) \| (\d+(?: \+ \d+)*) \| (\d+) \|$", re.MULTILINE
)
CURRENCIES = {"50": "USD", "10": "KWD"}


def make_cards(amounts):
    return [CartCard(n, f"…{n:04}", amount, "", "") for n, amount in enumerate(amounts, start=1)]


def numbers(cell):
    return [int(part) for part in cell.split(" + ")]


@pytest.mark.parametrize(("total", "vouchers", "on_cards", "smallest", "paid", "charged"), ROW.findall(DOCS))
def test_cards_pay_what_the_worked_table_says(settings, total, vouchers, on_cards, smallest, paid, charged):
    settings.SHOP_CURRENCY = CURRENCIES[smallest]
    found = quoting.paid_by_cards(int(total), int(vouchers), make_cards(numbers(on_cards)))
    amounts = [card.amount_minor for card in found] or [0]
    assert amounts == numbers(paid)
    assert int(total) - sum(amounts) == int(charged)


def test_the_worked_table_is_not_empty():
    assert len(ROW.findall(DOCS)) >= 9


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "CZK"])
@given(
    goods=st.integers(0, 10**6), vouchers=st.integers(0, 10**5),
    amounts=st.lists(st.integers(0, 10**6), max_size=5),
)  # fmt: skip
def test_the_rest_can_be_charged_and_no_card_pays_more_than_it_has(currency, goods, vouchers, amounts):
    with override_settings(SHOP_CURRENCY=currency):
        step = charge_step(currency)
        total = (goods + vouchers) * step
        held = make_cards(amounts)
        paid = quoting.paid_by_cards(total, vouchers * step, held)
        on_card = {card.card_id: card.spendable_minor for card in held}
        sum_paid = sum(card.amount_minor for card in paid)
        rest = total - sum_paid
        assert all(0 < card.amount_minor <= on_card[card.card_id] for card in paid)
        assert sum_paid <= goods * step
        assert rest % step == 0
        assert rest == 0 or rest >= smallest_charge(currency) or not paid

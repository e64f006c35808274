"""Many browsers withdraw from one order at the same moment, and a gift card is spent meanwhile."""

import time
import uuid

import pytest

from foundation.mail import OutboxMail
from shop.giftcards import ledger
from shop.orders import card_holds
from shop.payments import refunds
from shop.withdrawals import rights, statements
from shop.withdrawals.models import Withdrawal
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 6


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch):
    """Pause between reading and writing, so that without the lock everybody would state."""
    read = rights.of

    def slow(order):
        answer = read(order)
        time.sleep(0.05)
        return answer

    monkeypatch.setattr(rights, "of", slow)


@pytest.fixture
def order():
    """A paid order of two units."""
    return make_order((make_variant(on_hand=2), 2))


def withdraw(order, count, key=""):
    return statements.withdraw(
        order_id=order.pk, units={order.lines.get().pk: count}, name="Ada", email=order.email,
        key=key or uuid.uuid4().hex,
    )  # fmt: skip


def test_one_form_sent_six_times_states_once(order):
    results = race(lambda _n: withdraw(order, 1, key="0" * 32), PRESSES)
    assert {result.pk for result in results} == {Withdrawal.objects.get().pk}
    assert order.lines.get().withdrawn_until == 1
    assert OutboxMail.objects.filter(message="withdrawal_received").count() == 1


def test_six_forms_never_withdraw_more_than_was_bought(order):
    results = race(lambda _n: withdraw(order, 1), PRESSES)
    assert sum(isinstance(result, Withdrawal) for result in results) == 2
    assert {type(result) for result in results} == {Withdrawal, statements.WithdrawalRefused}
    assert order.lines.get().withdrawn_until == 2


def test_a_withdrawal_and_a_refund_of_everything_at_once_come_to_what_was_bought(order):
    def act(number):
        if number % 2:
            return withdraw(order, 2)
        return refunds.refund_everything(order_id=order.pk, restock=False)

    race(act, PRESSES)
    assert order.lines.get().withdrawn_until in {0, 2}
    assert sum(refund.amount_minor for refund in order.refunds.all()) == 9400
    assert not Withdrawal.objects.to_refund().exists()
    assert ledger.balance_differences() + card_holds.held_differences() == []


@pytest.mark.postgres
@pytest.mark.usefixtures("no_row_locks")
def test_without_the_lock_more_would_be_withdrawn_than_was_bought(order):
    results = race(lambda _n: withdraw(order, 1), PRESSES)
    assert sum(isinstance(result, Withdrawal) for result in results) > 2

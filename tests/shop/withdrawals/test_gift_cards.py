"""Gift cards go back while they are unused, and are out of use with the statement."""

import datetime as dt

import pytest
import time_machine

from foundation import jobs
from foundation.mail import OutboxMail
from shop.giftcards import ledger
from shop.giftcards.models import GiftCard
from shop.orders import card_holds
from shop.orders.models import Order
from shop.payments import refunds
from shop.withdrawals import statements
from shop.withdrawals.models import Withdrawal
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import buy, open_shop, press, put_in_cart
from tests.shop.withdrawals.withdrawing import address, ask, confirmation, fields, ship, units, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(db):
    open_shop()
    return make_variant(
        make_product(title="Gift card", is_gift_card=True), sku="GIFT", price_minor=5000, weight_grams=0
    )


def bought(client, variant, quantity=1, also=None):
    if also:
        put_in_cart(client, also)
    order = buy(client, variant, quantity)
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    return order


def refund_units(order, units):
    worth = refunds.proposal(order, units=units, includes_shipping=False).total_minor
    refunds.refund(
        order_id=order.pk, units=units, includes_shipping=False, amount_minor=None, shown_minor=worth,
        restock=False, reason="", staff=None,
    )  # fmt: skip
    jobs.run_due()


def balances():
    assert ledger.balance_differences() + card_holds.held_differences() == []
    return sorted(GiftCard.objects.values_list("balance_minor", flat=True))


def test_their_period_begins_with_the_contract(customer, gift):
    with time_machine.travel("2026-11-03T12:00Z", tick=False):
        order = bought(customer, gift)
        assert "until 17 November 2026" in customer.get(address(order)).content.decode()
    with time_machine.travel("2026-11-18T00:00Z", tick=False):
        assert "ended on 17 November 2026" in customer.get(address(order)).content.decode()


def test_each_kind_of_thing_has_its_own_period(customer, gift):
    with time_machine.travel("2026-11-03T12:00Z", tick=False):
        order = bought(customer, gift, also=make_variant(sku="FLUTE"))
    with time_machine.travel("2026-11-25T12:00Z", tick=False):
        offered = [name for name in fields(customer, order) if name.startswith("units_")]
        ship(order, delivered_on=dt.date(2026, 11, 24))
        assert "until 8 December 2026" in customer.get(address(order)).content.decode()
    flute = order.lines.get(sku="FLUTE")
    assert offered == [f"units_{flute.pk}"]


def test_a_withdrawn_card_cannot_be_spent_and_its_refund_takes_no_other(customer, gift):
    order = bought(customer, gift, 2)
    withdraw(customer, order, **units(order, 1))
    assert balances() == [0, 5000]
    refund_units(order, {order.lines.get().pk: 1})
    assert balances() == [0, 5000]
    assert not Withdrawal.objects.to_refund().exists()
    order.refresh_from_db()
    assert order.refunded_minor == 5000


def test_a_refund_of_more_takes_the_rest(customer, gift):
    order = bought(customer, gift, 2)
    withdraw(customer, order, **units(order, 1))
    refund_units(order, {order.lines.get().pk: 2})
    assert balances() == [0, 0]


def test_only_unused_cards_are_offered(customer, gift):
    order = bought(customer, gift, 2)
    spend(GiftCard.objects.first())
    assert next(iter(units(order, 1).items())) in fields(customer, order).items()


def spend(card):
    """Take a part of a card's value, as an order does."""
    from django.db import transaction

    from shop.giftcards import cards

    with transaction.atomic():
        cards.spend({card.pk: 100}, reference="order 99999")


def test_a_card_that_is_used_between_the_pages_is_not_withdrawn(customer, gift):
    order = bought(customer, gift)
    sent = confirmation(ask(customer, order), order)
    spend(GiftCard.objects.get())
    page = customer.post(address(order), sent).content.decode()
    assert "Nothing of this order is left" in page
    assert not Withdrawal.objects.exists()
    assert GiftCard.objects.get().balance_minor == 4900


def test_a_refused_withdrawal_lets_its_card_pay_again(customer, gift):
    order = bought(customer, gift)
    withdraw(customer, order)
    statements.refuse(withdrawal_id=Withdrawal.objects.get().pk, reason="Given away", staff=None)
    assert balances() == [5000]
    assert order.lines.get().withdrawn_until == 0


def test_the_mail_with_the_code_leads_to_the_withdrawal_but_a_new_code_for_others_does_not(
    customer, gift, owner
):
    from django.db import transaction

    from shop.giftcards import issuing

    order = bought(customer, gift)
    with transaction.atomic():
        issuing.new_code(GiftCard.objects.get(), staff=owner, recipient="friend@customer.example")
    mails = {mail.recipient: mail.text for mail in OutboxMail.objects.filter(message="gift_card")}
    assert address(order) in mails[order.email]
    assert order.token not in mails["friend@customer.example"]

"""Orders that gift cards pay, and orders that buy some, from the button to the money's way back.

A new path is one more function in ALL.
"""

from contextlib import suppress
from functools import partial

import time_machine
from django.utils import timezone

from foundation import jobs
from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import calling_off, refunds
from shop.payments.demo.rules import ApiError
from shop.payments.models import Refund
from tests.builders import make_product, make_variant
from tests.faults.buyer import Buyer
from tests.faults.crashing import Tell
from tests.faults.restarting import work
from tests.faults.scenario import ON_HAND, Scenario, hear, variant
from tests.faults.selling import HOLD_IS_OVER
from tests.faults.stripe_side import pay, tell_the_shop
from tests.shop.checkout_builders import open_shop
from tests.shop.giftcards.builders import make_card

CODE = "ABCD-EFGH-JKLM-7F3K"
PART, MORE = 2000, 7000  # minor units: less than an order of one unit costs, and more


def paid_partly_by_card() -> Scenario:
    """Press "Order and pay" with a card for a part; pay the rest at Stripe, which tells the shop."""
    buyer = _buyer_with_card(PART)

    def act(tell: Tell) -> None:
        buyer.order(tell)
        pay()
        hear()

    return Scenario(act, ends=("paid", ON_HAND - 1), back=partial(_order_and_pay, buyer))


def paid_by_card_alone() -> Scenario:
    """Press "Order and pay" with a card that pays all: Stripe is not asked."""
    buyer = _buyer_with_card(MORE)
    return Scenario(buyer.order, ends=("paid", ON_HAND - 1), back=buyer.order, on_cards=MORE - 5000)


def part_on_a_card_tried_again() -> Scenario:
    """The time to pay is over and the card has its part back; the buyer tries again, and pays then."""
    _buyer_with_card(PART).order()
    order = Order.objects.get()

    def try_again(tell: Tell | None = None) -> None:
        flow.try_again(Order.objects.get(pk=order.pk), origin="crash test")

    def act(tell: Tell) -> None:
        with time_machine.travel(timezone.now() + HOLD_IS_OVER):
            work()
            try_again()

    def back() -> None:
        work()
        try_again()
        pay()
        tell_the_shop()

    return Scenario(act, ends=("paid", ON_HAND - 1), back=back, later=HOLD_IS_OVER)


def cards_bought_and_one_refunded() -> Scenario:
    """Two cards are paid and their codes mailed; then the money of one goes back."""
    open_shop()
    gift = make_variant(make_product(is_gift_card=True), sku="GIFT-50", price_minor=5000, on_hand=ON_HAND)
    Buyer.at_the_checkout(gift, units=2).order()
    pay()

    def act(tell: Tell) -> None:
        hear()
        _refund_one()
        work()

    def back() -> None:
        hear()
        if not Refund.objects.exists():
            with suppress(refunds.RefundRefused):  # the worker has not heard yet that it is paid
                _refund_one()

    return Scenario(act, ends=("paid", ON_HAND - 1), back=back, on_cards=5000)


def part_on_a_card_refunded() -> Scenario:
    """The staff send everything back: a part goes onto the card at once, the rest to Stripe."""
    order = _paid_partly_by_card()

    def refund(tell: Tell | None = None) -> None:
        with suppress(refunds.RefundRefused):  # done before the crash
            refunds.refund_everything(order_id=order.pk, restock=True)
        work()

    return Scenario(refund, ends=("paid", ON_HAND), back=refund, on_cards=PART)


def part_on_a_card_called_off() -> Scenario:
    """The buyer cancels the paid order: money, goods and the card's part go back."""
    order = _paid_partly_by_card()

    def call_off(tell: Tell | None = None) -> None:
        calling_off.finish(calling_off.call_off(order_id=order.pk))
        work()

    return Scenario(call_off, ends=("cancelled", ON_HAND), back=call_off, on_cards=PART)


def _buyer_with_card(balance_minor: int) -> Buyer:
    shelf = variant()
    make_card(CODE, balance_minor)
    return Buyer.at_the_checkout(shelf, CODE)


def _order_and_pay(buyer: Buyer) -> None:
    buyer.order()
    with suppress(ApiError):  # paid before the crash
        pay()
    tell_the_shop()


def _refund_one() -> None:
    order = Order.objects.get()
    units = {order.lines.get().pk: 1}
    worth = refunds.proposal(order, units=units, includes_shipping=False).total_minor
    refunds.refund(
        order_id=order.pk, units=units, includes_shipping=False, amount_minor=None, shown_minor=worth,
        restock=True, reason="", staff=None,
    )  # fmt: skip


def _paid_partly_by_card() -> Order:
    """Make a paid order, about which nobody has more to say."""
    _buyer_with_card(PART).order()
    pay()
    hear()
    jobs.run_due()
    return Order.objects.get()


ALL = [
    paid_partly_by_card,
    paid_by_card_alone,
    part_on_a_card_tried_again,
    cards_bought_and_one_refunded,
    part_on_a_card_refunded,
    part_on_a_card_called_off,
]

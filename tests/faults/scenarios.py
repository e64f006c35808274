"""What may be interrupted: each function prepares a fresh shop and returns what happens next.

A new path is one more function in ALL. Its `act` runs in a process that may die anywhere; `back` is what
the outside world does as soon as the shop is there again, before its worker goes on.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import time_machine
from django.utils import timezone

from foundation import jobs
from shop.catalogue.models import Variant
from shop.orders.models import Order
from shop.payments import calling_off, refunds
from shop.payments.demo import doings
from shop.payments.demo.models import DemoSession
from tests.builders import make_variant
from tests.faults.buyer import Buyer
from tests.faults.crashing import Tell
from tests.faults.restarting import work
from tests.faults.stripe_side import newest_session, pay, pay_late, tell_the_shop
from tests.shop.checkout_builders import open_shop
from tests.shop.order_builders import make_order

ON_HAND = 3
HOLD_IS_OVER = dt.timedelta(minutes=46)
DAYS_OF_A_BANK = dt.timedelta(days=2)


def nothing() -> None:
    """The outside world waits."""


@dataclass(frozen=True)
class Scenario:
    """What happens, and how it ends when nobody dies: status of the newest order, and units on hand.

    `later` is how much time has passed when `act` is over.
    """

    act: Callable[[Tell], None]
    ends: tuple[str, int]
    back: Callable[[], None] = nothing
    later: dt.timedelta = dt.timedelta()


def ordered_then_paid() -> Scenario:
    """Press "Order and pay"; after a crash press it again, and then pay."""
    buyer = _buyer()

    def back() -> None:
        buyer.order()
        pay()
        tell_the_shop()

    return Scenario(buyer.order, ends=("paid", ON_HAND - 1), back=back)


def ordered_and_left() -> Scenario:
    """Press "Order and pay" and never come back."""
    return Scenario(_buyer().order, ends=("cancelled", ON_HAND))


def paid_and_told() -> Scenario:
    """Pay; Stripe tells the shop, and tells it again when it was not heard."""
    _buyer().order()
    pay()

    def act(tell: Tell) -> None:
        tell_the_shop()
        work()

    return Scenario(act, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def paid_and_never_told() -> Scenario:
    """Pay; every webhook is lost, and the worker finds out."""
    _buyer().order()
    pay()
    return Scenario(lambda tell: _work(dt.timedelta(minutes=1)), ends=("paid", ON_HAND - 1))


def paid_and_seen_on_the_order_page() -> Scenario:
    """Pay; the buyer comes back to the order page before anybody told the shop."""
    buyer = _buyer()
    buyer.order()
    pay()
    return Scenario(lambda tell: buyer.look_at_the_order(), ends=("paid", ON_HAND - 1))


def paid_and_mailed() -> Scenario:
    """The worker sends the mails of a paid order."""
    make_order((_variant(), 1))
    return Scenario(lambda tell: _send_mails(), ends=("paid", ON_HAND - 1))


def never_paid() -> Scenario:
    """The hold is over: the worker expires the session, and the stock goes back."""
    _buyer().order()
    return Scenario(lambda tell: _work(HOLD_IS_OVER), ends=("cancelled", ON_HAND), later=HOLD_IS_OVER)


def paid_in_the_last_minute() -> Scenario:
    """The money came, nobody told the shop, and the worker means to end the hold."""
    _buyer().order()
    pay()
    return Scenario(lambda tell: _work(HOLD_IS_OVER), ends=("paid", ON_HAND - 1), later=HOLD_IS_OVER)


def ordered_again_with_another_cart() -> Scenario:
    """The buyer goes back and takes all there is, while the first order holds a unit; then pays."""
    buyer = _buyer()
    buyer.order()
    buyer.take(ON_HAND)

    def back() -> None:
        buyer.order()
        pay()
        tell_the_shop()

    return Scenario(buyer.order, ends=("paid", 0), back=back)


def ordered_again_while_the_first_is_paid() -> Scenario:
    """The first order is paid in another tab, unheard, when the changed cart is ordered."""
    buyer = _buyer()
    buyer.order()
    buyer.take(ON_HAND)
    pay()
    return Scenario(buyer.order, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def bank_debit_begun() -> Scenario:
    """The session is completed unpaid: the hold stays until the bank has spoken."""
    _bank_debit()

    def back() -> None:
        doings.bank_confirms(newest_session())
        tell_the_shop()

    return Scenario(_hear, ends=("paid", ON_HAND - 1), back=back, later=DAYS_OF_A_BANK)


def bank_debit_confirmed() -> Scenario:
    """Two days later the bank confirms."""
    return _bank_speaks(doings.bank_confirms, ends=("paid", ON_HAND - 1))


def bank_debit_refused() -> Scenario:
    """Two days later the bank refuses."""
    return _bank_speaks(doings.bank_refuses, ends=("cancelled", ON_HAND))


def paid_after_the_stock_was_gone() -> Scenario:
    """Money comes for a cancelled order whose goods another buyer has: it goes back."""
    variant = _variant()
    late = make_order((variant, 1), status="cancelled")
    make_order((variant, ON_HAND))
    _hear()
    pay_late(late.payments.get().session_id or "")
    return Scenario(_hear, ends=("paid", 0), back=tell_the_shop)


def paid_after_the_hold_was_released() -> Scenario:
    """Money comes for a cancelled order whose goods are still there."""
    late = make_order((_variant(), 1), status="cancelled")
    _hear()
    pay_late(late.payments.get().session_id or "")
    return Scenario(_hear, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def everything_refunded() -> Scenario:
    """The staff send everything back, and the goods have come home."""
    order = make_order((_variant(), 2))
    _hear()

    def act(tell: Tell) -> None:
        refunds.refund_everything(order_id=order.pk, restock=True)
        work()
        tell_the_shop()
        work()

    return Scenario(act, ends=("paid", ON_HAND), back=tell_the_shop)


def one_of_two_refunded() -> Scenario:
    """The staff send one unit's money back, which is on the shelf again; every webhook is lost."""
    order = make_order((_variant(), 2))
    _hear()
    units = {order.lines.get().pk: 1}
    worth = refunds.proposal_minor(order, units=units, includes_shipping=False)

    def act(tell: Tell) -> None:
        refunds.refund(
            order_id=order.pk, units=units, includes_shipping=False, amount_minor=None, shown_minor=worth,
            restock=True, reason="", staff=None,
        )  # fmt: skip
        work()

    return Scenario(act, ends=("paid", ON_HAND - 1))


def called_off_while_waiting() -> Scenario:
    """The buyer cancels an order whose payment is open."""
    _buyer().order()
    return _called_off(Order.objects.get())


def called_off_while_paying() -> Scenario:
    """The buyer cancels in one tab and has just paid in another, unheard: the money goes back."""
    _buyer().order()
    pay()
    return _called_off(Order.objects.get())


def called_off_when_paid() -> Scenario:
    """The buyer cancels a paid order: the money goes back, and the goods to the shelf."""
    order = make_order((_variant(), 2))
    _hear()
    return _called_off(order)


def _called_off(order: Order) -> Scenario:
    def act(tell: Tell) -> None:
        calling_off.finish(calling_off.call_off(order_id=order.pk))
        work()

    return Scenario(act, ends=("cancelled", ON_HAND), back=tell_the_shop)


def _bank_debit() -> None:
    _buyer().order()
    doings.pay_later(newest_session())


def _bank_speaks(speak: Callable[[DemoSession], object], *, ends: tuple[str, int]) -> Scenario:
    _bank_debit()
    _hear()

    def act(tell: Tell) -> None:
        with time_machine.travel(timezone.now() + DAYS_OF_A_BANK):
            speak(newest_session())
            _hear()

    return Scenario(act, ends=ends, back=tell_the_shop, later=DAYS_OF_A_BANK)


def _hear(tell: Tell | None = None) -> None:
    tell_the_shop()
    work()


def _send_mails() -> None:
    assert jobs.run_due() > 0


def _work(later: dt.timedelta) -> None:
    with time_machine.travel(timezone.now() + later):
        work()


def _variant() -> Variant:
    open_shop()
    return make_variant(on_hand=ON_HAND)


def _buyer() -> Buyer:
    return Buyer.at_the_checkout(_variant())


ALL = [
    ordered_then_paid, ordered_and_left, paid_and_told, paid_and_never_told,
    paid_and_seen_on_the_order_page, paid_and_mailed, never_paid, paid_in_the_last_minute,
    ordered_again_with_another_cart, ordered_again_while_the_first_is_paid, bank_debit_begun,
    bank_debit_confirmed, bank_debit_refused, paid_after_the_stock_was_gone,
    paid_after_the_hold_was_released, everything_refunded, one_of_two_refunded, called_off_while_waiting,
    called_off_while_paying, called_off_when_paid,
]  # fmt: skip

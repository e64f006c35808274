"""From "Order and pay" to paid, or to the end of the hold. A new path is one more function in ALL."""

import datetime as dt
from collections.abc import Callable

import time_machine
from django.utils import timezone

from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo import doings
from shop.payments.demo.models import DemoSession
from tests.faults.crashing import Tell
from tests.faults.restarting import work
from tests.faults.scenario import (
    ON_HAND,
    Scenario,
    buyer_at_the_checkout,
    hear,
    send_mails,
    variant,
    work_later,
)  # fmt: skip
from tests.faults.stripe_side import newest_session, pay, pay_late, tell_the_shop
from tests.shop.order_builders import make_order

HOLD_IS_OVER = dt.timedelta(minutes=46)
DAYS_OF_A_BANK = dt.timedelta(days=2)


def ordered_then_paid() -> Scenario:
    """Press "Order and pay"; after a crash press it again, and then pay."""
    buyer = buyer_at_the_checkout()

    def back() -> None:
        buyer.order()
        pay()
        tell_the_shop()

    return Scenario(buyer.order, ends=("paid", ON_HAND - 1), back=back)


def ordered_and_left() -> Scenario:
    """Press "Order and pay" and never come back."""
    return Scenario(buyer_at_the_checkout().order, ends=("cancelled", ON_HAND))


def paid_and_told() -> Scenario:
    """Pay; Stripe tells the shop, and tells it again when it was not heard."""
    buyer_at_the_checkout().order()
    pay()

    def act(tell: Tell) -> None:
        tell_the_shop()
        work()

    return Scenario(act, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def paid_and_never_told() -> Scenario:
    """Pay; every webhook is lost, and the worker finds out."""
    buyer_at_the_checkout().order()
    pay()
    return Scenario(lambda tell: work_later(dt.timedelta(minutes=1)), ends=("paid", ON_HAND - 1))


def paid_and_seen_on_the_order_page() -> Scenario:
    """Pay; the buyer comes back to the order page before anybody told the shop."""
    buyer = buyer_at_the_checkout()
    buyer.order()
    pay()
    return Scenario(lambda tell: buyer.look_at_the_order(), ends=("paid", ON_HAND - 1))


def paid_and_mailed() -> Scenario:
    """The worker sends the mails of a paid order."""
    make_order((variant(), 1))
    return Scenario(lambda tell: send_mails(), ends=("paid", ON_HAND - 1))


def never_paid() -> Scenario:
    """The hold is over: the worker expires the session, and the stock goes back."""
    buyer_at_the_checkout().order()
    return Scenario(lambda tell: work_later(HOLD_IS_OVER), ends=("cancelled", ON_HAND), later=HOLD_IS_OVER)


def paid_in_the_last_minute() -> Scenario:
    """The money came, nobody told the shop, and the worker means to end the hold."""
    buyer_at_the_checkout().order()
    pay()
    return Scenario(lambda tell: work_later(HOLD_IS_OVER), ends=("paid", ON_HAND - 1), later=HOLD_IS_OVER)


def ordered_again_with_another_cart() -> Scenario:
    """The buyer goes back and takes all there is, while the first order holds a unit; then pays."""
    buyer = buyer_at_the_checkout()
    buyer.order()
    buyer.take(ON_HAND)

    def back() -> None:
        buyer.order()
        pay()
        tell_the_shop()

    return Scenario(buyer.order, ends=("paid", 0), back=back)


def ordered_again_while_the_first_is_paid() -> Scenario:
    """The first order is paid in another tab, unheard, when the changed cart is ordered."""
    buyer = buyer_at_the_checkout()
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

    return Scenario(hear, ends=("paid", ON_HAND - 1), back=back, later=DAYS_OF_A_BANK)


def bank_debit_confirmed() -> Scenario:
    """Two days later the bank confirms."""
    return _bank_speaks(doings.bank_confirms, ends=("paid", ON_HAND - 1))


def bank_debit_refused() -> Scenario:
    """Two days later the bank refuses."""
    return _bank_speaks(doings.bank_refuses, ends=("cancelled", ON_HAND))


def paid_after_the_hold_was_released() -> Scenario:
    """Money comes for a cancelled order whose goods are still there."""
    late = make_order((variant(), 1), status="cancelled")
    hear()
    pay_late(late.payments.get().session_id or "")
    return Scenario(hear, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def tried_again() -> Scenario:
    """The time to pay is over, and the buyer tries again; after a crash once more, and pays then."""
    buyer_at_the_checkout().order()
    order = Order.objects.get()
    sync.close(order.payments.get().pk, patient=True)

    def try_again(tell: Tell | None = None) -> None:
        flow.try_again(Order.objects.get(pk=order.pk), origin="crash test")

    def back() -> None:
        try_again()
        pay()
        tell_the_shop()

    return Scenario(try_again, ends=("paid", ON_HAND - 1), back=back)


def _bank_debit() -> None:
    buyer_at_the_checkout().order()
    doings.pay_later(newest_session())


def _bank_speaks(speak: Callable[[DemoSession], object], *, ends: tuple[str, int]) -> Scenario:
    _bank_debit()
    hear()

    def act(tell: Tell) -> None:
        with time_machine.travel(timezone.now() + DAYS_OF_A_BANK):
            speak(newest_session())
            hear()

    return Scenario(act, ends=ends, back=tell_the_shop, later=DAYS_OF_A_BANK)


ALL = [
    ordered_then_paid,
    ordered_and_left,
    paid_and_told,
    paid_and_never_told,
    paid_and_seen_on_the_order_page,
    paid_and_mailed,
    never_paid,
    paid_in_the_last_minute,
    ordered_again_with_another_cart,
    ordered_again_while_the_first_is_paid,
    bank_debit_begun,
    bank_debit_confirmed,
    bank_debit_refused,
    paid_after_the_hold_was_released,
    tried_again,
]

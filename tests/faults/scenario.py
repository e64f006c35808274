"""What a scenario is, and the steps that several of them take."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import time_machine
from django.utils import timezone

from foundation import jobs
from shop.catalogue.models import Variant
from tests.builders import make_variant
from tests.faults.buyer import Buyer
from tests.faults.crashing import Tell
from tests.faults.restarting import work
from tests.faults.stripe_side import tell_the_shop
from tests.shop.checkout_builders import open_shop

ON_HAND = 3


def nothing() -> None:
    """The outside world waits."""


@dataclass(frozen=True)
class Scenario:
    """What happens in a fresh shop, and how it ends when nobody dies: newest order's status, units on hand.

    `act` runs in a process that may die anywhere; `back` is what the outside world does as soon as the
    shop is there again, before its worker goes on. `later` is how much time has passed when `act` is over.
    `on_cards` is what is on all gift cards in the end, in minor units.
    """

    act: Callable[[Tell], None]
    ends: tuple[str, int]
    back: Callable[[], None] = nothing
    later: dt.timedelta = dt.timedelta()
    uses_the_dashboard: bool = False
    on_cards: int = 0


def variant() -> Variant:
    """Open the shop with three units on hand."""
    open_shop()
    return make_variant(on_hand=ON_HAND)


def buyer_at_the_checkout() -> Buyer:
    """Open the shop, and have a buyer with one unit in the cart at the checkout."""
    return Buyer.at_the_checkout(variant())


def hear(tell: Tell | None = None) -> None:
    """Have Stripe tell the shop what is new, and the worker deal with it."""
    tell_the_shop()
    work()


def work_later(later: dt.timedelta) -> None:
    """Have the worker come by so much later."""
    with time_machine.travel(timezone.now() + later):
        work()


def send_mails() -> None:
    """Have the worker send what waits."""
    assert jobs.run_due() > 0

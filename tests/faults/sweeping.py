"""Put the parts together: a scenario dies everywhere, the shop starts again, and the books are read."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import time_machine
from django.core import mail
from django.utils import timezone

from shop.catalogue.models import Variant
from shop.giftcards.models import GiftCard
from shop.orders.models import Order
from shop.payments.demo.models import DemoSession
from shop.payments.models import Refund
from tests.faults.adding_up import differences_in_the_end, differences_now, differences_soon
from tests.faults.crashing import Life, Sweep, sweep
from tests.faults.restarting import (
    keep,
    only_the_ticks_of_payments,
    start_over,
    work_for_a_quarter_of_an_hour,
    work_until_the_hold_is_over,
)
from tests.faults.scenario import Scenario
from tests.faults.stripe_side import no_webhook_by_itself


def sweep_over(make: Callable[[], Scenario], *, until_first_failure: bool = False) -> Sweep:
    """Let a scenario die at every crash point; return the places and what did not add up."""
    now = time_machine.travel(timezone.now(), tick=False)
    with now, only_the_ticks_of_payments(), no_webhook_by_itself():
        start_over()
        scenario = make()
        kept = keep()
        return sweep(
            scenario.act,
            start_over=lambda: start_over(kept),
            look=differences_now,
            restart=lambda life: _restart(scenario, life),
            until_first_failure=until_first_failure,
        )


def _restart(scenario: Scenario, life: Life) -> list[str]:
    """Let the world and the worker go on, reading the books on the way; return what is wrong."""
    found = _unknown_to_the_shop(life)
    with time_machine.travel(timezone.now() + scenario.later, tick=False):
        scenario.back()
        found += differences_now()
        work_for_a_quarter_of_an_hour()
        found += differences_now() + differences_soon()
        work_until_the_hold_is_over()
        found += differences_now() + differences_in_the_end()
    found += _sent_twice()
    if not scenario.uses_the_dashboard:
        found += [f"{refund} was not asked for here" for refund in Refund.objects.filter(is_imported=True)]
    if life.has_run_through:
        found += _other_end(scenario)
    return found


def _unknown_to_the_shop(life: Life) -> list[str]:
    """Whoever was led to an order or to its payment finds that order, also after the crash."""
    known = {order.get_absolute_url() for order in Order.objects.all()}
    paying = {s.token: s.params["success_url"] for s in DemoSession.objects.all()}
    led_to = [paying.get(address.rstrip("/").rpartition("/")[2], address) for address in life.told]
    return [f"{address} is not there" for address in led_to if urlsplit(address).path not in known]


def _sent_twice() -> list[str]:
    """A mail whose process died while sending it goes out once more, but never twice."""
    sent = Counter(message.extra_headers["Message-ID"] for message in mail.outbox)
    return [f"{message_id} was sent {times} times" for message_id, times in sent.items() if times > 1]


def _other_end(scenario: Scenario) -> list[str]:
    status, on_hand = scenario.ends
    order, variant = Order.objects.latest("number"), Variant.objects.get()
    on_cards = sum(GiftCard.objects.values_list("balance_minor", flat=True))
    if (order.status, variant.on_hand, variant.reserved, on_cards) == (status, on_hand, 0, scenario.on_cards):
        return []
    stock = f"{variant.on_hand} on hand, {variant.reserved} reserved"
    return [f"ends with {order.status} and {stock}, {on_cards} on cards"]

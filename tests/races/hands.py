"""What buyers, banks, the staff, the dashboard and workers do; a dice picks the order they do it to."""

import random
from collections.abc import Callable

from django.test import Client

from foundation import jobs
from shop.backoffice import desk
from shop.catalogue.models import Variant
from shop.checkout import flow
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order
from shop.payments import calling_off, refunds, stripe_api, sync
from shop.payments.demo import doings, rules
from shop.payments.demo.models import DemoSession
from shop.stock.reservations import NotEnoughStock
from tests.shop.checkout_builders import submit_checkout

REFUSALS = (
    IllegalTransition, NotEnoughStock, refunds.RefundRefused, flow.TooLate, stripe_api.StripeError,
    rules.ApiError,
)  # fmt: skip

Dice = random.Random


def place_an_order(dice: Dice) -> None:
    """Put one or two kinds into a new cart, and order them if they are there."""
    client = Client()
    for shelf in dice.sample(list(Variant.objects.order_by("pk")), dice.randint(1, 2)):
        client.post("/cart/add/", {"sku": shelf.sku, "quantity": dice.randint(1, 2)})
    if client.get("/checkout/").status_code == 200:
        submit_checkout(client)


def pay_or_not(dice: Dice) -> None:
    """Do something at Stripe's page or at the bank, which tell the shop."""
    sessions = list(DemoSession.objects.order_by("pk"))
    words = (
        doings.pay,
        doings.pay,
        doings.pay_later,
        doings.decline,
        doings.bank_confirms,
        doings.bank_refuses,
    )
    if sessions:
        dice.choice(words)(dice.choice(sessions))


def refund_in_the_dashboard(dice: Dice) -> None:
    """Send a part back at Stripe."""
    paid = list(DemoSession.objects.filter(payment_status="paid").order_by("pk"))
    if paid:
        doings.refund_in_dashboard(dice.choice(paid).intent_id, dice.choice([500, 1000]))


def refund_everything(order: Order) -> None:
    """Have all that is left sent back, and the goods put on the shelf."""
    refunds.refund_everything(order_id=order.pk, restock=True)


def refund_a_part(order: Order) -> None:
    """Have a part sent back."""
    refunds.refund(
        order_id=order.pk, units={}, includes_shipping=False, amount_minor=700, shown_minor=0, restock=False,
        reason="", staff=None,
    )  # fmt: skip


def call_off(order: Order) -> None:
    """Cancel as the buyer does."""
    calling_off.finish(calling_off.call_off(order_id=order.pk))


def ship(order: Order) -> None:
    """Hand the parcel to the carrier."""
    desk.ship(order_id=order.pk, carrier="DHL", tracking_number="1", staff=None)


def try_again(order: Order) -> None:
    """Try to pay an order whose payment came to nothing."""
    flow.try_again(order, origin="dice")


def end_the_hold(order: Order) -> None:
    """End the newest attempt to pay."""
    payment = order.payments.first()
    if payment is not None:
        sync.close(payment.pk, patient=False)


def look(order: Order) -> None:
    """Open the order's page."""
    assert Client().get(order.get_absolute_url()).status_code == 200


def _to_an_order(work: Callable[[Order], None]) -> Callable[[Dice], None]:
    def do(dice: Dice) -> None:
        orders = list(Order.objects.order_by("pk"))
        if orders:
            work(dice.choice(orders))

    return do


def _work(dice: Dice) -> None:
    jobs.run_due()


TO_AN_ORDER = [refund_everything, refund_a_part, call_off, ship, try_again, end_the_hold, look, look]
EVERYTHING: list[Callable[[Dice], None]] = [
    *[place_an_order] * 4, *[pay_or_not] * 4, refund_in_the_dashboard, *map(_to_an_order, TO_AN_ORDER),
    *[_work] * 4,
]  # fmt: skip


def do_something(dice: Dice) -> None:
    """Do one thing; the shop may refuse it for a reason, but never fail."""
    try:
        dice.choice(EVERYTHING)(dice)
    except REFUSALS:
        return

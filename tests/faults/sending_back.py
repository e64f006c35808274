"""Money that goes back: refunds, orders called off, late and wrong money. A new path is one more in ALL."""

from contextlib import suppress

from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import calling_off, refunds, review, sync
from shop.payments.demo import doings
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment
from tests.faults.crashing import Tell
from tests.faults.restarting import work
from tests.faults.scenario import ON_HAND, Scenario, buyer_at_the_checkout, hear, variant
from tests.faults.stripe_side import pay, pay_late, tell_the_shop
from tests.shop.order_builders import make_order


def paid_after_the_stock_was_gone() -> Scenario:
    """Money comes for a cancelled order whose goods another buyer has: it goes back."""
    shelf = variant()
    late = make_order((shelf, 1), status="cancelled")
    make_order((shelf, ON_HAND))
    hear()
    pay_late(late.payments.get().session_id or "")
    return Scenario(hear, ends=("paid", 0), back=tell_the_shop)


def paid_twice() -> Scenario:
    """The buyer tries again and pays, and the first attempt's money arrives after all: it goes back."""
    buyer_at_the_checkout().order()
    order = Order.objects.get()
    first = sync.close(order.payments.get().pk, patient=True)
    flow.try_again(Order.objects.get(), origin="crash test")
    pay()
    hear()
    pay_late(first.session_id or "")
    return Scenario(hear, ends=("paid", ON_HAND - 1), back=tell_the_shop)


def everything_refunded() -> Scenario:
    """The staff send everything back, and the goods have come home."""
    order = _paid()

    def act(tell: Tell) -> None:
        refunds.refund_everything(order_id=order.pk, restock=True)
        work()
        tell_the_shop()
        work()

    return Scenario(act, ends=("paid", ON_HAND), back=tell_the_shop)


def one_of_two_refunded() -> Scenario:
    """The staff send one unit's money back, which is on the shelf again; every webhook is lost."""
    order = _paid()
    units = {order.lines.get().pk: 1}
    worth = refunds.proposal(order, units=units, includes_shipping=False).total_minor

    def act(tell: Tell) -> None:
        refunds.refund(
            order_id=order.pk, units=units, includes_shipping=False, amount_minor=None, shown_minor=worth,
            restock=True, reason="", staff=None,
        )  # fmt: skip
        work()

    return Scenario(act, ends=("paid", ON_HAND - 1))


def refunded_in_the_dashboard() -> Scenario:
    """The owner sends a part back in Stripe's dashboard, and the shop takes it over."""
    order = _paid()
    doings.refund_in_dashboard(order.payments.get().intent_id, 1000)
    return Scenario(hear, ends=("paid", ON_HAND - 2), back=tell_the_shop, uses_the_dashboard=True)


def refund_failed_later() -> Scenario:
    """A refund is booked, and days later the buyer's bank sends it back."""
    order = _paid()
    refunds.refund_everything(order_id=order.pk, restock=True)
    work()
    hear()
    doings.fail_refund(DemoRefund.objects.get().refund_id)
    return Scenario(hear, ends=("paid", ON_HAND), back=tell_the_shop)


def wrong_money_sent_back() -> Scenario:
    """What was paid does not match: a person looks at it, and sends it back."""
    buyer_at_the_checkout().order()
    DemoSession.objects.update(amount_total=4900)
    pay()
    hear()
    payment = Payment.objects.get()

    def send_back(tell: Tell | None = None) -> None:
        with suppress(review.ReviewRefused):  # done before the crash
            review.send_back(payment_id=payment.pk, staff=None)
        work()

    return Scenario(send_back, ends=("cancelled", ON_HAND), back=send_back)


def wrong_money_accepted() -> Scenario:
    """What was paid does not match: a person looks at it, and takes it."""
    buyer_at_the_checkout().order()
    DemoSession.objects.update(amount_total=4900)
    pay()
    hear()
    payment = Payment.objects.get()

    def accept(tell: Tell | None = None) -> None:
        with suppress(review.ReviewRefused):  # done before the crash
            review.accept(payment_id=payment.pk, staff=None)

    return Scenario(accept, ends=("paid", ON_HAND - 1), back=accept)


def called_off_while_waiting() -> Scenario:
    """The buyer cancels an order whose payment is open."""
    buyer_at_the_checkout().order()
    return _called_off(Order.objects.get())


def called_off_while_paying() -> Scenario:
    """The buyer cancels in one tab and has just paid in another, unheard: the money goes back."""
    buyer_at_the_checkout().order()
    pay()
    return _called_off(Order.objects.get())


def called_off_when_paid() -> Scenario:
    """The buyer cancels a paid order: the money goes back, and the goods to the shelf."""
    return _called_off(_paid())


def _called_off(order: Order) -> Scenario:
    def act(tell: Tell) -> None:
        calling_off.finish(calling_off.call_off(order_id=order.pk))
        work()

    return Scenario(act, ends=("cancelled", ON_HAND), back=tell_the_shop)


def _paid() -> Order:
    """Make a paid order of two units, about which Stripe has no more to say."""
    order = make_order((variant(), 2))
    hear()
    return order


ALL = [
    paid_after_the_stock_was_gone,
    paid_twice,
    everything_refunded,
    one_of_two_refunded,
    refunded_in_the_dashboard,
    refund_failed_later,
    wrong_money_sent_back,
    wrong_money_accepted,
    called_off_while_waiting,
    called_off_while_paying,
    called_off_when_paid,
]

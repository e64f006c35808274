"""One buyer with two hands: doubled clicks and two tabs make one order, which holds its stock once."""

import pytest

from shop.cart.models import CartLine
from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo.models import DemoSession
from tests.faults.adding_up import differences_now
from tests.faults.buyer import Buyer
from tests.races.pausing import after, before, interleave
from tests.shop.checkout_builders import newest_payment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
WRITING_THE_ORDER = before('INSERT INTO "shop_order"')


@pytest.fixture
def buyer(shelf):
    """A buyer at the checkout with one of three units in the cart."""
    return Buyer.at_the_checkout(shelf)


def orders():
    """Return (number, status, units) of all orders, if the books agree and Stripe could be paid once."""
    assert differences_now() == []
    payable = [session for session in DemoSession.objects.all() if session.is_payable]
    assert len(payable) == Order.objects.filter(status="pending").count()
    lines = Order.objects.order_by("number").values_list("number", "status", "lines__quantity")
    return list(lines)


# ---- "Order and pay" pressed twice ---------------------------------------------------------------


def order_twice(buyer):
    return interleave(buyer.order, buyer.order, at=WRITING_THE_ORDER)


def test_order_and_pay_pressed_twice_makes_one_order(buyer):
    assert order_twice(buyer) == [None, None]
    assert orders() == [(1001, "pending", 1)]


@pytest.mark.postgres
def test_without_a_lock_on_the_cart_it_would_make_two(buyer, no_row_locks):
    order_twice(buyer)
    assert len(orders()) == 2


# ---- back, change the cart, and check out again while the own order holds the stock --------------


@pytest.fixture
def changed(buyer):
    """The buyer has ordered one unit, went back, and wants all three; own stock is in the way."""
    buyer.order()
    buyer.take(3)
    return buyer


@pytest.mark.parametrize(
    "at",
    [before("/expire"), after("/expire"), WRITING_THE_ORDER, before("POST /v1/checkout/sessions ")],
    ids=lambda point: f"{'before' if point.is_before else 'after'} {point.text.strip()}",
)
def test_two_tabs_with_the_changed_cart_make_one_new_order(changed, at):
    assert interleave(changed.order, changed.order, at=at) == [None, None]
    assert orders() == [(1001, "cancelled", 1), (1002, "pending", 3)]


@pytest.mark.postgres
def test_without_a_lock_on_the_cart_two_tabs_would_make_two_orders(changed, no_row_locks, shelf):
    type(shelf).objects.update(on_hand=6)
    interleave(changed.order, changed.order, at=WRITING_THE_ORDER)
    assert Order.objects.filter(status="pending").count() == 2


def test_while_one_tab_orders_the_changed_cart_the_other_changes_it_again(changed, shelf):
    """What is ordered is what the buyer was shown."""
    line = CartLine.objects.get()

    def take_two():
        changed.browser().post("/cart/update/", {f"quantity-{line.pk}": "2"})

    interleave(changed.order, take_two, at=WRITING_THE_ORDER)
    assert orders() == [(1001, "cancelled", 1), (1002, "pending", 3)]


# ---- an order whose payment came to nothing, tried again -----------------------------------------


@pytest.fixture
def dead(buyer):
    """An order whose time to pay is over."""
    buyer.order()
    order = Order.objects.get()
    sync.close(newest_payment(order).pk, patient=True)
    return order


def try_twice(dead):
    again = lambda: flow.try_again(Order.objects.get(pk=dead.pk), origin="tests")  # noqa: E731
    return interleave(again, again, at=before('INSERT INTO "shop_payment"'))


def test_try_again_pressed_twice_opens_one_attempt(dead):
    [_where_to_pay] = set(try_twice(dead)) - {""}  # the slower one may read that it is being prepared
    assert orders() == [(1001, "pending", 1)]
    assert dead.payments.count() == 2


@pytest.mark.postgres
def test_without_row_locks_a_second_attempt_would_fail(dead, no_row_locks):
    assert any(isinstance(result, Exception) for result in try_twice(dead))


def test_trying_again_in_one_tab_and_ordering_the_cart_in_the_other_make_one_order_wait(dead, buyer):
    again = lambda: flow.try_again(Order.objects.get(pk=dead.pk), origin="tests")  # noqa: E731
    _address, answer = interleave(again, buyer.order, at=before('UPDATE "shop_order"'))
    assert answer is None
    assert orders() == [(1001, "pending", 1)]


def test_ordering_the_cart_in_one_tab_and_trying_again_in_the_other_make_one_order_wait(dead, buyer):
    again = lambda: flow.try_again(Order.objects.get(pk=dead.pk), origin="tests")  # noqa: E731
    answer, refusal = interleave(buyer.order, again, at=WRITING_THE_ORDER)
    assert (answer, type(refusal)) == (None, flow.TooLate)
    assert orders() == [(1001, "cancelled", 1), (1002, "pending", 1)]

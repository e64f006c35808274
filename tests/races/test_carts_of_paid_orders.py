"""A cart that changes while its order is being paid: nothing is lost, nothing taken twice, no deadlock."""

import pytest

from shop.cart.models import Cart, CartLine
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo.models import DemoSession
from tests.faults.adding_up import differences_now
from tests.faults.buyer import Buyer
from tests.races.pausing import before, interleave
from tests.races.racing import race
from tests.shop.checkout_builders import ADDRESS, newest_payment, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
TAKING_OUT = before('FROM "shop_cartline" WHERE')


@pytest.fixture
def buyer(shelf):
    """A buyer who has ordered one unit and pays at Stripe, which has not told the shop yet."""
    buyer = Buyer.at_the_checkout(shelf)
    buyer.order()
    DemoSession.objects.update(
        status="complete", payment_status="paid", intent_id="pi", intent_status="succeeded"
    )
    return buyer


def hear(order):
    """Return what brings the order up to date with Stripe, as webhook, page and worker do."""
    payment = newest_payment(order)
    return lambda: sync.sync(payment.pk, patient=True)


def add_two(buyer, shelf):
    return lambda: buyer.browser().post("/cart/add/", {"sku": shelf.sku, "quantity": "2"}).status_code


def check_out(buyer):
    form = ADDRESS | {"shown_total": buyer.total}
    return lambda: send(buyer.browser(), form).status_code


@pytest.mark.parametrize("is_paid_first", [True, False])
def test_what_is_added_while_the_order_becomes_paid_stays(buyer, shelf, is_paid_first):
    both = [hear(Order.objects.get()), add_two(buyer, shelf)]
    first, second = both if is_paid_first else reversed(both)
    at = TAKING_OUT if is_paid_first else before('UPDATE "shop_cartline"')
    results = interleave(first, second, at=at)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Order.objects.get().status == "paid"
    assert CartLine.objects.get().quantity == 2
    assert differences_now() == []


def test_an_order_heard_paid_six_times_at_once_takes_its_units_once(buyer, shelf):
    add_two(buyer, shelf)()
    order = Order.objects.get()
    results = race(lambda n: hear(order)(), 6)
    assert not [result for result in results if isinstance(result, Exception)]
    assert CartLine.objects.get().quantity == 2


@pytest.mark.parametrize("is_paid_first", [True, False])
def test_checking_out_again_while_the_order_becomes_paid_takes_the_paid_order(buyer, shelf, is_paid_first):
    buyer.take(3)
    both = [hear(Order.objects.get()), check_out(buyer)]
    first, second = both if is_paid_first else reversed(both)
    results = interleave(first, second, at=before('UPDATE "shop_order"'))
    assert not [result for result in results if isinstance(result, Exception)]
    assert Order.objects.get().status == "paid"
    assert CartLine.objects.get().quantity == 2
    assert Cart.objects.get().order == Order.objects.get()
    assert differences_now() == []

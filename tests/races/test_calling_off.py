"""Cancelling meets shipping, paying and refunding: one of them is first, and the other is told."""

import pytest
from django.test import Client

from foundation import jobs
from shop.backoffice import desk
from shop.orders.lifecycle import IllegalTransition
from shop.payments import calling_off, refunds
from shop.payments.demo.models import DemoRefund
from shop.payments.refunds import RefundRefused
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.stripe_side import pay, tell_the_shop
from tests.races.pausing import after, before, interleave
from tests.shop.checkout_builders import buy
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
ASKING = "GET /v1/checkout/sessions"
CHANGING_THE_ORDER = before('UPDATE "shop_order"')


@pytest.fixture
def waiting(shelf):
    """An order of one of three units, whose payment is open."""
    return buy(Client(), shelf)


@pytest.fixture
def paid(shelf):
    """A paid order of one of three units."""
    order = make_order((shelf, 1))
    hear()
    return order


def hear():
    tell_the_shop()
    jobs.run_due()


def calling(order):
    return lambda: calling_off.finish(calling_off.call_off(order_id=order.pk))


def shipping(order):
    return lambda: desk.ship(order_id=order.pk, carrier="DHL", tracking_number="1", staff=None)


def where_it_ended(order, shelf):
    """Let Stripe and the worker finish; return status, parcel, shelf and money sent back."""
    hear()
    hear()
    assert differences_now() + differences_soon() == []
    order.refresh_from_db()
    shelf.refresh_from_db()
    sent_back = sum(DemoRefund.objects.values_list("amount", flat=True))
    return order.status, order.fulfilment, shelf.on_hand, sent_back


# ---- the parcel ----------------------------------------------------------------------------------


def test_an_order_that_is_being_cancelled_is_not_shipped(paid, shelf):
    _none, refused = interleave(calling(paid), shipping(paid), at=CHANGING_THE_ORDER)
    assert isinstance(refused, IllegalTransition)
    assert where_it_ended(paid, shelf) == ("cancelled", "unfulfilled", 3, 5000)


def test_an_order_that_is_being_shipped_is_not_cancelled(paid, shelf):
    _parcel, refused = interleave(shipping(paid), calling(paid), at=CHANGING_THE_ORDER)
    assert isinstance(refused, IllegalTransition)
    assert where_it_ended(paid, shelf) == ("paid", "shipped", 2, 0)


@pytest.mark.postgres
def test_without_a_lock_on_the_order_the_money_would_go_back_and_the_parcel_away(paid, no_row_locks):
    interleave(calling(paid), shipping(paid), at=CHANGING_THE_ORDER)
    paid.refresh_from_db()
    assert (paid.status, paid.fulfilment) == ("cancelled", "shipped")


# ---- the money -----------------------------------------------------------------------------------


def pay_and_tell():
    pay()
    hear()


@pytest.mark.parametrize("at", [before(ASKING), after(ASKING)], ids=["before Stripe says open", "after"])
def test_money_that_comes_while_the_buyer_cancels_goes_back(waiting, shelf, at):
    interleave(calling(waiting), pay_and_tell, at=at)
    assert where_it_ended(waiting, shelf) == ("cancelled", "unfulfilled", 3, 5000)


def test_money_that_came_just_before_the_buyer_cancelled_goes_back(waiting, shelf):
    pay()
    interleave(calling(waiting), hear, at=before('UPDATE "shop_payment"'))
    assert where_it_ended(waiting, shelf) == ("cancelled", "unfulfilled", 3, 5000)


def test_a_session_that_was_expired_for_cancelling_takes_no_money(waiting, shelf):
    interleave(calling(waiting), pay_and_tell, at=after("/expire"))
    assert where_it_ended(waiting, shelf) == ("cancelled", "unfulfilled", 3, 0)


def cancel_while_the_money_is_booked(waiting):
    pay()
    tell_the_shop()
    return interleave(jobs.run_due, calling(waiting), at=CHANGING_THE_ORDER)


def test_cancelling_while_the_money_is_booked_sends_it_back(waiting, shelf):
    assert cancel_while_the_money_is_booked(waiting)[1] is None
    assert where_it_ended(waiting, shelf) == ("cancelled", "unfulfilled", 3, 5000)


@pytest.mark.postgres
def test_without_row_locks_the_wish_to_cancel_would_be_overwritten(waiting, no_row_locks):
    cancel_while_the_money_is_booked(waiting)
    hear()
    waiting.refresh_from_db()
    assert waiting.status == "paid"


# ---- twice, and beside a refund ------------------------------------------------------------------


def cancel_twice(paid):
    return interleave(calling(paid), calling(paid), at=before('UPDATE "shop_variant"'))


def test_cancelling_twice_sends_money_and_goods_back_once(paid, shelf):
    assert cancel_twice(paid) == [None, None]
    assert where_it_ended(paid, shelf) == ("cancelled", "unfulfilled", 3, 5000)


@pytest.mark.postgres
def test_without_a_lock_on_the_order_cancelling_twice_would_fail(paid, no_row_locks):
    assert any(isinstance(result, Exception) for result in cancel_twice(paid))


def test_a_refund_while_the_order_is_cancelled_is_refused(paid, shelf):
    refund = lambda: refunds.refund_everything(order_id=paid.pk, restock=True)  # noqa: E731
    _none, refused = interleave(calling(paid), refund, at=CHANGING_THE_ORDER)
    assert isinstance(refused, RefundRefused)
    assert where_it_ended(paid, shelf) == ("cancelled", "unfulfilled", 3, 5000)


def test_cancelling_while_a_refund_is_asked_for_sends_back_what_is_left(paid, shelf):
    refund = lambda: refunds.refund_everything(order_id=paid.pk, restock=True)  # noqa: E731
    interleave(refund, calling(paid), at=before('INSERT INTO "shop_refund"'))
    assert where_it_ended(paid, shelf) == ("cancelled", "unfulfilled", 3, 5000)

"""Many hands send money back: never more than was paid, and each refund is booked once."""

import pytest

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import refund_imports, refunds, stripe_api
from shop.payments.demo import doings
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Refund
from shop.payments.refunds import RefundRefused
from shop.stock.models import StockMovement
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.stripe_side import tell_the_shop
from tests.races.pausing import after, before, interleave
from tests.shop.checkout_builders import newest_payment
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
WRITING_THE_REFUND = before('INSERT INTO "shop_refund"')
TOTAL, PART = 9400, 2000  # minor units: two at 4400 and shipping; four parts fit


@pytest.fixture
def order(shelf):
    """A paid order of two of three units, whose mails are sent."""
    order = make_order((shelf, 2))
    tell_the_shop()
    jobs.run_due()
    return order


def asked_for():
    """Return the sum of what was asked for and did not fail."""
    return sum(Refund.objects.exclude(status="failed").values_list("amount_minor", flat=True))


def settle():
    """Let Stripe and the worker finish; return what went back at Stripe, if the books agree."""
    jobs.run_due()
    tell_the_shop()
    jobs.run_due()
    assert differences_now() + differences_soon() == []
    return sum(DemoRefund.objects.values_list("amount", flat=True))


# ---- the staff press twice, or six of them at once -----------------------------------------------


def refund_everything_twice(order):
    everything = lambda: refunds.refund_everything(order_id=order.pk, restock=True)  # noqa: E731
    return interleave(everything, everything, at=WRITING_THE_REFUND)


def test_a_double_click_refunds_once(order, shelf):
    _made, refused = refund_everything_twice(order)
    assert isinstance(refused, RefundRefused)
    assert (asked_for(), settle()) == (TOTAL, TOTAL)
    shelf.refresh_from_db()
    assert shelf.on_hand == 3


@pytest.mark.postgres
def test_without_a_lock_on_the_order_a_double_click_would_ask_for_twice_the_money(order, no_row_locks):
    refund_everything_twice(order)
    assert asked_for() == 2 * TOTAL


def refund_part(order):
    return refunds.refund(
        order_id=order.pk, units={}, includes_shipping=False, amount_minor=PART, shown_minor=0,
        restock=False, reason="", staff=None,
    )  # fmt: skip


def refund_six_parts(order):
    return interleave(*[lambda: refund_part(order)] * 6, at=WRITING_THE_REFUND)


def test_six_refunds_at_once_are_never_more_than_was_paid(order):
    results = refund_six_parts(order)
    assert sum(isinstance(result, RefundRefused) for result in results) == 2
    assert (asked_for(), settle()) == (4 * PART, 4 * PART)


@pytest.mark.postgres
def test_without_a_lock_on_the_order_six_refunds_would_be_too_much(order, no_row_locks):
    refund_six_parts(order)
    assert asked_for() > TOTAL


# ---- two workers, and the event that overtakes the answer ----------------------------------------


def book_twice(order, at, second=None):
    [row] = refunds.refund_everything(order_id=order.pk, restock=True)
    send = lambda: refunds.send.func(refund_id=row.pk)  # noqa: E731
    return interleave(send, second or send, at=at)


BOOKING = before('UPDATE "shop_order"')


@pytest.mark.parametrize("at", [before("POST /v1/refunds"), after("POST /v1/refunds"), BOOKING])
def test_two_workers_with_the_same_refund_book_it_once(order, shelf, at):
    assert book_twice(order, at) == [None, None]
    assert settle() == TOTAL
    assert_booked_once(order, shelf)


def test_the_event_about_a_refund_may_overtake_its_answer(order, shelf):
    assert book_twice(order, after("POST /v1/refunds"), hear) == [None, None]
    assert settle() == TOTAL
    assert_booked_once(order, shelf)


def hear():
    tell_the_shop()
    jobs.run_due()


def assert_booked_once(order, shelf):
    order.refresh_from_db()
    shelf.refresh_from_db()
    assert (order.refunded_minor, shelf.on_hand) == (TOTAL, 3)
    assert StockMovement.objects.filter(kind="returned").count() == 1
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1


def book_two_parts(order):
    parts = [refund_part(order) for _number in range(2)]
    first, second = (lambda row=row: refunds.send.func(refund_id=row.pk) for [row] in parts)
    assert interleave(first, second, at=BOOKING) == [None, None]
    order.refresh_from_db()
    return order.refunded_minor


def test_two_refunds_booked_at_once_are_both_counted(order):
    assert book_two_parts(order) == 2 * PART
    assert settle() == 2 * PART


@pytest.mark.postgres
def test_without_a_lock_on_the_order_one_of_the_two_would_be_forgotten(order, no_row_locks):
    assert book_two_parts(order) == PART


# ---- made at Stripe, while the shop refunds too --------------------------------------------------


def refund_here_and_in_the_dashboard(order, at, *, dashboard_first):
    made = doings.refund_in_dashboard(newest_payment(order).intent_id, TOTAL)
    here = lambda: refunds.refund_everything(order_id=order.pk, restock=False)  # noqa: E731
    there = lambda: refund_imports.take(stripe_api.retrieve_refund(made))  # noqa: E731
    first, second = (there, here) if dashboard_first else (here, there)
    return interleave(first, second, at=at)


def test_a_refund_asked_for_while_one_from_the_dashboard_is_taken_over_is_refused(order):
    _taken, refused = refund_here_and_in_the_dashboard(order, WRITING_THE_REFUND, dashboard_first=True)
    assert isinstance(refused, RefundRefused)
    assert settle() == TOTAL


def test_a_refund_asked_for_just_before_the_one_from_the_dashboard_is_known_fails_at_stripe(order):
    refund_here_and_in_the_dashboard(order, WRITING_THE_REFUND, dashboard_first=False)
    assert settle() == TOTAL
    assert sorted(Refund.objects.values_list("is_imported", "status")) == [
        (False, "failed"),
        (True, "succeeded"),
    ]


def take_over_twice(order):
    made = doings.refund_in_dashboard(newest_payment(order).intent_id, PART)
    take = lambda: refund_imports.take(stripe_api.retrieve_refund(made))  # noqa: E731
    return interleave(take, take, at=WRITING_THE_REFUND)


def test_two_workers_take_over_a_refund_from_the_dashboard_once(order):
    first, second = take_over_twice(order)
    assert first == second == Refund.objects.get()
    assert settle() == PART


@pytest.mark.postgres
def test_without_row_locks_the_second_worker_would_fail(order, no_row_locks):
    assert any(isinstance(result, Exception) for result in take_over_twice(order))

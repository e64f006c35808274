"""An order is called off once: its payment ended or its money sent back, its goods on the shelf again."""

import pytest
from django.db import connection

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import calling_off, reconcile, sync
from shop.payments.demo import server
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Dispute, Payment, Refund
from shop.stock.models import StockMovement
from tests.races.racing import race
from tests.shop.checkout_builders import newest_payment, press
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def call_off(order, staff=None):
    """Call off as the page does, then let the worker do what is left."""
    calling_off.finish(calling_off.call_off(order_id=order.pk, staff=staff))
    reconcile.sync_due()
    jobs.run_due()
    order.refresh_from_db()


def mails(message):
    return list(OutboxMail.objects.filter(message=message).values_list("text", flat=True))


def waiting(variant):
    """An order whose session is open at Stripe."""
    order = make_order((variant, 1), status="pending")
    sync.sync(newest_payment(order).pk, patient=True)
    return order


def at_the_bank(variant):
    """An order of which Stripe waits for the bank."""
    order = waiting(variant)
    DemoSession.objects.update(status="complete", intent_id="pi_slow", intent_status="processing")
    sync.sync(newest_payment(order).pk, patient=True)
    return order


def the_bank(payment_status, intent_status):
    DemoSession.objects.update(payment_status=payment_status, intent_status=intent_status)
    sync.sync(Payment.objects.get().pk, patient=True)
    jobs.run_due()


def test_an_unpaid_order_is_closed_at_stripe_and_gives_its_stock_back(variant):
    order = waiting(variant)
    call_off(order)
    assert (order.status, order.is_called_off, newest_payment(order).status) == ("cancelled", True, "expired")
    assert DemoSession.objects.get().status == "expired"
    assert stock_of(variant) == (2, 0)
    assert "Nothing was charged." in mails("order_cancelled")[0]
    assert mails("payment_failed") == []
    assert_books_agree()


def test_a_payment_that_stripe_never_heard_of_is_closed_too(variant):
    order = make_order((variant, 1), status="pending")
    call_off(order)
    assert (order.status, DemoSession.objects.get().status, stock_of(variant)) == (
        "cancelled",
        "expired",
        (2, 0),
    )


def test_a_paid_order_gives_money_and_goods_back(variant):
    order = make_order((variant, 1))
    call_off(order)
    refund = Refund.objects.get()
    assert (order.status, order.is_called_off, order.refunded_minor) == ("cancelled", True, 5000)
    assert (refund.status, refund.amount_minor, refund.restock) == ("succeeded", 5000, False)
    assert stock_of(variant) == (2, 0)
    assert "$50.00 goes back the way it came." in mails("order_cancelled")[0]
    assert_books_agree()


def test_what_was_refunded_before_is_not_sent_back_again(variant):
    order = make_order((variant, 1))
    Refund.objects.create(order=order, payment=newest_payment(order), amount_minor=1200, status="succeeded")
    call_off(order)
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [1200, 3800]


def test_calling_off_again_changes_nothing(variant):
    order = make_order((variant, 1))
    for _ in range(3):
        call_off(order)
    assert Refund.objects.count() == DemoRefund.objects.count() == 1
    assert StockMovement.objects.filter(variant=variant, kind="returned").count() == 1
    assert len(mails("order_cancelled")) == 1
    assert stock_of(variant) == (2, 0)


@pytest.mark.parametrize("status", ["paid", "pending"])
@pytest.mark.django_db(transaction=True)
def test_six_at_once_call_off_once(variant, status):
    order = make_order((variant, 1)) if status == "paid" else waiting(variant)
    connection.close()

    def click(n):
        calling_off.finish(calling_off.call_off(order_id=order.pk))

    assert race(click, 6) == [None] * 6
    reconcile.sync_due()
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, order.is_called_off) == ("cancelled", True)
    assert Refund.objects.count() == (1 if status == "paid" else 0)
    assert len(mails("order_cancelled")) == 1
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


def test_a_silent_stripe_keeps_the_stock_until_the_worker_has_closed_the_payment(variant, stripe_requests):
    order = waiting(variant)
    stripe_requests.server = lambda *args: ('{"error": {"message": "no"}}', 503, {})
    call_off(order)
    assert (order.status, newest_payment(order).closing, stock_of(variant)) == (
        "pending",
        "called_off",
        (2, 1),
    )
    stripe_requests.server = server.answer
    Payment.objects.update(next_check=order.created_at)
    reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, order.is_called_off, stock_of(variant)) == ("cancelled", True, (2, 0))


def test_who_paid_a_moment_before_gets_the_money_back(client, variant):
    order = waiting(variant)
    press(client, order, "pay")
    call_off(order)
    assert (order.status, order.is_called_off) == ("cancelled", True)
    assert (newest_payment(order).status, Refund.objects.get().status) == ("refund_due", "succeeded")
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


def test_paid_between_the_click_and_the_closing_is_sent_back_once(client, variant):
    order = waiting(variant)
    asked = calling_off.call_off(order_id=order.pk)
    press(client, order, "pay")
    calling_off.finish(asked)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, Refund.objects.get().status, stock_of(variant)) == (
        "cancelled",
        "succeeded",
        (2, 0),
    )


def test_an_order_at_the_bank_is_cancelled_at_once_and_its_money_goes_back_when_it_comes(variant):
    order = at_the_bank(variant)
    call_off(order)
    assert (order.status, stock_of(variant), Refund.objects.count()) == ("cancelled", (2, 0), 0)
    the_bank("paid", "succeeded")
    assert (newest_payment(order).status, Refund.objects.get().status) == ("refund_due", "succeeded")
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


def test_a_bank_debit_given_between_the_click_and_the_closing_ends_the_order_at_once(client, variant):
    order = waiting(variant)
    asked = calling_off.call_off(order_id=order.pk)
    press(client, order, "pay_later")
    calling_off.finish(asked)
    order.refresh_from_db()
    assert (order.status, order.is_called_off, newest_payment(order).status) == (
        "cancelled", True, "processing",
    )  # fmt: skip
    assert (stock_of(variant), len(mails("order_cancelled"))) == ((2, 0), 1)
    the_bank("paid", "succeeded")
    assert (newest_payment(order).status, Refund.objects.get().amount_minor) == ("refund_due", 5000)
    assert_books_agree()


def test_an_order_at_the_bank_stays_cancelled_when_the_bank_refuses(variant):
    order = at_the_bank(variant)
    call_off(order)
    the_bank("unpaid", "requires_payment_method")
    order.refresh_from_db()
    assert (order.is_called_off, Refund.objects.count(), mails("payment_failed")) == (True, 0, [])


def test_an_order_that_left_is_not_called_off(variant):
    order = make_order((variant, 1))
    lifecycle.ship(order, carrier="DHL", tracking_number="1")
    with pytest.raises(lifecycle.IllegalTransition):
        calling_off.call_off(order_id=order.pk)
    assert (Refund.objects.count(), stock_of(variant)) == (0, (1, 0))


def test_an_order_under_review_is_not_called_off(variant):
    order = waiting(variant)
    DemoSession.objects.update(amount_total=1)
    assert sync.sync(newest_payment(order).pk, patient=True).status == "review"
    with pytest.raises(lifecycle.IllegalTransition):
        calling_off.call_off(order_id=order.pk)
    assert Order.objects.get().status == "pending"


@pytest.mark.parametrize(("status", "is_refused"), [("needs_response", True), ("lost", True), ("won", False)])
def test_a_dispute_has_to_be_settled_first(variant, status, is_refused):
    order = make_order((variant, 1))
    Dispute.objects.create(
        payment=newest_payment(order), stripe_id="du_1", amount_minor=5000, status=status,
        opened_at=order.created_at,
    )  # fmt: skip
    if is_refused:
        with pytest.raises(lifecycle.IllegalTransition):
            calling_off.call_off(order_id=order.pk)
    else:
        call_off(order)
    order.refresh_from_db()
    assert order.status == ("paid" if is_refused else "cancelled")


@pytest.mark.parametrize("by", ["buyer", "owner"])
def test_the_history_says_who_asked(variant, owner, by):
    staff = owner if by == "owner" else None
    order = make_order((variant, 1))
    call_off(order, staff)
    text = "Called off by the shop" if staff else "Called off by the buyer"
    assert order.events.get(text=text).staff == staff

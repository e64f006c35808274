"""Money goes back once, through Stripe, and never more than was paid."""

import pytest

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import refunds, sessions, sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Refund
from tests.shop.checkout_builders import buy, press
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("stripe_requests")]


def test_refunding_everything_goes_through_stripe_and_restocks_on_choice(client, variant):
    order = buy(client, variant, 2)
    press(client, order, "pay")
    jobs.run_due()
    refunds.refund_everything(order_id=order.pk, restock=True)
    with pytest.raises(refunds.RefundRefused):
        refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(variant)) == ("refunded", (2, 0))
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1
    assert b'data-status="refunded"' in client.get(order.get_absolute_url()).content
    assert_books_agree()


def test_a_second_payment_of_one_order_goes_back(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    jobs.run_due()
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    press(client, order, "pay")
    jobs.run_due()
    second.refresh_from_db()
    assert (second.status, second.refunds.get().status) == ("refund_due", "succeeded")
    order.refresh_from_db()
    assert (order.status, order.refunded_minor, stock_of(variant)) == ("paid", 0, (1, 0))


def test_a_refund_that_stripe_refuses_is_shown_to_the_staff_and_may_be_asked_for_again(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    jobs.run_due()
    DemoSession.objects.update(payment_status="unpaid")
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    assert Refund.objects.get().status == "failed"
    assert OutboxMail.objects.filter(message="staff_alert").count() == 1
    DemoSession.objects.update(payment_status="paid")
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(variant)) == ("refunded", (1, 0))


def test_a_payment_that_bought_nothing_brings_no_goods_back(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    jobs.run_due()
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    press(client, order, "pay")
    sync.sync(second.pk, patient=True)
    Refund.objects.update(status="failed")
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    assert stock_of(variant) == (2, 0)
    assert_books_agree()


@pytest.fixture
def paid(client, variant):
    """A paid order's payment of 5000."""
    order = buy(client, variant)
    press(client, order, "pay")
    return sync.sync(order.payments.get().pk, patient=True)


@pytest.mark.parametrize("amount", [0, -1, 5001, 10**12])
def test_a_refund_is_bounded_by_what_was_paid(paid, amount):
    with pytest.raises(refunds.RefundRefused, match=r"Only \$50.00"):
        refunds.request(payment=paid, amount_minor=amount, restock=False, reason="")
    assert not Refund.objects.exists()


def test_partial_refunds_never_exceed_the_rest(paid):
    refunds.request(payment=paid, amount_minor=3000, restock=False, reason="")
    with pytest.raises(refunds.RefundRefused, match=r"Only \$20.00"):
        refunds.request(payment=paid, amount_minor=2001, restock=False, reason="")


def test_a_refund_is_booked_once_however_often_stripe_says_so(paid):
    refund = refunds.request(payment=paid, amount_minor=3000, restock=False, reason="")
    jobs.run_due()
    answer = {"id": Refund.objects.get().stripe_id, "status": "succeeded"}
    refunds.book(refund.pk, answer)
    paid.order.refresh_from_db()
    assert (paid.order.refunded_minor, paid.order.public_status) == (3000, "paid")

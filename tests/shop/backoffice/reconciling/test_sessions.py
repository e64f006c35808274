"""Money at Stripe and payments of the shop: what one has and the other has not."""

import datetime as dt

import pytest

from foundation import jobs
from shop.backoffice.reconciling import corrections, sessions
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import (
    differences,
    later,
    pay_silently,
    press,
    session_of,
    unknown_session,
)
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    return make_variant(on_hand=2)


def payment_of(order):
    return order.payments.latest("attempt")


def test_money_that_a_dead_payment_received_is_found_and_taken_over(variant):
    order = make_order((variant, 1), status="cancelled")
    pay_silently(payment_of(order))
    found = [f"Stripe has $50.00 for order {order}; here the payment is “Expired”."]
    assert differences() == found
    assert differences() == found  # and stays one row
    assert press("take") == ""
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("paid", (1, 0))
    assert differences() == []
    assert_books_agree()


def test_money_of_an_open_payment_counts_only_when_the_worker_has_missed_it():
    payment = payment_of(make_order(status="pending"))
    sync.sync(payment.pk, patient=True)
    payment.refresh_from_db()
    pay_silently(payment)
    assert differences(pause=dt.timedelta(seconds=20)) == []
    found = differences(pause=dt.timedelta(minutes=20))
    assert found == [f"Stripe has $50.00 for order {payment.order}; here the payment is “Open”."]
    assert press("take") == ""
    assert Order.objects.get().status == "paid"


def test_money_whose_session_was_never_stored_is_found_by_what_it_names():
    payment = payment_of(make_order(status="cancelled"))
    pay_silently(payment)
    Payment.objects.update(session_id=None, status="abandoned")
    assert differences() == [f"Stripe has $50.00 for order {payment.order}; here the payment is “Abandoned”."]
    assert press("take") == ""
    assert Payment.objects.get().session_id == payment.session_id


LOST = "Stripe has $50.00 for order #99, which this shop does not have (cs_lost)."


def test_money_for_an_order_that_is_not_here_is_sent_back_once():
    unknown_session()
    assert differences() == [LOST]
    assert press("send-back") == ""
    assert DemoRefund.objects.get().amount == 5000
    assert differences() == []


def test_two_who_send_back_at_once_make_one_refund(monkeypatch):
    unknown_session()
    monkeypatch.setattr(sessions, "rest_of", lambda session: 5000)  # both looked before either sent
    corrections.send_back_session("cs_lost", None)
    corrections.send_back_session("cs_lost", None)
    assert DemoRefund.objects.count() == 1


def test_what_has_gone_back_of_it_is_subtracted():
    unknown_session()
    DemoRefund.objects.create(refund_id="re_1", intent_id="pi_lost", amount=2000, currency="usd")
    assert differences() == [LOST.replace("50", "30")]
    assert press("send-back") == ""
    assert sorted(DemoRefund.objects.values_list("amount", flat=True)) == [2000, 3000]


def test_money_that_names_no_payment_is_somebody_elses():
    unknown_session(params=DemoSession(params={"metadata": {}}).params)
    assert differences() == []


def test_a_session_that_names_a_payment_with_another_session_is_unknown():
    payment = payment_of(unknown_session())
    session = DemoSession.objects.get(session_id="cs_lost")
    session.params["metadata"] = {"order": str(payment.order.number), "payment": str(payment.pk)}
    session.save()
    assert differences() == [LOST.replace("#99", str(payment.order))]


def test_a_payment_that_stripe_calls_unpaid_cancels_its_order(owner, variant):
    order = make_order((variant, 1))
    session_of(payment_of(order)).update(status="expired", payment_status="unpaid")
    found = f"Order {order} counts $50.00 as paid, but Stripe says that nothing was paid."
    assert differences() == [found]
    assert press("call-off", staff=owner) == ""
    order.refresh_from_db()
    assert (order.status, order.is_called_off, payment_of(order).status) == ("cancelled", True, "failed")
    assert stock_of(variant) == (2, 0)
    assert differences() == []
    assert_books_agree()


def test_a_payment_that_stripe_does_not_know_is_found_and_a_shipped_order_stays():
    order = make_order()
    session_of(payment_of(order)).delete()
    Order.objects.update(fulfilment="shipped")
    assert differences() == [f"Order {order} counts $50.00 as paid, but Stripe does not know the payment."]
    assert press("call-off") == "The parcel has left already, so the order cannot be cancelled."
    order.refresh_from_db()
    assert (order.status, payment_of(order).status) == ("paid", "paid")


def test_a_payment_older_than_the_listing_is_not_asked_about(stripe_requests):
    make_order()
    jobs.run_due()
    stripe_requests.requests.clear()
    with later(dt.timedelta(days=10)):
        assert differences() == []
    assert [path for _method, path, _params in stripe_requests.requests] == [
        "/v1/checkout/sessions", "/v1/refunds", "/v1/disputes"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("here", "text"),
    [
        ({"received_minor": 4000}, "brought $40.00 here, but $50.00 at Stripe."),
        ({"received_currency": "EUR"}, "brought €50.00 here, but $50.00 at Stripe."),
    ],
)
def test_another_amount_than_stripes_is_found_and_taken_over(here, text):
    payment = payment_of(make_order())
    Payment.objects.update(**here)
    assert differences() == [f"Payment {payment.pk} of order {payment.order} {text}"]
    assert press("take") == ""
    payment.refresh_from_db()
    assert (payment.received_minor, payment.received_currency) == (5000, "USD")
    assert differences() == []

"""A payment that does not match waits for a person, who takes the money or sends it back."""

import pytest
from django.test import Client

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.payments import refunds, review, sessions, sync
from shop.payments.demo import doings
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment, Refund
from tests.builders import make_variant
from tests.shop import order_builders
from tests.shop.checkout_builders import press
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def instrument():
    """A variant of which one is on hand."""
    return make_variant(on_hand=1)


@pytest.fixture
def odd(instrument):
    """A payment of 50.00 in review: its session does not name it."""
    return make_odd(instrument)


def make_odd(instrument, **facts):
    """Order and pay, with something at Stripe that does not match."""
    order = make_order((instrument, 1), status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    press(Client(), order, "pay")
    row = DemoSession.objects.get(session_id=payment.session_id)
    changes = facts or {"params": row.params | {"metadata": {}}}
    DemoSession.objects.filter(pk=row.pk).update(**changes)
    payment = sync.sync(payment.pk, patient=True)
    assert payment.status == "review"
    return payment


def state(payment):
    """Return the payment's and the order's state as the database has them."""
    payment.refresh_from_db()
    order = Order.objects.get(pk=payment.order_id)
    return payment.status, order.status, order.hold


def mails(message):
    return OutboxMail.objects.filter(message=message).count()


def test_accepting_makes_the_order_paid_and_sells_the_stock(odd, instrument, owner):
    why = odd.reason
    review.accept(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("paid", "paid", "consumed")
    assert (stock_of(instrument), odd.reason) == ((0, 0), "")
    assert (mails("order_paid"), mails("staff_new_order")) == (1, 1)
    line = odd.order.events.get(text__startswith="Payment accepted")
    assert (why in line.text, line.staff) == (True, owner)
    assert_books_agree()


def test_an_accepted_payment_is_refunded_like_any_other(odd, instrument, owner):
    review.accept(payment_id=odd.pk, staff=owner)
    refunds.refund_everything(order_id=odd.order_id, restock=True)
    jobs.run_due()
    assert Order.objects.get().public_status == "refunded"
    assert stock_of(instrument) == (1, 0)


def test_less_than_was_asked_for_can_be_accepted(instrument, owner):
    odd = make_odd(instrument, amount_total=4000)
    review.accept(payment_id=odd.pk, staff=owner)
    assert state(odd)[:2] == ("paid", "paid")
    assert refunds.refundable_minor(odd) == 4000


def test_sending_back_refunds_all_that_came_and_cancels_the_order(odd, instrument, owner):
    review.send_back(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("refund_due", "cancelled", "released")
    assert (stock_of(instrument), mails("order_cancelled")) == ((1, 0), 1)
    jobs.run_due()
    row = Refund.objects.get()
    assert (row.status, row.amount_minor, row.staff) == ("succeeded", 5000, owner)
    order = Order.objects.get()
    assert (order.is_called_off, order.refunded_minor) == (True, 0)
    assert order.events.filter(text__startswith="Payment sent back", staff=owner).count() == 1
    assert_books_agree()


def test_what_came_goes_back_not_what_was_asked_for(instrument, owner):
    odd = make_odd(instrument, amount_total=4000)
    review.send_back(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    assert list(Refund.objects.values_list("amount_minor", "status")) == [(4000, "succeeded")]


def test_money_of_another_currency_can_only_go_back(instrument, owner):
    odd = make_odd(instrument, currency="eur")
    with pytest.raises(review.ReviewRefused, match="another currency"):
        review.accept(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("review", "pending", "held")
    review.send_back(payment_id=odd.pk, staff=owner)
    assert "€50.00 goes back" in OutboxMail.objects.get(message="order_cancelled").text
    jobs.run_due()
    assert Refund.objects.get().status == "succeeded"


def test_too_much_money_can_only_go_back(instrument, owner):
    odd = make_odd(instrument, amount_total=5001)
    with pytest.raises(review.ReviewRefused, match="More money"):
        review.accept(payment_id=odd.pk, staff=owner)
    review.send_back(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    assert Refund.objects.get().amount_minor == 5001


def test_money_without_stock_can_only_go_back(odd, instrument, owner):
    Order.objects.update(hold="released", status="cancelled")
    type(instrument).objects.update(reserved=0)
    make_order((instrument, 1))
    with pytest.raises(review.ReviewRefused, match="stock is gone"):
        review.accept(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("review", "cancelled", "released")
    review.send_back(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    assert Refund.objects.get().status == "succeeded"
    assert mails("order_cancelled") == 0  # it was cancelled before
    assert_books_agree()


def test_an_order_that_another_payment_paid_takes_no_second_one(odd, owner):
    second = sessions.open_payment(odd.order)
    sync.sync(second.pk, patient=True)
    order_builders.pay(odd.order)
    with pytest.raises(review.ReviewRefused, match="paid already"):
        review.accept(payment_id=odd.pk, staff=owner)
    review.send_back(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    assert state(odd) == ("refund_due", "paid", "consumed")
    assert (Refund.objects.get().payment, mails("order_cancelled")) == (odd, 0)


def test_an_order_that_was_called_off_takes_no_money(odd, owner):
    Order.objects.update(is_called_off=True)
    with pytest.raises(review.ReviewRefused, match="called off"):
        review.accept(payment_id=odd.pk, staff=owner)


def test_an_order_with_another_open_attempt_is_cancelled_once_that_one_is_ended(odd, instrument, owner):
    second = sessions.open_payment(odd.order)
    sync.sync(second.pk, patient=True)
    review.send_back(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("refund_due", "pending", "held")
    jobs.run_due()
    assert state(odd) == ("refund_due", "cancelled", "released")
    second.refresh_from_db()
    assert (second.status, stock_of(instrument), mails("order_cancelled")) == ("expired", (1, 0), 1)


def test_accepting_ends_the_orders_other_open_attempt(odd, owner):
    second = sessions.open_payment(odd.order)
    sync.sync(second.pk, patient=True)
    review.accept(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    second.refresh_from_db()
    assert (second.status, state(odd)[:2]) == ("expired", ("paid", "paid"))


@pytest.mark.parametrize("verb", [review.accept, review.send_back])
def test_without_money_there_is_nothing_to_decide(odd, owner, verb):
    Payment.objects.update(received_minor=None)
    with pytest.raises(review.ReviewRefused, match="no money"):
        verb(payment_id=odd.pk, staff=owner)
    assert state(odd) == ("review", "pending", "held")


@pytest.mark.parametrize("first", [review.accept, review.send_back])
@pytest.mark.parametrize("second", [review.accept, review.send_back])
def test_a_payment_is_decided_about_once(odd, owner, first, second):
    first(payment_id=odd.pk, staff=owner)
    with pytest.raises(review.ReviewRefused, match="not in review any more"):
        second(payment_id=odd.pk, staff=owner)
    assert Refund.objects.count() == (first is review.send_back)


def test_money_of_which_some_went_back_already_can_only_go_back(odd, owner):
    doings.refund_in_dashboard(odd.intent_id, 1000)
    jobs.run_due()
    with pytest.raises(review.ReviewRefused, match="Part of the money"):
        review.accept(payment_id=odd.pk, staff=owner)
    review.send_back(payment_id=odd.pk, staff=owner)
    jobs.run_due()
    assert sorted(Refund.objects.values_list("amount_minor", "status")) == [
        (1000, "succeeded"), (4000, "succeeded"),
    ]  # fmt: skip


def test_money_all_of_which_went_back_already_is_only_closed(odd, owner):
    doings.refund_in_dashboard(odd.intent_id, 5000)
    jobs.run_due()
    review.send_back(payment_id=odd.pk, staff=owner)
    assert Refund.objects.count() == 1
    assert state(odd) == ("refund_due", "cancelled", "released")
    assert not review.to_review(Payment.objects.all()).exists()


def test_money_due_back_is_to_review_until_all_of_it_went_back(odd, owner):
    review.send_back(payment_id=odd.pk, staff=owner)
    Refund.objects.update(status="failed")
    doings.refund_in_dashboard(odd.intent_id, 1000)
    jobs.run_due()
    assert list(review.to_review(Payment.objects.all())) == [odd]
    doings.refund_in_dashboard(odd.intent_id, 4000)
    jobs.run_due()
    assert not review.to_review(Payment.objects.all()).exists()

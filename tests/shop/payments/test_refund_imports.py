"""Refunds made in Stripe's dashboard are taken over once, whatever brings the news."""

import pytest

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.payments import matching, refund_imports, refunds, stripe_api, sync
from shop.payments.demo import doings, objects
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment, Refund
from tests.builders import make_variant
from tests.shop import order_builders
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def order():
    """A paid order of 50.00."""
    return make_order()


def in_dashboard(order, amount):
    """Refund an order's payment behind the shop's back; return what Stripe says of it."""
    refund_id = doings.refund_in_dashboard(order.payments.latest("attempt").intent_id, amount)
    return stripe_api.retrieve_refund(refund_id)


def mails(message):
    return OutboxMail.objects.filter(message=message).count()


def test_a_partial_refund_made_at_stripe_appears_at_the_order_by_itself(order):
    found = in_dashboard(order, 1200)
    jobs.run_due()
    order.refresh_from_db()
    row = Refund.objects.get()
    assert (row.is_imported, row.amount_minor, row.status) == (True, 1200, "succeeded")
    assert (row.stripe_id, row.staff, row.restock) == (found["id"], None, False)
    assert (order.refunded_minor, order.public_status) == (1200, "paid")
    assert refunds.refundable_minor(order.payments.get()) == 3800
    told = list(order.events.values_list("text", flat=True))
    assert f"Refund {row.pk} of $12.00 was made at Stripe, not here." in told
    assert "Refunded $12.00" in told
    assert (mails("order_refunded"), mails("staff_alert")) == (1, 1)
    assert_books_agree()


def test_all_of_it_made_at_stripe_makes_the_order_refunded_and_puts_no_stock_back():
    variant = make_variant(on_hand=2)
    order = make_order((variant, 1))
    in_dashboard(order, 5000)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(variant)) == ("refunded", (1, 0))


def test_two_equal_refunds_made_at_stripe_are_two_and_the_staff_hear_of_both(order):
    in_dashboard(order, 1000)
    in_dashboard(order, 1000)
    jobs.run_due()
    order.refresh_from_db()
    assert order.refunded_minor == 2000
    assert (mails("order_refunded"), mails("staff_alert")) == (2, 2)


def test_the_same_news_twelve_times_is_booked_once(order):
    found = in_dashboard(order, 1200)
    rows = {refund_imports.take(found).pk for _ in range(12)}
    jobs.run_due()
    order.refresh_from_db()
    assert (len(rows), Refund.objects.count(), order.refunded_minor) == (1, 1, 1200)
    assert mails("order_refunded") == 1


def test_a_refund_written_by_another_worker_meanwhile_is_not_written_again(order, monkeypatch):
    found = in_dashboard(order, 1200)
    real = refund_imports._import

    def let_the_other_be_first(*args):
        monkeypatch.setattr(refund_imports, "_import", real)
        refund_imports.take(found)
        return real(*args)

    monkeypatch.setattr(refund_imports, "_import", let_the_other_be_first)
    refund_imports.take(found)
    order.refresh_from_db()
    assert (Refund.objects.count(), order.refunded_minor) == (1, 1200)


def test_a_refund_of_the_shop_whose_answer_was_lost_is_found_by_its_number(order):
    own = refunds.request(payment=order.payments.get(), amount_minor=700, restock=False, reason="")
    made = doings.refund(
        {"payment_intent": own.payment.intent_id, "amount": "700", "metadata": {"refund": str(own.pk)}}
    )
    taken = refund_imports.take(stripe_api.retrieve_refund(made.refund_id))
    assert (taken.pk, taken.stripe_id, taken.status) == (own.pk, made.refund_id, "succeeded")
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("named", ["999999", "", "x", "²", "9" * 40])
def test_a_number_that_names_no_refund_of_this_payment_makes_an_import(order, named):
    in_flight = refunds.request(payment=order.payments.get(), amount_minor=700, restock=False, reason="")
    made = doings.refund(
        {"payment_intent": in_flight.payment.intent_id, "amount": "100", "metadata": {"refund": named}}
    )
    assert refund_imports.take(stripe_api.retrieve_refund(made.refund_id)).is_imported
    in_flight.refresh_from_db()
    assert in_flight.stripe_id is None


def test_a_number_of_another_payments_refund_is_not_believed(order):
    other = refunds.request(payment=make_order().payments.get(), amount_minor=700, restock=False, reason="")
    intent_id = order.payments.get().intent_id
    made = doings.refund(
        {"payment_intent": intent_id, "amount": "700", "metadata": {"refund": str(other.pk)}}
    )
    taken = refund_imports.take(stripe_api.retrieve_refund(made.refund_id))
    assert (taken.is_imported, taken.payment.order_id) == (True, order.pk)


def test_a_refund_of_the_shop_that_is_in_flight_stays_its_own(order):
    own = refunds.request(payment=order.payments.get(), amount_minor=3000, restock=False, reason="")
    in_dashboard(order, 2000)
    jobs.run_due()
    own.refresh_from_db()
    order.refresh_from_db()
    assert (own.status, own.is_imported, order.public_status) == ("succeeded", False, "refunded")
    assert sorted(Refund.objects.values_list("amount_minor", "is_imported")) == [(2000, True), (3000, False)]
    assert_books_agree()


def test_a_refund_of_the_shop_that_the_dashboard_left_no_money_for_fails(order):
    own = refunds.request(payment=order.payments.get(), amount_minor=5000, restock=True, reason="")
    in_dashboard(order, 2000)
    jobs.run_due()
    own.refresh_from_db()
    order.refresh_from_db()
    assert (own.status, order.refunded_minor) == ("failed", 2000)
    assert refunds.refundable_minor(own.payment) == 3000
    assert_books_agree()


def test_a_pending_refund_made_at_stripe_is_booked_when_it_succeeds(order):
    DemoSession.objects.update(method="bank_debit")
    found = in_dashboard(order, 1200)
    jobs.run_due()
    order.refresh_from_db()
    assert (Refund.objects.get().status, order.refunded_minor) == ("pending", 0)
    doings.settle_refund(found["id"])
    jobs.run_due()
    order.refresh_from_db()
    assert (Refund.objects.get().status, order.refunded_minor) == ("succeeded", 1200)


def test_a_refund_made_at_stripe_that_fails_later_is_not_counted_any_more(order):
    found = in_dashboard(order, 1200)
    jobs.run_due()
    doings.fail_refund(found["id"])
    jobs.run_due()
    order.refresh_from_db()
    assert (Refund.objects.get().status, order.refunded_minor) == ("failed", 0)
    assert mails("staff_alert") == 2


def test_a_refund_that_replaces_one_whose_failure_nobody_told_is_not_counted_on_top(order):
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    DemoRefund.objects.update(status="failed")  # and the event is lost
    refund_imports.take(in_dashboard(order, 5000))
    order.refresh_from_db()
    assert order.refunded_minor == 5000
    assert sorted(Refund.objects.values_list("status", flat=True)) == ["failed", "succeeded"]


def test_more_than_was_paid_is_never_booked_but_tried_again(order):
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    found = stripe_api.retrieve_refund(Refund.objects.get().stripe_id) | {"id": "re_odd", "metadata": {}}
    with pytest.raises(refund_imports.TooMuch):
        refund_imports.take(found)
    order.refresh_from_db()
    assert (order.refunded_minor, Refund.objects.count()) == (5000, 1)


def test_a_refund_of_money_that_bought_nothing_is_not_counted_at_the_order_but_told_the_buyer(order):
    Payment.objects.update(status="refund_due")
    Order.objects.update(status="cancelled")
    in_dashboard(order, 5000)
    jobs.run_due()
    order.refresh_from_db()
    assert (Refund.objects.get().status, order.refunded_minor) == ("succeeded", 0)
    assert refunds.refundable_minor(order.payments.get()) == 0
    assert mails("order_refunded") == 1


def test_money_that_the_shop_has_not_noticed_yet_is_noticed_before_its_refund():
    order = make_order(status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    session = DemoSession.objects.get(session_id=payment.session_id)
    doings.pay(session)
    session.refresh_from_db()
    Payment.objects.update(intent_id=session.intent_id)
    refund_imports.take(in_dashboard(order, 5000))
    order.refresh_from_db()
    assert (order.status, order.public_status, order.refunded_minor) == ("paid", "refunded", 5000)


@pytest.mark.parametrize("intent", ["pi_of_another_shop", "", None])
def test_a_refund_of_another_shop_is_unknown(intent):
    order_builders.cancel(make_order(status="pending"))
    foreign = {"id": "re_1", "amount": 100, "status": "succeeded", "payment_intent": intent}
    with pytest.raises(matching.UnknownObject):
        refund_imports.take(foreign)
    assert not Refund.objects.exists()


def test_an_expanded_payment_intent_is_read_too(order):
    found = in_dashboard(order, 1200)
    session = DemoSession.objects.get(intent_id=found["payment_intent"])
    assert refund_imports.take(found | {"payment_intent": objects.intent(session)}).amount_minor == 1200

"""Money goes back once, through Stripe, and never more than was paid."""

import pytest
from django.test import Client

from foundation import jobs
from foundation.mail import OutboxMail
from shop.payments import refunds, sessions, sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Dispute, Payment, Refund
from shop.stock.models import StockMovement
from tests.builders import make_variant
from tests.shop.checkout_builders import press
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


@pytest.fixture
def flute():
    """A variant of which five are on hand."""
    return make_variant(price_minor=4400)


@pytest.fixture
def order(flute):
    """A paid order of two flutes at 44.00, shipping 6.00: 94.00."""
    return make_order((flute, 2))


@pytest.fixture
def paid():
    """A paid order's payment of 50.00."""
    return make_order().payments.get()


def refund(order, units=0, amount_minor=None, **overrides):
    """Refund units of the order's only line, as the desk does with what it showed."""
    chosen = {order.lines.get().pk: units}
    shipping = overrides.get("includes_shipping", False)
    shown = refunds.proposal(order, units=chosen, includes_shipping=shipping).total_minor
    asked = {"includes_shipping": False, "restock": False, "reason": "", "staff": None, "shown_minor": shown}
    return refunds.refund(order_id=order.pk, units=chosen, amount_minor=amount_minor, **asked | overrides)


def pay_again(order):
    """Open another payment of a paid order and pay it, too: it buys nothing."""
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    press(Client(), order, "pay")
    return sync.sync(second.pk, patient=True)


def test_one_unit_goes_back_with_its_price_and_onto_the_shelf(order, flute):
    [row] = refund(order, 1, restock=True, reason="scratched")
    assert (row.amount_minor, row.reason, row.status) == (4400, "scratched", "pending")
    assert stock_of(flute) == (3, 0)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.refunded_minor, order.public_status, stock_of(flute)) == (4400, "paid", (4, 0))
    assert order.lines.get().returned_quantity == 1
    assert StockMovement.objects.get(reference=f"refund {row.pk}").delta == 1
    assert_books_agree()


def test_units_then_the_rest_come_back_once_each(order, flute):
    refund(order, 1, restock=True)
    jobs.run_due()
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.refunded_minor, order.public_status, stock_of(flute)) == (9400, "refunded", (5, 0))
    assert [row.amount_minor for row in Refund.objects.order_by("pk")] == [4400, 5000]
    assert OutboxMail.objects.filter(message="order_refunded").count() == 2
    assert_books_agree()


def test_units_go_back_without_restocking_by_choice(order, flute):
    refund(order, 2)
    jobs.run_due()
    assert (stock_of(flute), order.lines.get().returned_quantity) == ((3, 0), 0)


def test_an_amount_alone_restocks_nothing(order, flute):
    [row] = refund(order, amount_minor=1000)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.refunded_minor, row.lines.count(), stock_of(flute)) == (1000, 0, (3, 0))
    with pytest.raises(refunds.RefundRefused, match="Choose the units"):
        refund(order, amount_minor=1000, restock=True)


def test_another_amount_can_be_named_for_units(order):
    [row] = refund(order, 1, amount_minor=2000)
    assert (row.amount_minor, row.lines.get().quantity) == (2000, 1)


def test_shipping_goes_back_once(order):
    [row] = refund(order, includes_shipping=True)
    assert (row.amount_minor, row.includes_shipping) == (600, True)
    with pytest.raises(refunds.RefundRefused, match="shipping has been refunded"):
        refund(order, includes_shipping=True)


def test_a_refund_is_written_into_the_history_with_who_asked(order, owner):
    refund(order, 1, staff=owner)
    jobs.run_due()
    told = list(order.events.values_list("text", "staff__username"))
    assert ("Refund of $44.00 asked for", "owner") in told
    assert ("Refunded $44.00", "owner") in told


@pytest.mark.parametrize("units", [3, -1, 10**6])
def test_more_units_than_are_open_are_refused(order, units):
    with pytest.raises(refunds.RefundRefused, match="refunded already"):
        refund(order, units)
    assert not Refund.objects.exists()


def test_a_line_of_another_order_is_refused(order):
    strange = make_order().lines.get().pk
    with pytest.raises(refunds.RefundRefused, match="refunded already"):
        refunds.refund(
            order_id=order.pk, units={strange: 1}, includes_shipping=False, amount_minor=100, shown_minor=100,
            restock=False, reason="", staff=None,
        )  # fmt: skip


@pytest.mark.parametrize("amount", [0, -1, 9401, 10**12])
def test_an_amount_outside_what_is_left_is_refused(order, amount):
    with pytest.raises(refunds.RefundRefused, match=r"Only \$94.00"):
        refund(order, 1, amount_minor=amount)
    assert not Refund.objects.exists()


def test_nothing_chosen_is_refused(order):
    with pytest.raises(refunds.RefundRefused, match="Only"):
        refund(order)


def test_a_double_click_on_the_last_unit_refunds_it_once(order):
    shown = {"shown_minor": 8800}
    refund(order, 2, **shown)
    with pytest.raises(refunds.RefundRefused, match="refunded already"):
        refund(order, 2, **shown)
    assert Refund.objects.count() == 1


def test_a_proposal_that_changed_since_it_was_shown_is_refused(order):
    refund(order, amount_minor=9000)
    with pytest.raises(refunds.RefundRefused, match=r"Meanwhile this is worth \$4.00"):
        refund(order, 1, shown_minor=4400)


def test_the_payment_that_bought_the_goods_pays_first_and_others_the_rest(order, flute):
    second = pay_again(order)
    Refund.objects.update(status="failed")
    first, other = refund(order, 2, amount_minor=10000, restock=True)
    assert (first.payment.status, first.amount_minor, first.lines.count()) == ("paid", 9400, 1)
    assert (other.payment_id, other.amount_minor, other.lines.count()) == (second.pk, 600, 0)
    jobs.run_due()
    assert stock_of(flute) == (5, 0)


def test_an_order_that_was_not_paid_cannot_be_refunded():
    with pytest.raises(refunds.RefundRefused, match=r"Only \$0.00"):
        refund(make_order(status="cancelled"), 1, amount_minor=100)


def test_what_a_bank_disputes_cannot_be_refunded(paid):
    Dispute.objects.create(
        payment=paid, stripe_id="du_1", amount_minor=4000, status="needs_response", opened_at=paid.created_at
    )
    with pytest.raises(refunds.RefundRefused, match=r"Only \$10.00"):
        refunds.request(payment=paid, amount_minor=1001, restock=False, reason="")


def test_an_amount_that_stripe_cannot_move_is_refused(paid):
    Payment.objects.update(currency="KWD")
    paid.refresh_from_db()
    with pytest.raises(refunds.RefundRefused, match="must end in 0"):
        refunds.request(payment=paid, amount_minor=1001, restock=False, reason="")


def test_refunding_everything_goes_through_stripe_and_restocks_on_choice(client, order, flute):
    [row] = refunds.refund_everything(order_id=order.pk, restock=True)
    assert (row.includes_shipping, row.lines.get().quantity) == (True, 2)
    with pytest.raises(refunds.RefundRefused):
        refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(flute)) == ("refunded", (5, 0))
    assert OutboxMail.objects.filter(message="order_refunded").count() == 1
    assert b'data-status="refunded"' in client.get(order.get_absolute_url()).content
    assert_books_agree()


def test_everything_is_also_what_an_earlier_amount_left(order):
    refund(order, amount_minor=1000)
    [row] = refunds.refund_everything(order_id=order.pk, restock=False)
    assert row.amount_minor == 8400


def test_a_second_payment_of_one_order_goes_back(order, flute):
    second = pay_again(order)
    jobs.run_due()
    second.refresh_from_db()
    assert (second.status, second.refunds.get().status) == ("refund_due", "succeeded")
    order.refresh_from_db()
    assert (order.status, order.refunded_minor, stock_of(flute)) == ("paid", 0, (3, 0))


def test_a_refund_that_stripe_refuses_is_shown_to_the_staff_and_may_be_asked_for_again(order, flute):
    DemoSession.objects.update(payment_status="unpaid")
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    assert (Refund.objects.get().status, stock_of(flute)) == ("failed", (3, 0))
    assert OutboxMail.objects.filter(message="staff_alert").count() == 1
    DemoSession.objects.update(payment_status="paid")
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()
    order.refresh_from_db()
    assert (order.public_status, stock_of(flute)) == ("refunded", (3, 0))


def test_a_payment_that_bought_nothing_brings_no_goods_back(order, flute):
    pay_again(order)
    Refund.objects.update(status="failed")
    refunds.refund_everything(order_id=order.pk, restock=True)
    jobs.run_due()
    assert stock_of(flute) == (5, 0)
    assert_books_agree()


@pytest.mark.parametrize("amount", [0, -1, 5001, 10**12])
def test_a_refund_is_bounded_by_what_was_paid(paid, amount):
    with pytest.raises(refunds.RefundRefused, match=r"Only \$50.00"):
        refunds.request(payment=paid, amount_minor=amount, restock=False, reason="")
    assert not Refund.objects.exists()


def test_partial_refunds_never_exceed_the_rest(paid):
    refunds.request(payment=paid, amount_minor=3000, restock=False, reason="")
    with pytest.raises(refunds.RefundRefused, match=r"Only \$20.00"):
        refunds.request(payment=paid, amount_minor=2001, restock=False, reason="")

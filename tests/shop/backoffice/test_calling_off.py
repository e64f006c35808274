"""Cancel the order before shipment: what will happen is said first, then it happens once."""

import pytest

from foundation import jobs
from foundation.models import OutboxMail
from shop.orders.holds import reserved_differences
from shop.orders.models import Order
from shop.payments import refunds, sync
from shop.payments.demo.models import DemoRefund
from shop.payments.models import Payment, Refund
from shop.stock.ledger import on_hand_differences
from tests.builders import make_variant
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


def address(order, verb="cancel"):
    return f"/admin/shop/order/{order.pk}/{verb}/"


def cancel(client, order, shown_minor=5000):
    return client.post(address(order), {"shown_minor": shown_minor}, follow=True)


def cancelled_mails():
    return OutboxMail.objects.filter(message="order_cancelled")


def test_the_first_step_says_what_goes_back_and_what_returns_to_the_shelf(owner_client):
    order = make_order((make_variant(), 2))
    page = owner_client.get(address(order)).content.decode()
    for text in ("$94.00 goes back to Ada Buyer", f"2 × {order.lines.get().title}", order.email):
        assert text in page
    assert 'name="shown_minor" value="9400"' in page
    assert Order.objects.get().status == "paid"


def test_a_cancelled_order_gives_money_and_stock_back_and_tells_everybody(owner_client, owner):
    variant = make_variant(on_hand=5)
    order = make_order((variant, 2))
    page = cancel(owner_client, order, 9400).content.decode()
    assert "is cancelled; the buyer gets a mail" in page
    assert "Called off by the shop" in page
    assert "Called off</span>" in page
    jobs.run_due()
    order.refresh_from_db()
    variant.refresh_from_db()
    assert (order.status, order.refunded_minor, order.is_called_off) == ("cancelled", 9400, True)
    assert (variant.on_hand, DemoRefund.objects.get().amount) == (5, 9400)
    assert order.events.filter(staff=owner, text="Called off by the shop").count() == 1
    assert "$94.00" in cancelled_mails().get().text
    assert on_hand_differences() + reserved_differences() == []
    page = owner_client.get(address(order, "change")).content.decode()
    assert "2 back in stock" in page
    assert "+2" in page


def test_an_order_that_waits_for_its_payment_is_cancelled_once_stripe_has_ended_it(owner_client):
    variant = make_variant(on_hand=5)
    order = make_order((variant, 2), status="pending")
    assert "payment is ended at Stripe first" in owner_client.get(address(order)).content.decode()
    page = cancel(owner_client, order, 0).content.decode()
    assert "is being cancelled" in page
    assert "Cancel the order" not in page
    sync.close(order.payments.get().pk, patient=True)
    order.refresh_from_db()
    variant.refresh_from_db()
    assert (order.status, order.is_called_off, variant.reserved) == ("cancelled", True, 0)
    assert "Called off</span>" in owner_client.get(address(order, "change")).content.decode()


def test_cancelling_twice_is_refused_politely_and_done_once(owner_client):
    order = make_order()
    cancel(owner_client, order)
    again = cancel(owner_client, order)
    assert again.status_code == 200
    assert "cancelled already" in again.content.decode()
    look = owner_client.get(address(order), follow=True).content.decode()
    assert "cannot be cancelled any more" in look
    jobs.run_due()
    assert (Refund.objects.count(), cancelled_mails().count()) == (1, 1)


def test_a_waiting_order_is_not_cancelled_twice(owner_client):
    order = make_order(status="pending")
    cancel(owner_client, order, 0)
    assert "cancelled already" in cancel(owner_client, order, 0).content.decode()
    assert order.events.filter(text="Called off by the shop").count() == 1


def test_an_order_that_was_paid_meanwhile_is_not_cancelled_unseen(owner_client):
    answer = cancel(owner_client, make_order(), 0)
    assert "Meanwhile $50.00 would go back" in answer.content.decode()
    assert Order.objects.get().status == "paid"


def shipped(order):
    Order.objects.filter(pk=order.pk).update(fulfilment="shipped")


def disputed(order):
    dispute(order)


def in_review(order):
    Payment.objects.create(
        order=order, attempt=2, status="review", amount_minor=5000, currency="USD",
        hold_until=order.created_at, next_check=order.created_at,
    )  # fmt: skip


def refunded(order):
    refunds.refund_everything(order_id=order.pk, restock=False)
    jobs.run_due()


@pytest.mark.parametrize("become", [shipped, disputed, in_review, refunded])
def test_what_is_too_late_or_undecided_is_neither_offered_nor_done(owner_client, become):
    order = make_order()
    become(order)
    assert "Cancel the order" not in owner_client.get(address(order, "change")).content.decode()
    shown = refunds.refundable_minor(order.payments.earliest("id"))
    made = Refund.objects.count()
    answers = cancel(owner_client, order, shown), owner_client.get(address(order), follow=True)
    for answer in answers:
        assert answer.status_code == 200
        assert "messagelist" in answer.content.decode()
        assert "is cancelled;" not in answer.content.decode()
    assert (Order.objects.get().status, Refund.objects.count()) == ("paid", made)


@pytest.mark.parametrize("shown_minor", ["", "-1", "many", "²", "9" * 400])
def test_a_garbled_amount_cancels_nothing(owner_client, shown_minor):
    assert cancel(owner_client, make_order(), shown_minor).status_code == 200
    assert Order.objects.get().status == "paid"

"""A dispute is kept as Stripe knows it now, holds its order from shipment, and is told once a stage."""

import datetime as dt

import pytest
import time_machine

from foundation import jobs
from foundation.mail import OutboxMail
from shop.backoffice import desk, queues
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order
from shop.payments import calling_off, disputes, matching, refunds, stripe_api, sync
from shop.payments.demo import doings
from shop.payments.demo.models import DemoDispute, DemoSession
from shop.payments.models import Dispute, Payment, Refund
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]
DUE = dt.datetime(2027, 3, 9, 23, 59, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(dt.datetime(2027, 3, 1, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def order():
    """A paid order of 50.00."""
    return make_order()


def dispute(order, amount=5000, **facts):
    """Let the bank dispute an order's payment and the worker hear of it."""
    stripe_id = doings.open_dispute(order.payments.get().intent_id, amount, due_by=DUE, **facts)
    jobs.run_due()
    return stripe_id


def become(stripe_id, status):
    """Change a dispute at Stripe and take it over."""
    DemoDispute.objects.filter(dispute_id=stripe_id).update(status=status)
    return disputes.take({"id": stripe_id})


def mails():
    return list(OutboxMail.objects.filter(message="staff_dispute").order_by("pk"))


def test_a_dispute_is_kept_with_its_reason_and_deadline(order):
    stripe_id = dispute(order, 4000, reason="product_not_received")
    row = Dispute.objects.get()
    assert (row.stripe_id, row.payment.order_id, row.amount_minor) == (stripe_id, order.pk, 4000)
    assert (row.reason, row.status, row.due_by) == ("product_not_received", "needs_response", DUE)
    assert (row.opened_at, row.closed_at) == (dt.datetime(2027, 3, 1, tzinfo=dt.UTC), None)
    assert "Dispute over $40.00: Waits for your answer" in order.events.values_list("text", flat=True)


def test_the_staff_read_what_is_disputed_why_until_when_and_where(order):
    dispute(order, 4000, reason="product_not_received")
    [mail] = mails()
    assert mail.subject == f"Order {order.number}: the bank disputes $40.00"
    for text in (mail.text, mail.html):
        assert "The buyer says that nothing arrived." in text
        assert "9 March 2027, 23:59 UTC" in text
        assert "Do not ship anything" in text
        assert "dashboard, under Disputes" in text
        assert f"/admin/shop/order/{order.pk}/change/" in text


def test_the_mail_leads_to_stripes_dashboard_where_there_is_one(order, settings):
    stripe_id = dispute(order)
    row = Dispute.objects.get()
    assert disputes.dashboard_url(row) == ""
    settings.IS_DEMO = False
    assert disputes.dashboard_url(row) == f"https://dashboard.stripe.com/test/disputes/{stripe_id}"
    row.payment.livemode = True
    assert disputes.dashboard_url(row) == f"https://dashboard.stripe.com/disputes/{stripe_id}"


def test_a_parcel_that_left_is_not_forbidden_any_more(order):
    Order.objects.update(fulfilment="shipped")
    dispute(order)
    assert "Do not ship" not in mails()[0].text
    assert "what you can show the bank" in mails()[0].text


def test_a_deadline_of_zero_is_none(order, monkeypatch):
    real = stripe_api.retrieve_dispute
    none = {"evidence_details": {"due_by": 0}}
    monkeypatch.setattr(stripe_api, "retrieve_dispute", lambda stripe_id: real(stripe_id) | none)
    dispute(order)
    assert Dispute.objects.get().due_by is None
    assert "Answer until" not in mails()[0].text


@pytest.mark.parametrize(
    ("status", "said"), [("won", "Won, the money came back"), ("lost", "Lost, the money is gone")]
)
def test_a_decision_is_told_once(order, status, said):
    stripe_id = dispute(order)
    doings.close_dispute(stripe_id, status)
    jobs.run_due()
    disputes.take({"id": stripe_id})
    row = Dispute.objects.get()
    assert (row.status, row.is_open, row.closed_at is not None) == (status, False, True)
    assert [mail.subject for mail in mails()][1:] == [
        f"Order {order.number}: the dispute over $50.00 is decided"
    ]
    assert said in mails()[1].text
    assert order.events.filter(text=f"Dispute over $50.00: {said}").count() == 1


def test_the_same_news_twelve_times_is_one_dispute_and_one_mail(order):
    stripe_id = dispute(order)
    for _ in range(12):
        disputes.take({"id": stripe_id})
    assert (Dispute.objects.count(), len(mails())) == (1, 1)
    assert order.events.filter(text__startswith="Dispute").count() == 1


def test_events_out_of_order_leave_what_stripe_says_now(order):
    stripe_id = doings.open_dispute(order.payments.get().intent_id, 5000)
    doings.close_dispute(stripe_id, "lost")
    jobs.run_due()  # "created" and "funds_withdrawn" are worked on when the bank has decided
    assert Dispute.objects.get().status == "lost"
    assert len(mails()) == 1


def test_an_answer_that_was_overtaken_is_asked_for_again(order, monkeypatch):
    stripe_id = dispute(order)
    real = stripe_api.retrieve_dispute

    def be_overtaken(asked_for):
        stale = real(asked_for)
        monkeypatch.setattr(stripe_api, "retrieve_dispute", real)
        become(stripe_id, "won")
        return stale

    monkeypatch.setattr(stripe_api, "retrieve_dispute", be_overtaken)
    assert disputes.take({"id": stripe_id}).status == "won"
    assert Dispute.objects.get().status == "won"


def test_an_inquiry_that_becomes_a_dispute_is_told_again(order):
    stripe_id = dispute(order)
    Dispute.objects.all().delete()
    OutboxMail.objects.all().delete()
    for status in ("warning_needs_response", "warning_under_review", "needs_response", "under_review", "won"):
        become(stripe_id, status)
    assert [mail.reference.rpartition(" ")[2] for mail in mails()] == ["warning", "dispute", "won"]


def test_an_appeal_opens_a_lost_dispute_again(order):
    stripe_id = dispute(order)
    assert become(stripe_id, "lost").closed_at is not None
    appeal = become(stripe_id, "appeal_needs_response")
    assert (appeal.is_open, appeal.closed_at, appeal.holds_shipment) == (True, None, True)
    assert refunds.refundable_minor(order.payments.get()) == 0


def test_a_disputed_order_is_not_to_be_shipped(order, owner):
    dispute(order)
    assert not queues.to_ship(Order.objects.all()).exists()
    with pytest.raises(IllegalTransition, match="disputes"):
        desk.ship(order_id=order.pk, carrier="DHL", tracking_number="", staff=owner)
    with pytest.raises(IllegalTransition, match="disputes"):
        calling_off.call_off(order_id=order.pk)


def test_a_lost_dispute_still_holds_the_order(order, owner):
    become(dispute(order), "lost")
    assert not queues.to_ship(Order.objects.all()).exists()
    with pytest.raises(IllegalTransition, match="disputes"):
        desk.ship(order_id=order.pk, carrier="DHL", tracking_number="", staff=owner)
    assert "Do not ship anything" in mails()[-1].text


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_a_dispute_that_is_over_lets_the_order_go(order, owner, status):
    become(dispute(order), status)
    assert queues.to_ship(Order.objects.all()).exists()
    assert "like any other again" in mails()[-1].text
    desk.ship(order_id=order.pk, carrier="DHL", tracking_number="", staff=owner)


def test_one_dispute_that_is_won_does_not_release_an_order_with_another(order):
    first = dispute(order, 2000)
    dispute(order, 3000)
    become(first, "won")
    assert not queues.to_ship(Order.objects.all()).exists()
    assert "Do not ship anything" in mails()[-1].text


def test_disputed_money_cannot_be_refunded_until_it_came_back(order):
    stripe_id = dispute(order, 4000)
    payment = order.payments.get()
    assert refunds.refundable_minor(payment) == 1000
    become(stripe_id, "won")
    assert refunds.refundable_minor(payment) == 5000


def test_money_that_was_disputed_before_the_shop_noticed_it_is_not_sent_back_as_well():
    order = make_order(status="pending")
    payment = sync.sync(order.payments.get().pk, patient=True)
    doings.pay(DemoSession.objects.get(session_id=payment.session_id))
    session = DemoSession.objects.get(session_id=payment.session_id)
    Payment.objects.update(intent_id=session.intent_id)
    Order.objects.update(status="paid")
    disputes.take({"id": doings.open_dispute(session.intent_id, 5000)})
    assert sync.sync(payment.pk, patient=True).status == "refund_due"
    assert not Refund.objects.exists()


def test_a_dispute_of_another_shop_is_unknown(order):
    stripe_id = dispute(order)
    Dispute.objects.all().delete()
    Payment.objects.update(intent_id="pi_other")
    with pytest.raises(matching.UnknownObject):
        disputes.take({"id": stripe_id})
    assert not Dispute.objects.exists()


def test_disputes_to_answer_are_listed_by_their_deadline(order):
    payment = order.payments.get()
    for number, days, status in (
        (1, 9, "needs_response"), (2, 3, "warning_needs_response"), (3, None, "appeal_needs_response"),
        (4, 1, "under_review"), (5, 1, "won"), (6, 1, "lost"),
    ):  # fmt: skip
        due_by = days and DUE + dt.timedelta(days=days)
        Dispute.objects.create(
            payment=payment,
            stripe_id=f"du_{number}",
            amount_minor=1,
            status=status,
            opened_at=DUE,
            due_by=due_by,
        )
    waiting = disputes.to_answer(Dispute.objects.all())
    assert [row.stripe_id for row in waiting] == ["du_2", "du_1", "du_3"]

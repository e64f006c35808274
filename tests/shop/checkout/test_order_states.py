"""What the order page says in every state, and what it offers: never a wrong word about money."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from foundation import jobs
from shop.checkout import standing, wording
from shop.checkout.standing import Stage
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment, Refund
from tests.shop.checkout_builders import buy, newest_payment, press
from tests.shop.order_builders import make_order
from tests.shop.query_counts import queries_of

pytestmark = [pytest.mark.django_db]

OFFERS = ("Pay now", "Try again", "Cancel this order", "Let the bank answer (demo)")


def page_of(client, order):
    return client.get(order.get_absolute_url()).content.decode()


def offers(page):
    return [offer for offer in OFFERS if offer in page]


def test_every_stage_has_words_and_every_word_its_facts():
    assert set(wording._WORDS) == set(Stage)
    for stage in Stage:
        order = Order(currency="USD", cancelled_at=timezone.now())
        payment = Payment(status="expired", hold_until=timezone.now(), reason="Why.")
        where = standing.Standing(order, stage, payment, returning_minor=100, returned_minor=200)
        text = f"{wording.headline(where)} {wording.explanation(where)}"
        assert "%" not in text


def test_a_payment_being_prepared(client, variant):
    order = make_order((variant, 1), status="pending")
    Payment.objects.update(page_asked_at=timezone.now())
    page = page_of(client, order)
    assert "We are preparing your payment" in page
    assert offers(page) == ["Pay now", "Cancel this order"]


def test_an_open_payment(client, variant):
    order = buy(client, variant)
    page = page_of(client, order)
    assert "Your instruments are set aside for you until" in page
    assert offers(page) == ["Pay now", "Cancel this order"]


def test_a_refused_card(client, variant):
    order = buy(client, variant)
    press(client, order, "decline")
    page = page_of(client, order)
    assert "The last try was not accepted: Your card was declined." in page
    assert offers(page) == ["Pay now", "Cancel this order"]


def test_a_payment_whose_time_is_over_cannot_be_paid_while_it_is_being_closed(client, variant):
    order = buy(client, variant)
    Payment.objects.update(hold_until=timezone.now(), page_asked_at=timezone.now())
    page = page_of(client, order)
    assert "We are closing this payment" in page
    assert "The time to pay is over." in page
    assert offers(page) == ["Cancel this order"]
    pressed = client.post(f"{order.get_absolute_url()}pay/")
    assert pressed.headers["Location"] == order.get_absolute_url()


def test_a_bank_at_work_is_answered_for_in_the_demo_alone(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(status="complete", intent_id="pi_slow", intent_status="processing")
    page = page_of(client, order)
    assert "Your bank is working on the payment" in page
    assert offers(page) == ["Cancel this order", "Let the bank answer (demo)"]
    assert newest_payment(order).url in page
    Order.objects.update(is_demo=False)
    assert offers(page_of(client, order)) == ["Cancel this order"]


def test_a_payment_under_review(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(amount_total=1)
    page = page_of(client, order)
    assert "We are checking your payment" in page
    assert "do not pay again" in page
    assert offers(page) == []


def test_a_paid_order(client, variant):
    page = page_of(client, make_order((variant, 1)))
    assert "Thank you, your order is paid" in page
    assert offers(page) == ["Cancel this order"]


def test_a_parcel_on_its_way(client, variant):
    order = make_order((variant, 1))
    lifecycle.ship(order, carrier="DHL", tracking_number="123")
    page = page_of(client, order)
    assert "Your parcel is on its way" in page
    assert "DHL 123" in page
    assert offers(page) == []


@pytest.mark.parametrize(
    ("status", "said"), [("pending", "$12.00 goes back the way it came."), ("succeeded", "$12.00 went back")]
)
def test_a_part_of_the_money(client, variant, status, said):
    order = make_order((variant, 1))
    Refund.objects.create(order=order, payment=newest_payment(order), amount_minor=1200, status=status)
    page = page_of(client, order)
    assert "Thank you, your order is paid" in page
    assert said in page


def test_all_of_the_money_on_its_way_and_there(client, variant):
    order = make_order((variant, 1))
    Refund.objects.create(order=order, payment=newest_payment(order), amount_minor=5000)
    page = page_of(client, order)
    assert "Your money is on its way back" in page
    assert "$50.00 goes back the way it came." in page
    assert offers(page) == []
    Refund.objects.update(status="succeeded")
    Order.objects.update(refunded_minor=5000)
    page = page_of(client, order)
    assert "This order was refunded" in page
    assert "$50.00 went back the way it came." in page
    assert 'data-status="refunded"' in page


def test_money_that_could_not_be_sent_back_is_not_called_nothing(client, variant):
    order = make_order((variant, 1))
    client.post(f"{order.get_absolute_url()}cancel/")
    Refund.objects.update(status="failed")
    page = page_of(client, order)
    assert "Your money still has to go back" in page
    assert "Nothing was charged" not in page


def test_money_that_came_too_late_is_not_called_nothing(client, variant):
    order = make_order((variant, 5), status="cancelled")
    make_order((variant, 5))
    DemoSession.objects.filter(session_id=newest_payment(order).session_id).update(
        status="complete", payment_status="paid", intent_id="pi_late", intent_status="succeeded"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    page = page_of(client, order)
    assert "Your payment came too late" in page
    assert "$226.00 goes back the way it came." in page
    assert "othing was charged" not in page.replace("demonstration order: nothing was charged", "")
    jobs.run_due()
    assert "$226.00 went back the way it came." in page_of(client, order)


def test_an_order_that_costs_nothing_is_cancelled_without_a_word_of_money(client, variant):
    from shop.shipping.models import ShippingRate

    ShippingRate.objects.update(price_minor=0)
    type(variant).objects.update(price_minor=0)
    variant.refresh_from_db()
    order = buy(client, variant)
    assert offers(page_of(client, order)) == ["Cancel this order"]
    client.post(f"{order.get_absolute_url()}cancel/")
    page = page_of(client, order)
    assert "Nothing will be shipped." in page
    assert "went back" not in page


def test_after_a_week_nothing_is_offered_any_more(client, variant):
    order = buy(client, variant)
    sync.close(newest_payment(order).pk, patient=True)
    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=False):
        page = page_of(client, order)
    assert "This order was cancelled" in page
    assert offers(page) == []
    assert "Back to your cart" in page


def test_the_page_costs_few_queries_in_every_state(client, variant):
    counts = {}
    for status in ("pending", "paid", "refunded", "cancelled"):
        order = make_order((variant, 1), status=status)
        Payment.objects.update(page_asked_at=timezone.now())
        client.get(order.get_absolute_url())
        counts[status] = queries_of(client, order.get_absolute_url())
    assert counts == {"pending": 10, "paid": 11, "refunded": 8, "cancelled": 10}

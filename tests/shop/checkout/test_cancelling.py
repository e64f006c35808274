"""The buyer cancels on the order page: a question first, then once, and always with a clear answer."""

import pytest
from django.db import connection
from django.test import Client

from foundation import jobs
from shop.orders import lifecycle
from shop.payments import sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Dispute, Payment, Refund
from tests.races.racing import race
from tests.shop.checkout_builders import buy, newest_payment, press
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def question(client, order):
    return client.get(f"{order.get_absolute_url()}cancel/")


def cancel(client, order):
    answer = client.post(f"{order.get_absolute_url()}cancel/")
    assert (answer.status_code, answer.headers["Location"]) == (303, order.get_absolute_url())
    order.refresh_from_db()
    return client.get(order.get_absolute_url()).content.decode()


def test_the_question_says_what_goes_back_and_changes_nothing(client, variant):
    order = make_order((variant, 1))
    answer = question(client, order)
    page = answer.content.decode()
    assert "Nothing will be shipped, and $50.00 goes back the way it came." in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == ("same-origin", "noindex")
    order.refresh_from_db()
    assert (order.status, Refund.objects.count()) == ("paid", 0)


def test_cancelling_a_paid_order_shows_first_that_the_money_goes_back_then_that_it_went(client, variant):
    order = make_order((variant, 1))
    page = cancel(client, order)
    assert "Your order is cancelled" in page
    assert "$50.00 goes back the way it came." in page
    assert "Cancel this order" not in page
    jobs.run_due()
    assert "$50.00 went back the way it came." in client.get(order.get_absolute_url()).content.decode()
    assert stock_of(variant) == (5, 0)
    assert_books_agree()


def test_cancelling_an_unpaid_order_closes_its_payment(client, variant):
    order = buy(client, variant)
    assert "Nothing will be shipped, and nothing is charged." in question(client, order).content.decode()
    page = cancel(client, order)
    assert "Your order is cancelled" in page
    assert "Nothing was charged." in page
    assert "Pay now" not in page
    assert "Back to your cart" in page
    assert (newest_payment(order).status, stock_of(variant)) == ("expired", (5, 0))


def test_while_stripe_is_silent_the_page_says_that_it_is_being_cancelled(client, variant, stripe_requests):
    order = buy(client, variant)
    stripe_requests.server = lambda *args: ('{"error": {"message": "no"}}', 503, {})
    page = cancel(client, order)
    assert "We are cancelling your order" in page
    assert "Pay now" not in page
    assert "Cancel this order" not in page
    pressed = client.post(f"{order.get_absolute_url()}pay/")
    assert pressed.headers["Location"] == order.get_absolute_url()


def test_an_order_at_the_bank_can_be_cancelled_and_the_page_says_what_then(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(status="complete", intent_id="pi_slow", intent_status="processing")
    sync.sync(newest_payment(order).pk, patient=True)
    assert "cannot be stopped" in question(client, order).content.decode()
    page = cancel(client, order)
    assert "Your order is cancelled" in page
    assert "if the money comes, it goes straight back to you" in page
    DemoSession.objects.update(payment_status="paid", intent_status="succeeded")
    sync.sync(newest_payment(order).pk, patient=True)
    assert "$50.00 goes back" in client.get(order.get_absolute_url()).content.decode()


def test_paid_meanwhile_in_another_tab_the_money_goes_back(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    page = cancel(client, order)
    assert "$50.00 goes back" in page
    assert Refund.objects.get().amount_minor == 5000


@pytest.mark.django_db(transaction=True)
def test_a_second_click_and_six_at_once_give_one_refund(client, variant):
    order = make_order((variant, 1))
    connection.close()
    assert race(lambda n: Client().post(f"{order.get_absolute_url()}cancel/").status_code, 6) == [303] * 6
    assert "Your order is cancelled" in cancel(client, order)
    assert question(client, order).headers["Location"] == order.get_absolute_url()
    assert Refund.objects.count() == 1
    assert stock_of(variant) == (5, 0)


def test_a_parcel_that_left_is_not_cancelled_and_the_page_says_why(client, variant):
    order = make_order((variant, 1))
    lifecycle.ship(order, carrier="DHL", tracking_number="1")
    page = cancel(client, order)
    assert "The parcel has left already" in page
    assert "Cancel this order" not in page
    assert (order.status, Refund.objects.count()) == ("paid", 0)


def test_a_parcel_that_leaves_between_question_and_answer_wins(client, variant, monkeypatch):
    order = make_order((variant, 1))

    def left_meanwhile(*, order_id):
        lifecycle.ship(order, carrier="DHL", tracking_number="1")
        raise lifecycle.IllegalTransition("The parcel has left already.")

    monkeypatch.setattr("shop.payments.calling_off.call_off", left_meanwhile)
    assert "The parcel has left already" in cancel(client, order)


def test_a_payment_under_review_is_not_cancelled_by_its_buyer(client, variant):
    order = buy(client, variant)
    Payment.objects.update(status="review")
    assert "Cancel this order" not in client.get(order.get_absolute_url()).content.decode()
    assert "Please write to us." in cancel(client, order)
    assert order.status == "pending"


def test_the_buyer_reads_nothing_of_disputes(client, variant):
    order = make_order((variant, 1))
    Dispute.objects.create(
        payment=newest_payment(order), stripe_id="du_1", amount_minor=5000, status="needs_response",
        opened_at=order.created_at,
    )  # fmt: skip
    before = client.get(order.get_absolute_url()).content.decode()
    assert "Cancel this order" not in before
    page = cancel(client, order)
    assert "Please write to us." in page
    assert "disput" not in (before + page).lower()
    assert order.status == "paid"


def test_goods_of_a_refunded_order_are_not_put_back_by_its_buyer(client, variant):
    order = make_order((variant, 1), status="refunded")
    assert stock_of(variant) == (4, 0)
    cancel(client, order)
    assert (order.status, stock_of(variant)) == ("paid", (4, 0))


def test_beyond_the_limit_the_buyer_reads_when_to_try_again(client, variant, settings):
    settings.LIMIT_CHECKOUT = (1, 60)
    order = make_order((variant, 1))
    cancel(client, order)
    answer = client.post(f"{order.get_absolute_url()}cancel/")
    assert answer.status_code == 429
    assert "please try again in" in answer.content.decode()

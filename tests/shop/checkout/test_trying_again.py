"""A payment that came to nothing can be tried again: same order, same prices, while the stock is there."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.mail import OutboxMail
from shop.checkout import flow
from shop.orders.models import Order
from shop.payments import calling_off, reconcile, sync
from shop.payments.demo import server
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.checkout_builders import buy, newest_payment, press, put_in_cart, submit_checkout
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def expired(client, variant, quantity=1):
    """An order whose time to pay is over."""
    order = buy(client, variant, quantity)
    sync.close(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert order.status == "cancelled"
    return order


def try_again(client, order):
    answer = client.post(f"{order.get_absolute_url()}pay/")
    order.refresh_from_db()
    return answer


def page_of(client, order):
    return client.get(order.get_absolute_url()).content.decode()


def test_the_mail_leads_to_a_page_that_offers_another_try(client, variant):
    order = expired(client, variant)
    mail = OutboxMail.objects.get(message="payment_failed")
    assert order.site_url in mail.text
    page = page_of(Client(), order)  # another device: no cart, no cookie
    assert "Your payment did not come through" in page
    assert "Try again" in page


def test_trying_again_holds_the_stock_and_leads_to_a_new_payment_of_the_same_order(client, variant):
    order = expired(client, variant, 2)
    answer = try_again(client, order)
    payment = newest_payment(order)
    assert (answer.status_code, answer.headers["Location"]) == (303, payment.url)
    assert (payment.attempt, payment.status, payment.amount_minor) == (2, "open", order.total_minor)
    assert (order.status, order.hold, stock_of(variant)) == ("pending", "held", (5, 2))
    assert Order.objects.count() == 1
    press(client, order, "pay")
    assert 'data-status="paid"' in page_of(client, order)
    assert stock_of(variant) == (3, 0)
    assert_books_agree()


def test_prices_stay_as_ordered(client, variant):
    order = expired(client, variant)
    type(variant).objects.update(price_minor=99_900)
    try_again(client, order)
    assert newest_payment(order).amount_minor == 5000
    assert DemoSession.objects.latest("pk").amount_total == 5000


def test_a_bank_that_refused_can_be_tried_again(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(
        status="complete", intent_id="pi_slow", intent_status="requires_payment_method"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    assert "Try again" in page_of(client, order)
    assert try_again(client, order).headers["Location"] == newest_payment(order).url


def test_a_payment_that_stripe_never_got_can_be_tried_again(client, variant, stripe_requests):
    stripe_requests.server = lambda *args: ('{"error": {"message": "no"}}', 503, {})
    order = buy(client, variant)
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=50), tick=False):
        reconcile.sync_due()
        page = page_of(client, order)
        assert "Our payment service could not be reached in time." in page
        assert try_again(client, order).headers["Location"] == newest_payment(order).url


def test_a_doubled_click_makes_one_attempt(client, variant):
    order = expired(client, variant)
    first, second = try_again(client, order), try_again(client, order)
    assert first.headers["Location"] == second.headers["Location"]
    assert (order.payments.count(), stock_of(variant)) == (2, (5, 1))


def test_a_click_that_saw_the_order_before_the_first_one_did_its_work_finds_the_same_attempt(client, variant):
    order = expired(client, variant)
    seen_before = Order.objects.get()
    try_again(client, order)
    assert flow.try_again(seen_before, origin="somewhere") == newest_payment(order).url
    assert order.payments.count() == 2


@pytest.mark.django_db(transaction=True)
def test_six_clicks_at_once_make_one_attempt(client, variant):
    order = expired(client, variant)
    connection.close()
    statuses = race(lambda n: Client().post(f"{order.get_absolute_url()}pay/").status_code, 6)
    assert statuses == [303] * 6
    assert (order.payments.count(), stock_of(variant)) == (2, (5, 1))
    assert DemoSession.objects.filter(status="open").count() == 1
    assert_books_agree()


def test_what_is_sold_out_is_named_and_nothing_is_lost(client, variant):
    other = make_variant(sku="O", on_hand=5)
    put_in_cart(client, other)
    order = expired(client, variant, 2)
    type(variant).objects.filter(pk=variant.pk).update(on_hand=1)
    assert try_again(client, order).headers["Location"] == order.get_absolute_url()
    page = page_of(client, order)
    assert "Quena: Only 1 unit left." in page
    assert other.product.title in page
    assert f"{other.product.title}: " not in page
    assert (order.status, order.payments.count()) == ("cancelled", 1)
    assert stock_of(other) == (5, 0)
    type(variant).objects.filter(pk=variant.pk).update(on_hand=5)
    assert try_again(client, order).status_code == 303


def test_what_is_sold_out_does_not_count_as_an_attempt(client, variant, settings):
    order = expired(client, variant)
    settings.LIMIT_PAYMENTS_CART = (2, 3600)  # one is used up
    type(variant).objects.update(on_hand=0)
    assert [try_again(client, order).status_code for _ in range(3)] == [303] * 3
    type(variant).objects.update(on_hand=5)
    assert try_again(client, order).status_code == 303


def test_what_was_taken_out_of_the_shop_is_not_sold_again(client, variant):
    order = expired(client, variant)
    type(variant).objects.update(is_active=False)
    try_again(client, order)
    assert "Quena: Sold out." in page_of(client, order)
    assert order.status == "cancelled"


def test_after_seven_days_it_is_too_late(client, variant):
    order = expired(client, variant)
    with time_machine.travel(order.cancelled_at + dt.timedelta(days=7, seconds=-1), tick=False):
        assert "Try again" in page_of(client, order)
    with time_machine.travel(order.cancelled_at + dt.timedelta(days=7), tick=False):
        assert "Try again" not in page_of(client, order)
        assert try_again(client, order).headers["Location"] == order.get_absolute_url()
    assert (order.status, order.payments.count()) == ("cancelled", 1)


def test_an_order_that_was_called_off_stays_so(client, variant):
    order = buy(client, variant)
    calling_off.finish(calling_off.call_off(order_id=order.pk))
    assert "Try again" not in page_of(client, order)
    assert try_again(client, order).headers["Location"] == order.get_absolute_url()
    assert (order.status, order.payments.count()) == ("cancelled", 1)


def test_an_order_whose_late_money_went_back_is_not_paid_again(client, variant):
    order = expired(client, variant, 5)
    press(client, buy(Client(), variant, 5), "pay")
    DemoSession.objects.filter(session_id=newest_payment(order).session_id).update(
        status="complete", payment_status="paid", intent_id="pi_late", intent_status="succeeded"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    page = page_of(client, order)
    assert "Your payment came too late" in page
    assert "Try again" not in page
    assert try_again(client, order).headers["Location"] == order.get_absolute_url()


def test_a_cart_that_made_another_order_leads_there_instead_of_to_paying_twice(client, variant):
    order = expired(client, variant)
    assert submit_checkout(client).status_code == 303
    newer = Order.objects.latest("number")
    page = page_of(client, order)
    assert "You have ordered again since" in page
    assert newer.get_absolute_url() in page
    assert "Try again" not in page
    assert try_again(client, order).headers["Location"] == order.get_absolute_url()
    assert (order.status, order.payments.count(), stock_of(variant)) == ("cancelled", 1, (5, 1))


def test_another_browser_with_the_link_does_not_learn_of_the_newer_order(client, variant):
    order = expired(client, variant)
    assert submit_checkout(client).status_code == 303
    stranger = Client()
    buy(stranger, variant, email="eve@stranger.example")
    for browser in (Client(), stranger):
        page = page_of(browser, order)
        assert "You have ordered again since" in page
        assert "Look at order" not in page


def test_checking_out_again_finds_the_order_that_was_opened_again(client, variant):
    order = expired(client, variant)
    try_again(client, order)
    assert submit_checkout(client).headers["Location"] == newest_payment(order).url
    assert Order.objects.count() == 1


def test_a_second_try_can_fail_and_be_tried_again(client, variant):
    order = expired(client, variant)
    try_again(client, order)
    sync.close(newest_payment(order).pk, patient=True)
    assert OutboxMail.objects.filter(message="payment_failed").count() == 2
    try_again(client, order)
    assert (order.status, order.payments.count()) == ("pending", 3)
    assert_books_agree()


def test_a_changed_cart_closes_its_order_for_good(client, variant):
    order = buy(client, variant)
    put_in_cart(client, variant)
    type(variant).objects.update(on_hand=1)
    payment = newest_payment(order)
    sync.close(payment.pk, patient=True, closing=Payment.Closing.REPLACED)
    page = page_of(client, order)
    assert "You changed your cart" in page
    assert "Try again" not in page


def test_an_order_that_was_at_the_bank_when_the_cart_changed_can_be_tried_again(client, variant):
    order = buy(client, variant)
    press(client, order, "pay_later")
    put_in_cart(client, variant)
    assert submit_checkout(client).headers["Location"] == order.get_absolute_url()
    assert "Your bank is working on the payment" in page_of(client, order)
    press(client, order, "bank_refuses")
    sync.sync(newest_payment(order).pk, patient=True)
    assert OutboxMail.objects.filter(message="payment_failed").count() == 1
    assert "Try again" in page_of(client, order)


def test_what_stripe_tells_developers_is_not_mailed(client, variant, stripe_requests):
    stripe_requests.server = lambda *args: ('{"error": {"message": "no"}}', 503, {})
    order = buy(client, variant)
    stripe_requests.server = server.answer
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=50), tick=False):
        reconcile.sync_due()
    assert "expires_at" in newest_payment(order).reason
    mail = OutboxMail.objects.get(message="payment_failed")
    assert "expires_at" not in mail.text + mail.html


def test_the_address_of_the_button_leads_to_the_page_when_it_is_opened(client, variant):
    order = buy(client, variant)
    answer = client.get(f"{order.get_absolute_url()}pay/")
    assert (answer.status_code, answer.headers["Location"]) == (303, order.get_absolute_url())

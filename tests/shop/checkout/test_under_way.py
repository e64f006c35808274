"""A bank debit that is under way shows at the cart and at the checkout, for as long as it is."""

import pytest
from django.test import Client

from foundation import jobs
from shop.orders.models import Order
from shop.payments import sync
from shop.payments.demo.models import DemoSession
from tests.shop.checkout_builders import buy, newest_payment, press, put_in_cart

pytestmark = pytest.mark.django_db


def notice_of(order):
    return f"Your payment for order #{order.number} is being confirmed by your bank."


def pay_by_debit(client, order):
    press(client, order, "pay-later")
    DemoSession.objects.update(
        status="complete", payment_status="unpaid", intent_id="pi", intent_status="processing"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    assert newest_payment(order).status == "processing"


@pytest.mark.parametrize("page", ["/cart/", "/checkout/"])
def test_the_cart_names_the_order_and_leads_to_it(client, variant, page):
    order = buy(client, variant)
    assert notice_of(order) not in client.get(page).content.decode()
    pay_by_debit(client, order)
    shown = client.get(page).content.decode()
    assert notice_of(order) in shown
    assert f'href="{order.get_absolute_url()}"' in shown


def test_it_stays_beside_what_was_put_in_meanwhile_and_goes_with_the_answer(client, variant):
    order = buy(client, variant)
    pay_by_debit(client, order)
    put_in_cart(client, variant, 2)
    assert notice_of(order) in client.get("/cart/").content.decode()
    DemoSession.objects.update(payment_status="paid", intent_status="succeeded")
    sync.sync(newest_payment(order).pk, patient=True)
    jobs.run_due()
    assert Order.objects.get().status == "paid"
    shown = client.get("/cart/").content.decode()
    assert notice_of(order) not in shown
    assert 'value="2"' in shown


def test_a_refused_debit_and_one_that_was_called_off_are_not_under_way(client, variant):
    order = buy(client, variant)
    pay_by_debit(client, order)
    client.post(f"{order.get_absolute_url()}cancel/")
    assert notice_of(order) not in client.get("/cart/").content.decode()


def test_a_stranger_reads_nothing_of_it(client, variant):
    order, stranger = buy(client, variant), Client()
    put_in_cart(stranger, variant)
    pay_by_debit(client, order)
    assert notice_of(order) not in stranger.get("/cart/").content.decode()


def test_a_cart_without_a_waiting_order_asks_nothing_more(client, variant, django_assert_max_num_queries):
    put_in_cart(client, variant)
    client.get("/cart/")
    with django_assert_max_num_queries(5):
        client.get("/cart/")

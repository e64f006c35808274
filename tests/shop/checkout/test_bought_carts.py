"""What was ordered leaves the cart once the order is paid, by units; what the cart gained meanwhile stays."""

import pytest
from django.db import transaction
from django.test import Client

from foundation import jobs
from shop.cart.models import Cart, CartLine
from shop.checkout import flow
from shop.discounts.models import DiscountCode
from shop.orders import lifecycle, sources
from shop.orders.models import Order
from shop.payments import review, sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import (
    ADDRESS,
    buy,
    newest_payment,
    press,
    put_in_cart,
    send,
    submit_checkout,
)
from tests.shop.giftcards.builders import make_card
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db


def units():
    return dict(CartLine.objects.values_list("variant__sku", "quantity"))


def pay(client, order):
    press(client, order, "pay")
    jobs.run_due()


def count_shown(browser, address="/"):
    page = browser.get(address).content.decode()
    return int(page.split("data-cart-count>")[1].split("<")[0])


@pytest.mark.parametrize(("ordered", "then", "left"), [(2, 3, 1), (2, 2, 0), (2, 1, 0), (2, 0, 0), (1, 5, 4)])
def test_what_was_ordered_leaves_the_cart_by_units_and_never_more(client, variant, ordered, then, left):
    order = buy(client, variant, ordered)
    line = CartLine.objects.get()
    client.post("/cart/update/", {f"quantity-{line.pk}": str(then)})
    pay(client, order)
    assert units() == ({"Q": left} if left else {})
    page = client.get("/cart/").content.decode()
    assert ("Your cart is empty." in page) == (not left)
    assert count_shown(client) == left


def test_another_article_that_was_added_while_paying_stays(client, variant):
    drum = make_variant(make_product(title="Cajon"), sku="D")
    order = buy(client, variant, 2)
    put_in_cart(client, drum, 3)
    pay(client, order)
    assert units() == {"D": 3}
    page = client.get(order.get_absolute_url())
    assert "data-cart-count>3<" in page.content.decode()
    assert count_shown(client) == 3
    cart = client.get("/cart/").content.decode()
    assert "Cajon" in cart
    assert "Quena" not in cart


def test_the_header_of_the_cart_page_counts_what_is_left_when_nobody_saw_the_order_page(client, variant):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    pay(client, order)
    assert count_shown(client, "/cart/") == 1
    assert count_shown(client) == 1


def test_what_stayed_can_be_bought_by_an_order_of_its_own(client, variant):
    first = buy(client, variant, 2)
    put_in_cart(client, variant)
    pay(client, first)
    answer = submit_checkout(client, email="ben@customer.example")
    assert answer.status_code == 303
    second = Order.objects.latest("number")
    assert second != first
    assert [line.quantity for line in second.lines.all()] == [1]
    pay(client, second)
    assert units() == {}
    assert Order.objects.filter(status="paid").count() == 2
    assert_books_agree()


def test_money_told_twice_takes_the_units_once(client, variant):
    order = buy(client, variant, 1)
    pay(client, order)
    put_in_cart(client, variant, 2)
    payment = newest_payment(order)
    for _ in range(3):
        sync.sync(payment.pk, patient=True)
        client.get(order.get_absolute_url())
        pay(client, order)
        jobs.run_due()
    assert units() == {"Q": 2}


def test_a_cancelled_order_leaves_the_cart_alone_until_it_is_paid_after_all(client, variant):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    sync.close(newest_payment(order).pk, patient=False)
    assert units() == {"Q": 3}
    assert client.post(f"{order.get_absolute_url()}pay/").status_code == 303
    assert units() == {"Q": 3}
    pay(client, order)
    assert units() == {"Q": 1}


def test_late_money_for_a_cancelled_order_takes_its_units(client, variant):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    with transaction.atomic():
        lifecycle.cancel(Order.objects.select_for_update().get(pk=order.pk), reason="test: the hold ended")
    pay(client, order)
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    assert units() == {"Q": 1}


def test_money_that_buys_nothing_leaves_the_cart_as_it_is(client, variant):
    order = buy(client, variant, 2)
    sync.close(newest_payment(order).pk, patient=False)
    type(variant).objects.update(on_hand=0)
    DemoSession.objects.update(
        status="complete", payment_status="paid", intent_id="pi", intent_status="succeeded"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    assert newest_payment(order).status == Payment.Status.REFUND_DUE
    assert units() == {"Q": 2}


def test_a_payment_that_staff_accept_takes_the_units_too(client, variant, owner):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    payment = newest_payment(order)
    Payment.objects.filter(pk=payment.pk).update(
        status="review", reason="test", received_minor=payment.amount_minor, received_currency="USD"
    )
    review.accept(payment_id=payment.pk, staff=owner)
    assert units() == {"Q": 1}


def test_a_paid_order_that_is_called_off_brings_nothing_back_into_the_cart(client, variant):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    pay(client, order)
    client.post(f"{order.get_absolute_url()}cancel/")
    assert units() == {"Q": 1}
    assert count_shown(client, "/cart/") == 1


def test_an_order_that_costs_nothing_takes_its_units_at_once(client, variant):
    make_card("ABCD-EFGH-JKLM-7F3K", 9000)
    put_in_cart(client, variant)
    client.post("/cart/code/", {"code": "ABCD-EFGH-JKLM-7F3K"})
    assert submit_checkout(client).status_code == 303
    assert Order.objects.get().status == "paid"
    assert units() == {}
    assert Cart.objects.get().gift_cards.count() == 0


def test_the_code_of_the_order_leaves_with_it_and_another_one_stays(client, variant):
    DiscountCode.objects.create(code="ONCE", percent_basis_points=1000, most_uses=1)
    DiscountCode.objects.create(code="OTHER", percent_basis_points=500)
    put_in_cart(client, variant)
    client.post("/cart/code/", {"code": "ONCE"})
    submit_checkout(client)
    put_in_cart(client, variant)
    pay(client, Order.objects.get())
    assert "ONCE" not in client.get("/cart/").content.decode()
    again = client.post("/cart/code/", {"code": "ONCE"}, follow=True).content.decode()
    assert "This code has been used up." in again

    submit_checkout(client)
    client.post("/cart/code/", {"code": "OTHER"})
    put_in_cart(client, variant)
    pay(client, Order.objects.latest("number"))
    assert Cart.objects.get().discount_code == "OTHER"


def test_typed_details_are_erased_once_the_order_is_paid(client, variant):
    order = buy(client, variant)
    put_in_cart(client, variant)
    assert ADDRESS["email"] in Cart.objects.get().typed
    pay(client, order)
    assert Cart.objects.get().typed == ""
    assert ADDRESS["email"] not in client.get("/checkout/").content.decode()


def test_a_checkout_that_stood_open_in_another_tab_orders_nothing_twice(client, variant):
    order = buy(client, variant, 2)
    put_in_cart(client, variant)
    pay(client, order)
    stale = ADDRESS | {"shown_total": "USD13800"}  # three for $44.00, and the parcel
    page = send(client, stale).content.decode()
    assert "The total for this address is $50.00." in page
    assert Order.objects.count() == 1


def test_a_cart_of_a_stranger_keeps_what_it_holds(client, variant):
    stranger = Client()
    put_in_cart(stranger, variant, 2)
    pay(client, buy(client, variant, 2))
    assert count_shown(stranger, "/cart/") == 2


def test_whoever_marks_an_order_paid_locks_its_cart_before_it(client, variant, monkeypatch):
    order, locked = buy(client, variant), []
    watch = sources.Source(lock=locked.append, take_out=locked.append)
    monkeypatch.setattr(sources, "_sources", [watch])
    pay(client, order)
    flow.prepare_payment(order)
    assert locked.index(order.pk) < locked.index(order)
    assert locked.count(order) == 1

"""Who may withdraw, from what and until when, as buyers see it."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from foundation.mail import OutboxMail
from shop.catalogue import withdrawal_rules
from shop.catalogue.models import Product
from shop.catalogue.withdrawal_rules import WithdrawalRule
from shop.orders.models import Order
from shop.withdrawals.models import Withdrawal
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import buy, open_shop, press, put_in_cart
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.withdrawing import (
    address,
    ask,
    confirmation,
    fields,
    ship,
    units,
    withdraw,
)  # fmt: skip

pytestmark = pytest.mark.django_db
LINK = "Withdraw from contract"


def text_of(answer):
    return answer.content.decode()


def order_page(client, order):
    return text_of(client.get(order.get_absolute_url()))


def test_the_day_after_the_period_the_page_says_that_it_ended_and_takes_nothing(customer):
    with time_machine.travel("2026-11-03T12:00Z", tick=False):
        order = make_order()
        ship(order, delivered_on=dt.date(2026, 11, 3))
    with time_machine.travel("2026-11-17T23:59:59Z", tick=False):
        assert "until 17 November 2026" in order_page(customer, order)
        sent = confirmation(ask(customer, order), order)
    with time_machine.travel("2026-11-18T00:00:00Z", tick=False):
        for page in (customer.get(address(order)), customer.post(address(order), sent)):
            assert "ended on 17 November 2026" in text_of(page)
        assert LINK not in order_page(customer, order)
        assert "ended on 17 November 2026" in order_page(customer, order)
    assert not Withdrawal.objects.exists()


def test_the_last_day_ends_in_the_time_zone_of_the_shop(customer, settings):
    settings.TIME_ZONE = "America/Los_Angeles"
    with time_machine.travel("2026-11-03T20:00Z", tick=False):
        order = make_order()
        ship(order, delivered_on=dt.date(2026, 11, 3))
    with time_machine.travel("2026-11-18T07:59:00Z", tick=False):
        assert LINK in order_page(customer, order)
    with time_machine.travel("2026-11-18T08:00:00Z", tick=False):
        assert LINK not in order_page(customer, order)


@pytest.mark.parametrize(("promised", "now", "last"), [(14, 30, "3 December"), (30, 14, "3 December")])
def test_a_longer_setting_helps_and_a_shorter_one_breaks_no_promise(customer, settings, promised, now, last):
    settings.WITHDRAWAL_DAYS = promised
    with time_machine.travel("2026-11-03T12:00Z", tick=False):
        order = make_order()
        ship(order, delivered_on=dt.date(2026, 11, 3))
        settings.WITHDRAWAL_DAYS = now
        assert f"until {last} 2026" in order_page(customer, order)


def test_an_unpaid_order_can_be_cancelled_instead(customer):
    order = make_order(status="pending")
    page = text_of(customer.get(address(order)))
    assert f"/orders/{order.token}/cancel/" in page
    assert "Confirm" not in page


def test_a_cancelled_order_has_nothing_to_withdraw_from(customer):
    order = make_order(status="cancelled")
    assert "cancelled" in text_of(customer.get(address(order)))
    assert LINK not in order_page(customer, order)
    assert "/withdraw/" not in OutboxMail.objects.get(message="payment_failed").text


def test_a_company_has_no_right_of_withdrawal(customer):
    order = make_order(vat_number="ATU13585627")
    assert "for consumers" in text_of(customer.get(address(order)))
    assert LINK not in order_page(customer, order)
    assert not OutboxMail.objects.filter(text__contains="/withdraw/").exists()


def test_every_mail_to_the_buyer_leads_to_it_and_none_to_the_staff(customer):
    order = make_order((make_variant(), 2))
    ship(order, 1)
    ship(order, 1)
    withdraw(customer, order)
    for mail in OutboxMail.objects.all():
        is_to_buyer = mail.recipient == order.email
        for body in (mail.text, mail.html):
            assert (address(order) in body and LINK in body) == is_to_buyer, mail.message
    assert OutboxMail.objects.filter(recipient=order.email).count() == 5


# ---- exceptions ----------------------------------------------------------------------------------


def test_what_was_made_to_order_is_not_offered_and_the_page_says_why(customer):
    made, sealed = make_product(withdrawal_rule="made_to_order"), make_product(withdrawal_rule="sealed")
    open_shop()
    make_variant(make_product(), sku="PLAIN")
    for product in (made, sealed):
        make_variant(product)
    order = bought(customer, made, sealed)
    page = text_of(customer.get(address(order)))
    assert "It is made for you, so you cannot withdraw from it." in page
    assert "only while its seal is unbroken" in page
    assert len([name for name in fields(customer, order) if name.startswith("units_")]) == 1


def bought(client, *products):
    for product in products[1:]:
        put_in_cart(client, product.variants.get())
    order = buy(client, products[0].variants.get())
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    return order


def test_an_order_keeps_the_exception_that_the_buyer_read(customer):
    open_shop()
    product = make_product(withdrawal_rule="made_to_order")
    make_variant(product)
    order = bought(customer, product)
    Product.objects.update(withdrawal_rule="")
    assert "There is no right of withdrawal" in text_of(customer.get(address(order)))
    forged = {"name": "A", "email": "a@b.example", "confirm": "1", "key": "0" * 32, **units(order, 1)}
    customer.post(address(order), forged)
    assert not Withdrawal.objects.exists()


def test_the_product_page_says_what_is_excepted(customer):
    variant = make_variant(make_product(withdrawal_rule="perishable"))
    assert "It goes off quickly" in text_of(customer.get(variant.product.get_absolute_url()))
    assert "withdraw" not in text_of(customer.get(make_variant().product.get_absolute_url()))


@pytest.mark.parametrize("page", ["/cart/", "/checkout/"])
@pytest.mark.parametrize("rule", [rule for rule in WithdrawalRule.values if rule])
def test_what_is_excepted_is_said_in_the_cart_and_at_the_checkout(customer, page, rule):
    put_in_cart(customer, make_variant(make_product(withdrawal_rule=rule)))
    put_in_cart(customer, make_variant())
    assert text_of(customer.get(page)).count(withdrawal_rules.sentence(rule)) == 1


def test_units_of_another_order_are_not_taken(customer):
    order, other = make_order(), make_order()
    sent = confirmation(ask(customer, order), order) | units(other, 1)
    customer.post(address(order), sent)
    assert other.lines.get().withdrawn_until == 0


def test_addresses_have_names():
    assert reverse("shop:withdraw", args=["abc"]) == "/orders/abc/withdraw/"
    assert Client().get("/orders/abc/withdraw/").status_code == 404

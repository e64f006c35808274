"""Prices that change by themselves while somebody buys: a sale begins or ends, a break is reached."""

import datetime as dt

import pytest
import time_machine

from foundation import jobs
from shop.catalogue.models import Variant
from shop.catalogue.price_rules import QuantityBreak
from shop.orders.models import Order
from tests.shop.checkout_builders import (
    ADDRESS,
    buy,
    newest_payment,
    press,
    put_in_cart,
    send,
    shown_total,
    submit_checkout,
)
from tests.shop.payments.checks import assert_books_agree

pytestmark = pytest.mark.django_db
START, END = dt.datetime(2026, 3, 10, tzinfo=dt.UTC), dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def on_sale(variant):
    """The quena for $44.00, $39.00 from 10 to 20 March."""
    dates = {"sale_starts_at": START, "sale_ends_at": END}
    Variant.objects.filter(pk=variant.pk).update(sale_price_minor=3900, **dates)
    return variant


def test_a_sale_that_ends_between_page_and_submit_shows_the_new_total_first(client, on_sale):
    with time_machine.travel(END - MINUTE, tick=False) as clock:
        put_in_cart(client, on_sale)
        page = send(client, ADDRESS | {"update": "1"}).content.decode()
        assert "$45.00" in page  # $39.00 and $6.00 for the parcel
        clock.move_to(END)
        answer = send(client, ADDRESS | {"shown_total": shown_total(page)})
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "The total for this address is $50.00." in html
        assert not Order.objects.exists()
        again = send(client, ADDRESS | {"shown_total": shown_total(html)})
        assert again.status_code == 303
    order = Order.objects.get()
    assert (order.lines.get().unit_price_minor, order.charged_minor) == (4400, 5000)
    assert newest_payment(order).amount_minor == 5000


def test_a_sale_that_begins_meanwhile_is_told_too(client, on_sale):
    with time_machine.travel(START - MINUTE, tick=False) as clock:
        put_in_cart(client, on_sale)
        page = send(client, ADDRESS | {"update": "1"}).content.decode()
        clock.move_to(START)
        answer = send(client, ADDRESS | {"shown_total": shown_total(page)})
        assert "The total for this address is $45.00." in answer.content.decode()


def test_an_order_placed_in_the_sale_keeps_its_price(client, on_sale):
    with time_machine.travel(END - MINUTE, tick=False) as clock:
        order = buy(client, on_sale)
        clock.move_to(END + MINUTE)
        press(client, order, "pay")
        jobs.run_due()
        order.refresh_from_db()
        assert order.status == Order.Status.PAID
        assert (order.lines.get().unit_price_minor, order.charged_minor) == (3900, 4500)
        assert_books_agree()


def test_an_unpaid_order_of_the_sale_makes_way_for_one_at_todays_price(client, on_sale):
    with time_machine.travel(END - MINUTE, tick=False) as clock:
        first = buy(client, on_sale)
        clock.move_to(END + MINUTE)
        assert submit_checkout(client).status_code == 303
        first.refresh_from_db()
        newest = Order.objects.latest("number")
        assert (first.status, newest.lines.get().unit_price_minor) == (Order.Status.CANCELLED, 4400)


def test_the_order_freezes_the_lowered_unit_price(client, variant):
    QuantityBreak.objects.create(product=variant.product, from_quantity=3, percent_basis_points=1000)
    put_in_cart(client, variant, 3)
    page = client.get("/checkout/").content.decode()
    assert "$118.80" in page  # 3 × $39.60
    assert submit_checkout(client).status_code == 303
    QuantityBreak.objects.all().delete()
    order = Order.objects.get()
    assert order.lines.get().unit_price_minor == 3960
    assert (order.lines_minor, order.charged_minor) == (11880, 12480)
    press(client, order, "pay")
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert_books_agree()


def test_a_break_taken_away_meanwhile_is_told_before_the_order(client, variant):
    row = QuantityBreak.objects.create(product=variant.product, from_quantity=2, percent_basis_points=5000)
    put_in_cart(client, variant, 2)
    page = send(client, ADDRESS | {"update": "1"}).content.decode()
    row.delete()
    answer = send(client, ADDRESS | {"shown_total": shown_total(page)})
    assert "The total for this address is $94.00." in answer.content.decode()
    assert not Order.objects.exists()

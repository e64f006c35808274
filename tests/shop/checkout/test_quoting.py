"""Shipping at checkout: by weight and sum, with its days, and never another rate than was chosen."""

import re

import pytest
import time_machine

from foundation.models import OutboxMail, SiteIdentity
from shop.discounts.models import DiscountCode
from shop.orders.models import Order
from shop.shipping.models import ShippingRate, ShippingZone
from tests.builders import make_variant
from tests.shop.checkout_builders import ADDRESS, buy, press, put_in_cart, send, shown_total, submit_checkout

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def germany(**rate):
    fields = {"name": "Express", "max_weight_grams": 5000, "price_minor": 1900, "days_from": 1, "days_to": 1}
    return ShippingRate.objects.create(zone=ShippingZone.objects.get(name="DE"), **fields | rate)


@pytest.fixture
def pickup():
    SiteIdentity.objects.update(name="Kora", line1="Lindenstraße 12", postal_code="50674", city="Köln")
    return germany(name="Workshop", price_minor=0, is_pickup=True)


def test_each_way_says_its_days_and_its_price(client, variant, pickup):
    germany()
    ShippingRate.objects.filter(name="Parcel").update(days_from=2, days_to=3)
    put_in_cart(client, variant)
    page = text_of(client.get("/checkout/"))
    for label in ("Parcel, 2 to 3 days: $6.00", "Express, 1 day: $19.00", "Workshop: Free"):
        assert label in page
    assert "Arrives 2 to 3 days after your payment." in page


def test_shipping_is_free_from_its_sum_on(client, variant):
    ShippingRate.objects.filter(name="Parcel").update(free_from_minor=8800)
    put_in_cart(client, variant)
    assert "$50.00" in text_of(client.get("/checkout/"))
    order = buy(client, variant)
    assert (order.lines_minor, order.shipping_minor, order.charged_minor) == (8800, 0, 8800)


def test_the_sum_is_what_a_code_leaves(client, variant):
    ShippingRate.objects.filter(name="Parcel").update(free_from_minor=8800)
    DiscountCode.objects.create(code="LESS", percent_basis_points=1)
    put_in_cart(client, variant, 2)
    page = text_of(send(client, ADDRESS | {"code": "LESS", "update": "code"}))
    assert "$6.00" in page
    order = buy(client, make_variant(price_minor=100))
    assert (order.discount_minor, order.shipping_minor) == (1, 0)


def test_the_order_keeps_its_days_and_says_the_dates(client, variant):
    ShippingRate.objects.filter(name="Parcel").update(days_from=2, days_to=3)
    with time_machine.travel("2026-11-23 10:00Z", tick=False):
        order = buy(client, variant)
        ShippingRate.objects.update(days_from=8, days_to=9)
        assert "2 to 3 days after your payment" in OutboxMail.objects.get(message="order_received").text
        assert "2 to 3 days after your payment" in text_of(client.get(order.get_absolute_url()))
        press(client, order, "pay")
        page = text_of(client.get(order.get_absolute_url()))
        mail = OutboxMail.objects.get(message="order_paid")
    for text in (page, mail.text, mail.html):
        assert "Arrives about 25 to 26 November." in text
    with time_machine.travel("2026-11-27 10:00Z", tick=False):
        assert "Arrives" not in text_of(client.get(order.get_absolute_url()))


def test_pickup_is_never_proposed_and_says_where(client, variant, pickup):
    put_in_cart(client, variant)
    assert "$50.00" in text_of(client.get("/checkout/"))
    page = text_of(send(client, ADDRESS | {"shipping_rate": "workshop", "update": "1"}))
    assert "You pick it up at: Kora, Lindenstraße 12, 50674 Köln, Germany." in page
    assert "<dt>Pick-up</dt><dd>Free</dd>" in page
    submit_checkout(client, shipping_rate="workshop")
    order = Order.objects.get()
    assert (order.is_pickup, order.delivery_days_to, order.total_minor) == (True, None, 4400)
    press(client, order, "pay")
    page = text_of(client.get(order.get_absolute_url()))
    assert "Where you pick it up" in page
    assert "Lindenstraße 12" in page
    mail = OutboxMail.objects.get(message="order_paid")
    assert "You pick it up at:\nKora\nLindenstraße 12" in mail.text
    assert "ready to be picked up" in mail.html


@pytest.mark.parametrize("price_minor", [600, 1900], ids=["at-the-same-price", "dearer"])
def test_a_rate_that_is_gone_leads_back_with_the_new_total_and_nothing_is_charged(
    client, variant, price_minor
):
    express = germany(price_minor=price_minor, max_weight_grams=400)
    put_in_cart(client, variant)
    chosen = ADDRESS | {"shipping_rate": "express"}
    seen = shown_total(text_of(send(client, chosen | {"update": "1"})))
    express.delete()
    answer = send(client, chosen | {"shown_total": seen})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "is not offered for this order any more. With “Parcel” the total is $50.00." in page
    assert 'id="id_shipping_rate_error"' in page
    assert re.search(r'value="parcel"[^>]*checked', page)
    assert "Ada Buyer" in page
    assert Order.objects.count() == 0
    again = send(client, ADDRESS | {"shipping_rate": "parcel", "shown_total": shown_total(page)})
    assert again.status_code == 303
    assert Order.objects.get().charged_minor == 5000


def test_a_rate_that_does_not_fit_any_more_leads_back_too(client, variant):
    germany(name="Letter", price_minor=100, to_subtotal_minor=8800)
    put_in_cart(client, variant)
    chosen = ADDRESS | {"shipping_rate": "letter"}
    seen = shown_total(text_of(send(client, chosen | {"update": "1"})))
    put_in_cart(client, variant)
    page = text_of(send(client, chosen | {"shown_total": seen}))
    assert "With “Parcel” the total is $94.00." in page
    assert Order.objects.count() == 0


def test_a_country_that_nobody_ships_to_any_more_says_so(client, variant):
    put_in_cart(client, variant)
    seen = shown_total(text_of(client.get("/checkout/")))
    ShippingRate.objects.filter(zone__name="DE").update(max_weight_grams=1)
    page = text_of(send(client, ADDRESS | {"shown_total": seen}))
    assert "We cannot ship this order to this country." in page
    assert Order.objects.count() == 0

"""The order page: for whoever holds its token, and always as Stripe has it."""

import pytest
from django.test import Client

from foundation.mail import OutboxMail
from shop.payments import sync
from tests.shop.checkout_builders import (
    buy,
    newest_payment,
    press,
)

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def test_the_order_page_needs_its_token(client, variant):
    order = buy(client, variant)
    stranger = Client()
    assert stranger.get(f"/orders/{order.number}/").status_code == 404
    almost = order.token[:-1] + ("y" if order.token.endswith("x") else "x")
    assert stranger.get(f"/orders/{almost}/").status_code == 404
    assert stranger.post(f"/orders/{'x' * 32}/pay/").status_code == 404
    answer = stranger.get(order.get_absolute_url())
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_order_page_shows_what_was_ordered_and_where_it_goes(client, variant):
    order = buy(client, variant, 2)
    page = text_of(client.get(order.get_absolute_url()))
    for shown in ("2 × Quena", "$94.00", "Lindenstraße 1", "50674 Köln", "Germany", "Pay now"):
        assert shown in page


def test_a_paid_order_empties_the_cart_in_the_header(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    client.get(order.get_absolute_url())
    assert "Your cart is empty." in text_of(client.get("/cart/"))
    assert "kora_cart" not in {k for k, c in client.cookies.items() if c.value}


def test_prices_raised_later_leave_the_order_as_it_was(client, variant):
    order = buy(client, variant)
    type(variant).objects.update(price_minor=99_900)
    order.refresh_from_db()
    assert order.total_minor == 5000
    assert order.lines.get().unit_price_minor == 4400


def test_the_mail_tells_where_to_pay_and_carries_text_and_html(client, variant):
    order = buy(client, variant)
    mail = OutboxMail.objects.get(message="order_received")
    assert mail.recipient == "ada@customer.example"
    for body in (mail.text, mail.html):
        assert order.site_url in body
        assert "Quena" in body
        assert "$50.00" in body
        assert "shipping-and-returns" in body


def test_a_worker_that_is_quicker_than_the_page_is_not_overlooked(client, variant, monkeypatch):
    order = buy(client, variant)
    press(client, order, "pay")

    def paid_meanwhile(seen):
        sync.sync(newest_payment(seen).pk, patient=True)

    monkeypatch.setattr("shop.checkout.flow.active_payment", paid_meanwhile)
    assert 'data-status="paid"' in text_of(client.get(order.get_absolute_url()))

"""Before money has come anybody can have typed the address: mails are few and quote nothing typed."""

import pytest
from django.test import Client

from foundation import jobs
from foundation.models import OutboxMail
from shop.orders.models import Order
from tests.builders import make_variant
from tests.shop.checkout_builders import buy, open_shop, press
from tests.shop.order_builders import cancel

pytestmark = pytest.mark.django_db

LURE = "Your parcel is held: pay at evil.example"
TYPED = {"name": LURE, "line1": "evil.example/1", "line2": "evil.example/2", "city": "evil.example/3",
         "phone": "+49 evil.example"}  # fmt: skip


@pytest.fixture(autouse=True)
def shop():
    open_shop()


def mails(kind=None):
    found = OutboxMail.objects.filter(recipient="ada@customer.example")
    return list(found.filter(message=kind) if kind else found)


def ended(order):
    """End an order's payment as time does."""
    cancel(order)
    jobs.run_due()


def test_mails_before_the_money_greet_nobody_by_name_and_quote_nothing_typed():
    order = buy(Client(), make_variant(), **TYPED)
    ended(order)
    called_off = buy(Client(), make_variant(), **TYPED)
    Client().post(f"{called_off.get_absolute_url()}cancel/")
    jobs.run_due()
    assert {mail.message for mail in mails()} == {"order_received", "payment_failed", "order_cancelled"}
    for mail in mails():
        everything = f"{mail.subject} {mail.text} {mail.html} {mail.headers} {mail.reply_to}"
        assert "evil.example" not in everything
        assert "Hello,\n" in mail.text
        assert "Hello,</p>" in mail.html


def test_mails_after_the_money_greet_by_name_and_say_where_it_goes():
    order = buy(Client(), make_variant())
    press(Client(), order, "pay")
    Client().get(order.get_absolute_url())
    [mail] = mails("order_paid")
    assert "Hi Ada Buyer,\n" in mail.text
    assert "Lindenstraße 1" in mail.text


@pytest.mark.parametrize(
    "written", ["ada@customer.example", "ADA@customer.example", "ada+{}@customer.example"]
)
def test_one_recipient_gets_few_mails_about_unpaid_orders(settings, written):
    settings.LIMIT_MAILS_UNPAID = (4, 86400)
    for n in range(6):
        buy(Client(REMOTE_ADDR=f"203.0.113.{n}"), make_variant(), email=written.format(n))
    assert Order.objects.count() == 6
    assert OutboxMail.objects.filter(message="order_received").count() == 4


def test_who_paid_gets_every_mail_whatever_came_before(settings):
    settings.LIMIT_MAILS_UNPAID = (1, 86400)
    orders = [buy(Client(), make_variant()) for _ in range(3)]
    for order in orders:
        press(Client(), order, "pay")
        Client().get(order.get_absolute_url())
        Client().post(f"{order.get_absolute_url()}cancel/")
    jobs.run_due()
    assert len(mails("order_received")) == 1
    assert (len(mails("order_paid")), len(mails("order_cancelled"))) == (3, 3)

"""A handler that fails before its commit leaves nothing half done; the worker tries the event again."""

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders import lifecycle, mails
from shop.payments import sync, webhooks
from shop.payments.models import WebhookEvent
from shop.stock import reservations
from tests.builders import make_variant
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.stripe_side import no_webhook_by_itself, pay, tell_the_shop
from tests.shop.checkout_builders import buy, newest_payment, open_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf(transactional_db):
    open_shop()
    return make_variant(on_hand=2)


@pytest.fixture
def order(shelf):
    """An order that is paid at Stripe, which has told the shop; the worker has not looked yet."""
    order = buy(Client(), shelf)
    jobs.run_due()
    with no_webhook_by_itself():
        pay()
        tell_the_shop()
    return order


def state(order, shelf):
    for row in (order, shelf):
        row.refresh_from_db()
    event = WebhookEvent.objects.get()
    return order.status, newest_payment(order).status, shelf.on_hand, shelf.reserved, event.status


def fail_once(monkeypatch, module, name):
    """Let the work be done, and then the database be lost before anything is committed."""
    real = getattr(module, name)

    def fail(*args, **kwargs):
        real(*args, **kwargs)
        monkeypatch.setattr(module, name, real)
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(module, name, fail)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (reservations, "consume"), (lifecycle, "mark_paid"), (mails, "paid"), (mails, "staff_new_order"),
        (sync, "_schedule"), (webhooks, "_close"),
    ],
)  # fmt: skip
def test_an_event_whose_handler_fails_is_worked_on_again_and_counts_once(
    order, shelf, monkeypatch, module, name
):
    fail_once(monkeypatch, module, name)
    jobs.run_due()
    before = state(order, shelf)
    assert before in {("pending", "open", 2, 1, "new"), ("paid", "paid", 1, 0, "done")}
    assert before[0] == "pending" or name == "_close"
    assert differences_now() == []
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=10), tick=False):
        jobs.run_due()
    assert state(order, shelf) == ("paid", "paid", 1, 0, "done")
    assert OutboxMail.objects.filter(message="order_paid").count() == 1
    assert differences_now() + differences_soon() == []

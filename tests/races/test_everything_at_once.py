"""Buyers, banks, the staff, the dashboard and workers do everything at once; in the end it adds up."""

import datetime as dt
import random

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from foundation import jobs
from foundation.mail import OutboxMail
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.demo import doings
from shop.payments.demo.models import DemoRefund, DemoSession
from tests.builders import make_variant
from tests.faults.adding_up import assert_everything_adds_up
from tests.faults.stripe_side import tell_the_shop
from tests.races.hands import do_something
from tests.races.racing import race
from tests.shop.checkout_builders import open_shop

pytestmark = pytest.mark.django_db(transaction=True)
HANDS, DOINGS = 6, 20


def hand(seed, number):
    """Do one thing after the other; the dice is fixed, the moments are not."""
    dice = random.Random(f"{seed} {number}")
    for _step in range(DOINGS):
        do_something(dice)


def let_time_pass():
    """Let banks speak, Stripe tell everything, the hold be over and the worker finish."""
    now = timezone.now()
    for session in DemoSession.objects.filter(intent_status="processing"):
        doings.bank_confirms(session)
    for minutes in (1, 10, 47, 58, 180, 360):
        with time_machine.travel(now + dt.timedelta(minutes=minutes), tick=False):
            for pending in DemoRefund.objects.filter(status="pending"):
                doings.settle_refund(pending.refund_id)
            tell_the_shop()
            jobs.run_due()


def let_the_staff_act_on_alerts():
    """Stripe refuses a whole refund after a part went back in the dashboard: a person sends the rest."""
    for order in Order.objects.filter(status="cancelled"):
        if any(refunds.refundable_minor(payment) for payment in order.payments.all()):
            alerts = OutboxMail.objects.filter(message="staff_alert", reference__startswith=order.reference)
            assert alerts.filter(text__contains="failed").exists()
            refunds.refund_everything(order_id=order.pk, restock=False)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_adds_up_in_the_end(transactional_db, seed):
    open_shop()
    for _number in range(3):
        make_variant(on_hand=8)
    connection.close()
    failures = [result for result in race(lambda number: hand(seed, number), HANDS) if result is not None]
    assert failures == []
    let_time_pass()
    let_the_staff_act_on_alerts()
    let_time_pass()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=6), tick=False):
        assert_everything_adds_up()
    assert Order.objects.filter(status="paid").exists()

"""Attempts that the shop ends itself: replaced by another one, or called off."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from foundation.mail import OutboxMail
from shop.payments import reconcile, sessions, sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from tests.shop.checkout_builders import buy, newest_payment, press, put_in_cart, submit_checkout
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_requests")]


def mails(message):
    return OutboxMail.objects.filter(message=message).count()


def test_an_expired_payment_mails_a_link_to_try_again(client, variant):
    order = buy(client, variant)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=46), tick=False):
        reconcile.sync_due()
        reconcile.sync_due()
    mail = OutboxMail.objects.get(message="payment_failed")
    assert order.site_url in mail.text
    assert order.site_url in mail.html
    assert_books_agree()


def test_a_bank_that_refuses_mails_a_link_to_try_again(client, variant):
    order = buy(client, variant)
    DemoSession.objects.update(
        status="complete", intent_id="pi_slow", intent_status="requires_payment_method"
    )
    sync.sync(newest_payment(order).pk, patient=True)
    assert mails("payment_failed") == 1


def test_a_buyer_who_changed_the_cart_gets_no_mail_about_the_replaced_payment(client, variant):
    order = buy(client, variant)
    put_in_cart(client, variant)
    assert submit_checkout(client).status_code == 303
    order.refresh_from_db()
    assert (order.status, newest_payment(order).closing) == ("cancelled", "replaced")
    assert mails("payment_failed") == 0
    assert stock_of(variant) == (2, 2)
    assert_books_agree()


def test_the_worker_ends_a_payment_that_was_marked_to_close(client, variant):
    order = buy(client, variant)
    sync.mark_closing(newest_payment(order).pk, Payment.Closing.REPLACED)
    reconcile.sync_due()
    order.refresh_from_db()
    assert (order.status, DemoSession.objects.get().status) == ("cancelled", "expired")
    assert stock_of(variant) == (2, 0)


def test_money_for_a_payment_that_was_called_off_goes_back(client, variant):
    order = buy(client, variant)
    sync.mark_closing(newest_payment(order).pk, Payment.Closing.CALLED_OFF)
    press(client, order, "pay")
    payment = sync.sync(newest_payment(order).pk, patient=True)
    order.refresh_from_db()
    assert (payment.status, order.status, order.is_called_off) == ("refund_due", "cancelled", True)
    assert (payment.refunds.get().amount_minor, stock_of(variant)) == (5000, (2, 0))
    assert_books_agree()


def test_money_for_a_replaced_payment_buys_the_order_it_was_for(client, variant):
    order = buy(client, variant)
    sync.mark_closing(newest_payment(order).pk, Payment.Closing.REPLACED)
    press(client, order, "pay")
    assert sync.sync(newest_payment(order).pk, patient=True).status == "paid"
    assert stock_of(variant) == (1, 0)


def test_when_an_order_is_paid_its_other_open_payment_is_ended_and_the_order_stays_paid(client, variant):
    order = buy(client, variant)
    first = sync.close(newest_payment(order).pk, patient=True)
    second = sessions.open_payment(order)
    sync.sync(second.pk, patient=True)
    DemoSession.objects.filter(session_id=first.session_id).update(
        status="complete", payment_status="paid", intent_id="pi_late", intent_status="succeeded"
    )
    sync.sync(first.pk, patient=True)
    reconcile.sync_due()
    second.refresh_from_db()
    order.refresh_from_db()
    assert (second.status, order.status, stock_of(variant)) == ("expired", "paid", (1, 0))
    assert mails("payment_failed") == 1  # of the first attempt, before its money came


def test_what_stripe_received_is_kept_also_when_it_does_not_match(client, variant):
    order = buy(client, variant)
    press(client, order, "pay")
    DemoSession.objects.update(amount_total=123, currency="eur")
    payment = sync.sync(newest_payment(order).pk, patient=True)
    assert (payment.status, payment.received_minor, payment.received_currency) == ("review", 123, "EUR")


def test_money_that_arrives_during_a_review_is_noted(client, variant):
    order = buy(client, variant)
    Payment.objects.update(status="review")
    press(client, order, "pay")
    payment = sync.sync(newest_payment(order).pk, patient=True)
    assert (payment.status, payment.received_minor) == ("review", 5000)

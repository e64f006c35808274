"""The sweep can fail: mistakes easily made in such code are planted one by one, and it finds each."""

import uuid
from unittest import mock

import pytest
from django.db import transaction

from shop.giftcards import cards
from shop.orders import gift_cards, lifecycle, mails
from shop.orders.models import Order
from shop.payments import refunds, stripe_api, sync, webhooks
from shop.payments.models import Payment, Refund
from shop.stock import reservations
from tests.faults import paying_by_card, selling, sending_back
from tests.faults.sweeping import sweep_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plant(monkeypatch):
    """Return a function that puts a faulty version in the place of a function of the shop."""

    def put(module, name, faulty):
        monkeypatch.setattr(module, name, faulty(getattr(module, name)))

    return put


def found_in(scenario):
    return " ".join(sweep_over(scenario, until_first_failure=True).failures)


def test_stock_sold_before_the_order_is_paid_in_another_transaction(plant):
    def faulty(apply):
        def apply_in_two_steps(payment_id, session):
            order = Order.objects.get(payments=payment_id)
            if session["payment_status"] == "paid" and order.hold == Order.Hold.HELD:
                with transaction.atomic():
                    reservations.consume(lifecycle.quantities(order), reference=order.reference)
            with mock.patch.object(reservations, "consume"):
                return apply(payment_id, session)

        return apply_in_two_steps

    plant(sync, "apply", faulty)
    assert "reserved 0, orders hold 1" in found_in(selling.paid_and_told)


def test_stock_released_without_asking_stripe_to_close_the_session(plant):
    def faulty(_close):
        @transaction.atomic
        def close_here_alone(payment_id, **_how):
            payment = sync._lock(payment_id)
            sync._dead(payment, Payment.Status.EXPIRED, "replaced")
            payment.save()
            return payment

        return close_here_alone

    plant(sync, "close", faulty)
    assert "but it can still be paid" in found_in(selling.ordered_again_with_another_cart)


def test_a_new_key_for_each_try_to_create_the_session(plant):
    def faulty(create_session):
        return lambda params, *, key, patient: create_session(params, key=uuid.uuid4().hex, patient=patient)

    plant(stripe_api, "create_session", faulty)
    assert "has two sessions at Stripe" in found_in(selling.ordered_then_paid)


def test_a_new_key_for_each_try_to_refund(plant):
    def faulty(create_refund):
        return lambda **how: create_refund(**how | {"key": uuid.uuid4().hex})

    plant(stripe_api, "create_refund", faulty)
    assert "went back, the shop knows of" in found_in(sending_back.one_of_two_refunded)


def test_a_refund_written_down_after_stripe_was_asked(plant):
    def faulty(_refund_everything):
        def ask_first(*, order_id, restock):
            payment = Payment.objects.get(order_id=order_id)
            amount = payment.amount_minor
            stripe_api.create_refund(
                intent_id=payment.intent_id, amount_minor=amount, key="k", metadata={"refund": "1"}
            )
            Refund.objects.create(
                order=payment.order, payment=payment, amount_minor=amount, status=Refund.Status.SUCCEEDED
            )

        return ask_first

    plant(refunds, "refund_everything", faulty)
    assert "went back, the shop knows of 0" in found_in(sending_back.everything_refunded)


def test_a_mail_written_after_the_commit_of_its_cause(plant):
    def faulty(paid):
        return lambda order: transaction.on_commit(lambda: paid(order))

    plant(mails, "paid", faulty)
    assert "0 x order_paid instead of 1" in found_in(selling.paid_and_told)


def test_an_event_kept_in_one_commit_and_its_job_in_another(plant):
    """Harmless for money, as the worker asks by itself; but the event would wait for ever."""
    plant(webhooks, "_keep", lambda keep: keep.__wrapped__)
    assert "is not processed" in found_in(selling.paid_and_told)


def after_the_commit(verb):
    return lambda *args: transaction.on_commit(lambda: transaction.atomic(verb)(*args))


def test_a_card_that_gets_its_value_back_after_the_commit_of_the_cause(plant):
    plant(cards, "give_back", after_the_commit)
    found = found_in(paying_by_card.part_on_a_card_tried_again)
    assert "is cancelled: cards hold 2000 for it instead of 0" in found


def test_cards_issued_after_the_commit_of_their_payment(plant):
    plant(gift_cards, "issue", after_the_commit)
    found = found_in(paying_by_card.cards_bought_and_one_refunded)
    assert "is paid, cards of [] are issued" in found

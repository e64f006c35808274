"""Money and the end of the hold meet: whoever Stripe says was first has won, and stock is sold once."""

import json

import pytest
from django.db import transaction
from django.test import Client

from foundation import jobs
from shop.catalogue.models import Variant
from shop.payments import reconcile, stripe_api, sync, webhooks
from shop.payments.demo import doings
from shop.payments.demo.models import DemoEvent, DemoSession
from shop.payments.models import Payment, WebhookEvent
from shop.stock import reservations
from tests.faults.adding_up import differences_now, differences_soon
from tests.faults.stripe_side import newest_session, pay, pay_late, tell_the_shop
from tests.races.pausing import after, before, interleave
from tests.shop.checkout_builders import buy, newest_payment, put_in_cart, submit_checkout
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]


@pytest.fixture
def order(shelf):
    """An order of one unit whose payment is open."""
    return buy(Client(), shelf)


def pay_and_tell():
    pay()
    tell_the_shop()
    jobs.run_due()


def where_it_ended(order, shelf):
    """Let the worker finish; return the order's status and what is on the shelf, if the books agree."""
    jobs.run_due()
    assert differences_now() + differences_soon() == []
    order.refresh_from_db()
    shelf.refresh_from_db()
    return order.status, shelf.on_hand, shelf.reserved


# ---- pay versus expire ---------------------------------------------------------------------------


def end_the_hold_while_paid(payment):
    results = interleave(
        lambda: sync.close(payment.pk, patient=True), pay_and_tell, at=after("GET /v1/checkout/sessions")
    )
    assert not any(isinstance(result, Exception) for result in results), results


def test_money_that_comes_just_before_the_session_is_expired_wins(order, shelf):
    end_the_hold_while_paid(newest_payment(order))
    assert where_it_ended(order, shelf) == ("paid", 2, 0)


def test_releasing_without_expiring_at_stripe_first_would_cancel_a_paid_order(order, shelf, monkeypatch):
    monkeypatch.setattr(stripe_api, "expire_session", lambda *args, **kwargs: None)
    monkeypatch.setattr(sync, "sync", release_whatever_stripe_says)
    end_the_hold_while_paid(newest_payment(order))
    order.refresh_from_db()
    assert (order.status, DemoSession.objects.get().payment_status) == ("cancelled", "paid")


def release_whatever_stripe_says(payment_id, *, patient):
    session = stripe_api.retrieve_session(Payment.objects.get(pk=payment_id).session_id, patient=patient)
    return sync.apply(payment_id, session | {"status": "expired", "payment_status": "unpaid"})


def test_a_session_that_was_expired_cannot_be_paid_any_more(order, shelf):
    payment = newest_payment(order)
    interleave(lambda: sync.close(payment.pk, patient=True), pay_and_tell, at=after("/expire"))
    assert where_it_ended(order, shelf) == ("cancelled", 3, 0)
    assert DemoSession.objects.get().payment_status == "unpaid"


# ---- the same news from several sides ------------------------------------------------------------


def two_answers(order):
    """One asks while the bank works, another when it has confirmed; the older answer is applied last."""
    payment = newest_payment(order)
    doings.pay_later(newest_session())
    sync.sync(payment.pk, patient=True)

    def confirm():
        doings.bank_confirms(newest_session())
        sync.sync(payment.pk, patient=True)

    ask = lambda: sync.sync(payment.pk, patient=True)  # noqa: E731
    interleave(ask, confirm, at=before('UPDATE "shop_payment"'))
    return newest_payment(order).status


def test_an_older_answer_never_undoes_a_newer_one(order, shelf):
    assert two_answers(order) == "paid"
    assert where_it_ended(order, shelf) == ("paid", 2, 0)


@pytest.mark.postgres
def test_without_row_locks_the_older_answer_would_undo_the_newer_one(order, no_row_locks):
    assert two_answers(order) == "processing"


def test_an_answer_from_before_the_money_is_applied_after_it_and_changes_nothing(order, shelf):
    payment = newest_payment(order)
    doings.pay_later(newest_session())

    def confirm():
        doings.bank_confirms(newest_session())
        sync.sync(payment.pk, patient=True)

    interleave(lambda: sync.sync(payment.pk, patient=True), confirm, at=after("GET /v1/checkout/sessions"))
    assert where_it_ended(order, shelf) == ("paid", 2, 0)


def page_webhook_and_worker(order):
    pay()
    tell_the_shop()
    Payment.objects.update(next_check=order.created_at)
    page = lambda: Client().get(order.get_absolute_url()).status_code  # noqa: E731
    event = WebhookEvent.objects.get()
    return interleave(
        page,
        lambda: webhooks.process.func(row_id=event.pk),
        reconcile.sync_due,
        at=before('INSERT INTO "shop_stockmovement"'),
    )


def test_page_webhook_and_worker_at_the_same_moment_sell_once(order, shelf):
    assert page_webhook_and_worker(order) == [200, None, 1]
    assert where_it_ended(order, shelf) == ("paid", 2, 0)


@pytest.mark.postgres
def test_without_row_locks_they_would_try_to_sell_twice(order, no_row_locks):
    assert any(isinstance(result, Exception) for result in page_webhook_and_worker(order))


def deliver_twelve_times():
    pay()
    body = json.dumps(DemoEvent.objects.get().payload)
    headers = {"Stripe-Signature": stripe_api.sign(body, secret=webhooks.secret())}

    def deliver():
        answer = Client(raise_request_exception=False).post(
            "/payments/stripe/webhook/", body, "application/json", headers=headers
        )
        return answer.status_code

    return interleave(*[deliver] * 12, at=before('INSERT INTO "shop_webhookevent"'))


def test_twelve_deliveries_between_look_and_insert_are_one_event_with_one_job(order, shelf):
    assert deliver_twelve_times() == [200] * 12
    assert WebhookEvent.objects.count() == 1
    assert jobs.BackgroundJob.objects.filter(task_path=webhooks.process.module_path).count() == 1
    assert where_it_ended(order, shelf) == ("paid", 2, 0)


@pytest.mark.postgres
def test_looking_first_and_inserting_then_would_answer_a_delivery_with_an_error(order, monkeypatch):
    def look_then_insert(manager, *, event_id, defaults):
        found = manager.filter(event_id=event_id).first()
        return (found, False) if found else (manager.create(event_id=event_id, **defaults), True)

    monkeypatch.setattr(type(WebhookEvent.objects), "get_or_create", look_then_insert)
    assert 500 in deliver_twelve_times()


# ---- money after the release, while another buyer takes the last unit ----------------------------


@pytest.fixture
def late(shelf):
    """A cancelled order for one unit, of which one is left, and its money that comes now."""
    order = make_order((shelf, 1), status="cancelled")
    with transaction.atomic():
        reservations.adjust(variant_id=shelf.pk, delta=-2, kind="correction", reference="counted")
    pay_late(newest_payment(order).session_id)
    return order


def money_and_another_buyer(late, shelf, *, at):
    rival = Client()
    put_in_cart(rival, shelf)
    payment = newest_payment(late)
    return interleave(
        lambda: sync.sync(payment.pk, patient=True).status,
        lambda: submit_checkout(rival).status_code,
        at=at,
    )


HEARD = after("GET /v1/checkout/sessions")
LOCKED = before('UPDATE "shop_variant"')


@pytest.mark.parametrize(
    "at", [HEARD, pytest.param(LOCKED, marks=pytest.mark.postgres)], ids=["heard", "locked"]
)
def test_the_other_buyer_was_first_so_the_late_money_goes_back(late, shelf, at):
    assert money_and_another_buyer(late, shelf, at=at) == ["refund_due", 303]
    assert differences_now() == []
    jobs.run_due()
    assert newest_payment(late).refunds.get().status == "succeeded"


def test_the_late_money_was_first_so_the_other_buyer_reads_that_nothing_is_left(late, shelf):
    assert money_and_another_buyer(late, shelf, at=after('UPDATE "shop_variant"')) == ["paid", 200]
    assert where_it_ended(late, shelf) == ("paid", 0, 0)


@pytest.mark.postgres
def test_without_the_guard_in_the_statement_one_unit_would_be_sold_twice(late, shelf, monkeypatch):
    def reserve_what_was_seen(variant_id, quantity):
        seen = Variant.objects.get(pk=variant_id)
        is_enough = seen.available >= quantity
        return is_enough and bool(
            Variant.objects.filter(pk=variant_id).update(reserved=seen.reserved + quantity)
        )

    monkeypatch.setattr(reservations, "_reserve_one", reserve_what_was_seen)
    assert money_and_another_buyer(late, shelf, at=LOCKED) == ["paid", 303]

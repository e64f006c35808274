"""Comparing finds what differs and nothing else, while the shop sells."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from foundation import jobs
from shop.backoffice.models import Comparison, Difference
from shop.backoffice.reconciling import comparing
from shop.catalogue.models import Variant
from shop.orders.models import Order
from shop.payments import calling_off, refunds, stripe_api, sync
from shop.payments.demo import doings
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.backoffice.reconciling.looking import differences, later, pay_silently
from tests.shop.order_builders import make_order, pay

pytestmark = pytest.mark.django_db
DAYS = dt.timedelta(days=3)


def test_a_shop_with_orders_in_every_state_agrees():
    for status in ("pending", "paid", "cancelled", "refunded"):
        make_order(status=status)
    called_off, partly, disputed = make_order(), make_order(), make_order()
    calling_off.call_off(order_id=called_off.pk)
    refunds.request(payment=partly.payments.get(), amount_minor=700, restock=False, reason="Scratched")
    doings.open_dispute(disputed.payments.get().intent_id, 5000)
    jobs.run_due()
    assert differences() == []
    comparison = Comparison.objects.get()
    assert (comparison.sessions, comparison.refunds, comparison.disputes) == (6, 3, 1)
    assert comparison.finished_at is not None


def test_an_order_that_is_paid_while_stripe_is_listed_is_no_difference(monkeypatch):
    order = make_order(status="pending")
    list_sessions = stripe_api.list_sessions

    def list_then_pay(**since):
        listed = list_sessions(**since)
        pay(order)
        return listed

    monkeypatch.setattr(stripe_api, "list_sessions", list_then_pay)
    comparing.compare(since=timezone.now() - DAYS)
    assert (Order.objects.get().status, Difference.objects.count()) == ("paid", 0)


def test_an_order_whose_money_is_just_arriving_is_no_difference(monkeypatch):
    payment = sync.sync(make_order(status="pending").payments.get().pk, patient=True)
    pay_silently(payment)
    comparing.compare(since=timezone.now() - DAYS)
    assert Difference.objects.count() == 0


def test_a_payment_that_arrives_between_asking_stripe_and_reading_the_row_is_no_difference(monkeypatch):
    order = make_order()
    retrieve, answers = stripe_api.retrieve_session, []

    def unpaid_at_first(session_id, **options):
        session = retrieve(session_id, **options)
        answers.append(session)
        return session | ({"payment_status": "unpaid"} if len(answers) == 1 else {})

    monkeypatch.setattr(stripe_api, "list_sessions", lambda **since: [])
    monkeypatch.setattr(stripe_api, "retrieve_session", unpaid_at_first)
    comparing.compare(since=timezone.now() - DAYS)
    assert (order.status, len(answers), Difference.objects.count()) == ("paid", 2, 0)


def copy_of(session, n):
    return DemoSession(
        session_id=f"cs_{n}", token=f"t{n}", params=session.params, amount_total=session.amount_total,
        currency=session.currency, expires_at=session.expires_at, status="expired",
    )  # fmt: skip


def test_more_than_a_page_of_sessions_is_compared(stripe_requests):
    order = make_order()
    session = DemoSession.objects.get()
    DemoSession.objects.bulk_create(copy_of(session, n) for n in range(230))
    Payment.objects.update(received_minor=1)
    payment = order.payments.get()  # the oldest session, on the last page
    found = [f"Payment {payment.pk} of order {order} brought $0.01 here, but $50.00 at Stripe."]
    assert differences() == found
    assert Comparison.objects.get().sessions == 231
    lists = [path for method, path, _params in stripe_requests.requests if path == "/v1/checkout/sessions"]
    assert len(lists) >= 3


def test_when_stripe_cannot_be_asked_only_the_shops_own_books_are_compared(stripe_requests):
    payment = make_order(status="cancelled").payments.get()
    pay_silently(payment)
    assert len(differences()) == 1
    make_variant(sku="QUENA")
    Variant.objects.filter(sku="QUENA").update(on_hand=7)
    stripe_requests.server = lambda *request: ('{"error": {"message": "away"}}', 503, {})
    comparison = comparing.compare(since=timezone.now() - DAYS)
    assert comparison.error.startswith("Stripe could not be asked: APIError")
    texts = [row.text for row in Difference.objects.still_open()]
    assert len(texts) == 2
    assert texts[1] == "QUENA: on hand 7, movements add up to 5"


def test_a_difference_outside_of_the_listing_stays_open_until_it_is_gone():
    payment = make_order(status="cancelled").payments.get()
    jobs.run_due()
    pay_silently(payment)
    found = differences(days=30)
    with later(dt.timedelta(days=10)):
        assert differences() == found
        sync.sync(payment.pk, patient=True)
        jobs.run_due()
        assert differences() == []
    row = Difference.objects.get()
    assert row.gone_at is not None
    assert row.seen_at > row.found_at


@pytest.mark.django_db(transaction=True)
def test_two_comparisons_at_once_find_one_difference():
    make_variant(sku="QUENA")
    Variant.objects.update(on_hand=7)
    results = race(lambda _n: comparing.compare(since=timezone.now() - DAYS), 2)
    assert [type(result).__name__ for result in results] == ["Comparison", "Comparison"]
    assert Difference.objects.still_open().count() == 1


def test_a_difference_that_comes_back_is_a_new_one():
    make_variant(sku="QUENA")
    for on_hand in (7, 5, 7):
        Variant.objects.update(on_hand=on_hand)
        differences()
    assert [row.gone_at is None for row in Difference.objects.order_by("pk")] == [False, True]


def test_nothing_is_compared_inside_a_transaction():
    make_order()
    with pytest.raises(RuntimeError, match="No transaction"), transaction.atomic():
        comparing.compare(since=timezone.now() - DAYS)

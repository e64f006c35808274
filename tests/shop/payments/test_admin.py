"""Payments, refunds and events in the admin: to be read and found, and events processed again."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation import jobs
from shop.payments import stripe_api
from shop.payments.demo import server
from shop.payments.models import Payment, Refund, WebhookEvent
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db


def found(client, model, query=""):
    answer = client.get(f"/admin/shop/{model}/{query}")
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


MODELS = pytest.mark.parametrize("model", ["payment", "refund", "dispute", "webhookevent"])


@MODELS
def test_a_list_is_read_only_and_its_rows_open(owner_client, model):
    dispute(make_order(status="refunded"))
    row = found(owner_client, model)[0]
    change = reverse(f"admin:shop_{model}_change", args=[row.pk])
    assert owner_client.get(change).status_code == 200
    assert owner_client.post(change, {"status": "paid"}).status_code == 403
    assert owner_client.get(f"/admin/shop/{model}/add/").status_code == 403
    assert owner_client.post(reverse(f"admin:shop_{model}_delete", args=[row.pk])).status_code == 403


@MODELS
def test_a_list_costs_the_same_queries_for_many_rows(owner_client, model):
    address = f"/admin/shop/{model}/"
    dispute(make_order(status="refunded"))
    owner_client.get(address)
    assert queries_of(owner_client, address) == 4  # session, user, count, rows
    dispute(make_order(status="refunded"))
    assert queries_of(owner_client, address) == 4


def test_a_payment_is_found_by_session_intent_order_and_email(owner_client):
    payment = make_order(email="grace@customer.example").payments.get()
    make_order(status="pending")
    for term in (payment.session_id, payment.intent_id, payment.order.number, "grace@"):
        assert found(owner_client, "payment", f"?q={term}") == [payment]


def test_a_refund_is_found_by_its_id_at_stripe_and_by_order(owner_client):
    order = make_order(status="refunded")
    make_order(status="refunded")
    refund = Refund.objects.get(payment__order=order)
    for term in (refund.stripe_id, order.number, refund.payment.session_id):
        assert found(owner_client, "refund", f"?q={term}") == [refund]


def test_an_event_is_found_by_its_id_and_by_the_session_it_speaks_of(owner_client):
    session = make_order().payments.get().session_id
    make_order()
    event = WebhookEvent.objects.earliest("id")
    assert found(owner_client, "webhookevent", f"?q={event.event_id}") == [event]
    assert found(owner_client, "webhookevent", f"?q={session}") == [event]


def test_payments_to_review_are_a_filter_away(owner_client):
    make_order(status="pending")
    odd = make_order(status="pending").payments.get()
    Payment.objects.filter(pk=odd.pk).update(status="review", reason="amount: 1 instead of 5000")
    assert found(owner_client, "payment", "?queue=to_review") == [odd]


def test_disputes_to_answer_are_a_filter_away(owner_client):
    waiting, reviewed = dispute(make_order()), dispute(make_order(), status="under_review")
    assert found(owner_client, "dispute", "?queue=to_answer") == [waiting]
    assert found(owner_client, "dispute", "?status=under_review") == [reviewed]
    assert set(found(owner_client, "dispute", "?status=nonsense")) == {waiting, reviewed}


def test_a_dispute_is_told_in_plain_words_and_found_by_its_id_and_by_order(owner_client):
    row = dispute(make_order())
    dispute(make_order())
    for term in (row.stripe_id, row.payment.order.number, row.payment.intent_id):
        assert found(owner_client, "dispute", f"?q={term}") == [row]
    for address in ("/admin/shop/dispute/", f"/admin/shop/dispute/{row.pk}/change/"):
        page = owner_client.get(address).content.decode()
        assert "The buyer says that nothing arrived." in page
        assert "Waits for your answer" in page


def test_a_refund_says_what_it_is_for(owner_client):
    order = make_order(status="refunded")
    refund = Refund.objects.get()
    page = owner_client.get(f"/admin/shop/refund/{refund.pk}/change/").content.decode()
    assert f"1 × {order.lines.get().title}, shipping" in page


def test_a_payment_says_what_was_received_and_why_it_was_ended(owner_client):
    payment = make_order().payments.get()
    Payment.objects.update(closing="replaced", refusals=3, received_minor=700, received_currency="XTS")
    page = owner_client.get(f"/admin/shop/payment/{payment.pk}/change/").content.decode()
    for text in ("700 XTS", "Replaced by another attempt", ">3<"):
        assert text in page


def test_events_that_wait_too_long_are_a_filter_away(owner_client):
    for _ in range(2):
        make_order()
    fresh, old = WebhookEvent.objects.order_by("id")
    WebhookEvent.objects.filter(pk=old.pk).update(received_at=timezone.now() - dt.timedelta(minutes=11))
    assert found(owner_client, "webhookevent", "?trouble=stuck") == [old]
    assert fresh in found(owner_client, "webhookevent")


def process_again(client, *events):
    data = {"action": "process_again", "_selected_action": [event.pk for event in events]}
    return client.post("/admin/shop/webhookevent/", data, follow=True).content.decode()


def test_an_event_that_is_not_done_is_processed_again(owner_client):
    make_order()
    jobs.run_due()
    event = WebhookEvent.objects.get()
    WebhookEvent.objects.update(status="new", processed_at=None)
    assert "1 event is processed again." in process_again(owner_client, event)
    jobs.run_due()
    event.refresh_from_db()
    assert event.status == "done"


def test_an_event_that_is_done_stays_done(owner_client):
    make_order()
    jobs.run_due()
    assert "0 events are processed again." in process_again(owner_client, WebhookEvent.objects.get())
    assert jobs.run_due() == 0


def test_the_events_page_says_what_went_wrong_last(owner_client):
    make_order()
    stripe_api.use_local_server(lambda *args: ('{"error": {"message": "no"}}', 503, {}))
    jobs.run_due()
    stripe_api.use_local_server(server.answer)
    event = WebhookEvent.objects.get()
    page = owner_client.get(reverse("admin:shop_webhookevent_change", args=[event.pk])).content.decode()
    assert "shop.payments.stripe_api.Unreachable" in page
    assert event.event_id in page
    assert "checkout.session.completed" in page


def test_who_may_only_look_at_events_cannot_start_them(moderator_client, moderator):
    from django.contrib.auth.models import Permission

    moderator.user_permissions.add(Permission.objects.get(codename="view_webhookevent"))
    make_order()
    page = moderator_client.get("/admin/shop/webhookevent/").content.decode()
    assert "Process again" not in page

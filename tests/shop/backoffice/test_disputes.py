"""A payment that its bank disputes: said above everything else, with its deadline; nothing may be shipped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.orders.models import Shipment
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
LIST = "/admin/shop/order/"


def page_of(client, order):
    return client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()


def test_an_open_dispute_is_told_in_plain_words_with_its_deadline(owner_client):
    order = make_order()
    row = dispute(order)
    page = page_of(owner_client, order)
    for text in (
        "The bank disputes $50.00",
        "The buyer says that nothing arrived.",
        "Nothing may be shipped.",
        "Waits for your answer",
        "(9 days left)",
        row.stripe_id,
        "Disputed</span>",
    ):
        assert text in page
    assert "Mark shipped" not in page


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=1, minutes=1), "(1 day left)"),
        (timedelta(hours=5), "(less than a day left)"),
        (timedelta(hours=-1), "(the time to answer is over)"),
    ],
)
def test_the_time_left_is_counted_in_days(owner_client, left, words):
    order = make_order()
    dispute(order, due_by=timezone.now() + left)
    assert words in page_of(owner_client, order)


def test_a_lost_dispute_still_holds_the_parcel_and_awaits_no_answer(owner_client):
    order = make_order()
    dispute(order, status="lost")
    page = page_of(owner_client, order)
    assert "The bank took $50.00 back" in page
    assert "Nothing may be shipped." in page
    assert "days left" not in page
    assert "Mark shipped" not in page


@pytest.mark.parametrize("status", ["won", "warning_closed"])
def test_a_dispute_that_is_over_holds_nothing(owner_client, status):
    order = make_order()
    row = dispute(order, status=status, closed_at=timezone.now())
    page = page_of(owner_client, order)
    assert "Nothing may be shipped." not in page
    assert "Mark shipped" in page
    assert row.stripe_id in page


def test_a_word_of_stripes_that_nobody_knows_is_shown_as_it_is(owner_client):
    order = make_order()
    dispute(order, reason="new_kind_of_reason", due_by=None)
    page = page_of(owner_client, order)
    assert "New kind of reason" in page
    assert "Answer until</dt>" not in page


def test_a_disputed_order_is_not_shipped(owner_client):
    order = make_order()
    dispute(order)
    answer = owner_client.post(f"/admin/shop/order/{order.pk}/ship/", {"carrier": "DHL"}, follow=True)
    assert "disputes" in answer.content.decode()
    assert Shipment.objects.count() == 0


def numbers(client, query=""):
    return [order.number for order in client.get(LIST + query).context["cl"].result_list]


def test_the_list_shows_and_finds_disputed_orders_and_does_not_send_them_to_be_shipped(owner_client):
    order, other = make_order(), make_order()
    dispute(order)
    dispute(other, status="won")
    assert numbers(owner_client, "?queue=disputed") == [order.number]
    assert numbers(owner_client, "?queue=to_ship") == [other.number]
    page = owner_client.get(LIST).content.decode()
    assert page.count('data-state="disputed"') == 1
    assert page.count("Do not ship</span>") == 1

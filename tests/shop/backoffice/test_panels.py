"""The order desk's panels on the admin's first page."""

import datetime as dt

import pytest

from shop.payments.models import Payment, Refund
from tests.shop.backoffice.disputing import dispute
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


def panels(client):
    page = client.get("/admin/").content.decode()
    return {
        name: f'"><b>{count}</b> {name}' in page
        for count, name in ((2, "orders to ship"), (1, "payment to review"))
    }


def test_the_owner_sees_how_many_orders_are_to_ship_and_payments_to_review(owner_client):
    make_order()
    make_order()
    Payment.objects.filter(order=make_order(status="pending")).update(status="review")
    assert panels(owner_client) == {"orders to ship": True, "payment to review": True}


def test_a_panel_leads_to_its_list(owner_client):
    make_order()
    page = owner_client.get("/admin/").content.decode()
    assert "/admin/shop/order/?queue=to_ship" in page
    assert "/admin/shop/payment/?queue=to_review" in page


def test_a_moderator_sees_none_of_them(moderator_client):
    dispute(make_order())
    page = moderator_client.get("/admin/").content.decode()
    for words in ("to ship", "to review", "to answer"):
        assert words not in page


def test_money_due_back_is_to_review_until_it_went_back(owner_client):
    order = make_order(status="pending")
    payment = order.payments.get()
    Payment.objects.update(status="refund_due")
    refund = Refund.objects.create(order=payment.order, payment=payment, amount_minor=5000)
    assert panels(owner_client)["payment to review"]
    Refund.objects.filter(pk=refund.pk).update(status="succeeded")
    assert not panels(owner_client)["payment to review"]


def test_the_owner_sees_until_when_the_first_dispute_can_be_answered(owner_client):
    order = make_order()
    dispute(order, due_by=dt.datetime(2027, 3, 9, 12, tzinfo=dt.UTC))
    dispute(order, due_by=dt.datetime(2027, 3, 5, 12, tzinfo=dt.UTC))
    dispute(order, due_by=dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC), status="under_review")
    page = owner_client.get("/admin/").content.decode()
    assert "<b>2</b> disputes to answer, the first by 5 March" in page


def test_the_disputes_panel_leads_to_the_list_by_deadline(owner_client):
    order = make_order()
    days = [9, 5, 7]
    rows = [dispute(order, due_by=dt.datetime(2027, 3, day, 12, tzinfo=dt.UTC)) for day in days]
    dispute(order, status="won")
    address = "/admin/shop/dispute/?queue=to_answer&o=4"
    assert address.replace("&", "&amp;") in owner_client.get("/admin/").content.decode()
    listed = owner_client.get(address).context["cl"].result_list
    assert list(listed) == [rows[1], rows[2], rows[0]]

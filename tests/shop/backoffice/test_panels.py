"""The order desk's panels on the admin's first page."""

import pytest

from shop.payments.models import Payment, Refund
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_moderator_sees_neither(moderator_client):
    make_order()
    page = moderator_client.get("/admin/").content.decode()
    assert "to ship" not in page
    assert "to review" not in page


def test_money_due_back_is_to_review_until_it_went_back(owner_client):
    order = make_order(status="pending")
    payment = order.payments.get()
    Payment.objects.update(status="refund_due")
    refund = Refund.objects.create(payment=payment, amount_minor=5000)
    assert panels(owner_client)["payment to review"]
    Refund.objects.filter(pk=refund.pk).update(status="succeeded")
    assert not panels(owner_client)["payment to review"]

"""Mark shipped: once, with a carrier, of an order that is paid and keeps its money."""

import pytest

from foundation.models import OutboxMail
from shop.orders.models import Order, Shipment
from shop.payments import refunds
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
PARCEL = {"carrier": "DHL", "tracking_number": "JD01"}


def ship(client, order, follow=True, **data):
    return client.post(f"/admin/shop/order/{order.pk}/ship/", data or PARCEL, follow=follow)


def shipped_mails():
    return OutboxMail.objects.filter(message="order_shipped")


def test_the_parcel_is_noted_and_the_buyer_gets_a_mail(owner_client, owner):
    order = make_order()
    answer = ship(owner_client, order)
    assert "is shipped" in answer.content.decode()
    shipment = Shipment.objects.get()
    assert (shipment.carrier, shipment.tracking_number, shipment.staff) == ("DHL", "JD01", owner)
    order.refresh_from_db()
    assert order.fulfilment == "shipped"
    mail = shipped_mails().get()
    assert mail.recipient == order.email
    assert "JD01" in mail.text


def test_a_tracking_number_is_optional(owner_client):
    ship(owner_client, make_order(), carrier="By hand")
    assert Shipment.objects.get().tracking_number == ""


def test_a_doubled_submit_ships_once(owner_client):
    order = make_order()
    ship(owner_client, order)
    second = ship(owner_client, order)
    assert second.status_code == 200
    assert "has been shipped already" in second.content.decode()
    assert (Shipment.objects.count(), shipped_mails().count()) == (1, 1)


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded"])
def test_only_a_paid_order_is_shipped(owner_client, status):
    answer = ship(owner_client, make_order(status=status))
    assert answer.status_code == 200
    assert "Only a paid order can be shipped" in answer.content.decode()
    assert Shipment.objects.count() == 0


def test_an_order_whose_money_is_going_back_is_not_shipped(owner_client):
    order = make_order()
    refunds.refund_everything(order_id=order.pk, restock=False)
    assert "refund of this order is on its way" in ship(owner_client, order).content.decode()
    assert Shipment.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"carrier": "", "tracking_number": "JD01"}, "carrier"),
        ({"carrier": "D" * 61, "tracking_number": "JD01"}, "carrier"),
        ({"carrier": "DHL\x00", "tracking_number": "JD01"}, "carrier"),
        ({"carrier": "DHL", "tracking_number": "9" * 81}, "tracking_number"),
    ],
)
def test_a_mistake_is_named_next_to_its_field_and_input_is_kept(owner_client, data, field):
    answer = ship(owner_client, make_order(), follow=False, **data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="ship_{field}_error"' in page
    assert all(value.replace("\x00", "") in page for value in data.values())
    assert Shipment.objects.count() == 0


def test_looking_at_the_buttons_address_ships_nothing(owner_client):
    order = make_order()
    answer = owner_client.get(f"/admin/shop/order/{order.pk}/ship/")
    assert answer["Location"] == f"/admin/shop/order/{order.pk}/change/"
    assert Order.objects.get().fulfilment == "unfulfilled"

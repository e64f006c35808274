"""The staff notes on which day a parcel arrived, which begins the period of withdrawal."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import timezone

from shop.orders.models import Shipment
from tests.builders import make_variant
from tests.shop.order_builders import make_order
from tests.shop.withdrawals.withdrawing import ship

pytestmark = pytest.mark.django_db


def shipped_on(day, *counts):
    with time_machine.travel(f"{day}T12:00Z", tick=False):
        order = make_order((make_variant(), 2))
        ship(order, *counts)
    return order


def note(client, order, day, number=0):
    pk = order.shipments.order_by("pk")[number].pk
    return client.post(f"/admin/shop/order/{order.pk}/delivery/", {f"delivered_{pk}": day}, follow=True)


def test_the_staff_notes_the_day_of_delivery_and_takes_it_back(owner_client):
    order = shipped_on("2026-11-03")
    with time_machine.travel("2026-11-09T12:00Z", tick=False):
        note(owner_client, order, "2026-11-05")
        order.refresh_from_db()
        assert (order.fulfilment, Shipment.objects.get().delivered_on) == ("delivered", dt.date(2026, 11, 5))
        note(owner_client, order, "")
    order.refresh_from_db()
    assert (order.fulfilment, Shipment.objects.get().delivered_on) == ("shipped", None)


def test_an_order_is_delivered_when_all_its_parcels_are(owner_client):
    order = shipped_on("2026-11-03", 1)
    note(owner_client, order, "2026-11-03")
    order.refresh_from_db()
    assert order.fulfilment == "partial"
    ship(order)
    order.refresh_from_db()
    assert order.fulfilment == "shipped"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-02", "It left on 3 November 2026"), ("2026-11-10", "Enter today or a day before"),
        ("soon", "Enter a day such as"), ("2026-02-30", "Enter a day such as"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_named_at_its_field(owner_client, day, said):
    order = shipped_on("2026-11-03")
    with time_machine.travel("2026-11-09T12:00Z", tick=False):
        page = note(owner_client, order, day).content.decode()
    assert said in page
    assert f'value="{day}"' in page
    assert Shipment.objects.get().delivered_on is None


def test_a_day_that_a_colleague_noted_meanwhile_is_not_taken_back(owner_client, colleague):
    order = shipped_on(f"{timezone.localdate():%Y-%m-%d}")
    shipment = order.shipments.get()
    page = owner_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    opened = re.search(r'/delivery/".*?name="_opened" value="([^"]+)"', page, re.DOTALL)[1]
    today = f"{timezone.localdate():%Y-%m-%d}"
    note(colleague, order, today)
    sent = {f"delivered_{shipment.pk}": "", "_opened": opened}
    page = owner_client.post(f"/admin/shop/order/{order.pk}/delivery/", sent).content.decode()
    shipment.refresh_from_db()
    assert f"{shipment.delivered_on}" == today
    assert "amara saved this at" in page
    assert f"is now “{today}”" in page

"""Who may see orders and money: the owner; a moderator gets 403, a stranger the sign-in page."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from config import staff
from shop.orders.models import Order, Shipment
from shop.payments.models import Refund
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db
LISTS = ["order", "payment", "refund", "dispute", "webhookevent"]


@pytest.fixture
def real_moderator_client():
    """Open a browser for a member of the real group."""
    staff.ensure_groups()
    user = User.objects.create_user("mo", is_staff=True)
    user.groups.add(staff.Group.objects.get(name=staff.MODERATOR))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def addresses():
    order = make_order()
    payment = order.payments.get()
    return [
        *(f"/admin/shop/{name}/" for name in LISTS),
        *(f"/admin/shop/order/{order.pk}/{verb}/" for verb in ("change", "ship", "refund", "cancel")),
        *(f"/admin/shop/payment/{payment.pk}/{verb}/" for verb in ("change", "accept", "send-back")),
    ]


def test_the_owner_sees_all_of_it(owner_client, addresses):
    assert {owner_client.get(address, follow=True).status_code for address in addresses} == {200}


@pytest.mark.parametrize("who", ["moderator_client", "real_moderator_client"])
def test_a_moderator_is_refused(request, who, addresses):
    client = request.getfixturevalue(who)
    assert {client.get(address).status_code for address in addresses} == {403}


def test_a_moderators_press_changes_nothing(moderator_client):
    order = make_order()
    shown = {"shown_minor": 5000, "left_minor": 5000}
    presses = {"ship": {"carrier": "DHL"}, "refund": {"what": "everything", "restock": "no"}, "cancel": {}}
    for verb, data in presses.items():
        assert moderator_client.post(f"/admin/shop/order/{order.pk}/{verb}/", data | shown).status_code == 403
    for verb in ("accept", "send-back"):
        address = f"/admin/shop/payment/{order.payments.get().pk}/{verb}/"
        assert moderator_client.post(address).status_code == 403
    assert (Shipment.objects.count(), Refund.objects.count()) == (0, 0)
    assert Order.objects.get().status == "paid"


def test_a_stranger_is_sent_to_the_sign_in(stranger, addresses):
    for address in addresses:
        assert stranger.get(address)["Location"] == f"/admin/login/?next={address}"
        assert stranger.post(address)["Location"].startswith("/admin/login/")
    order = Order.objects.get()
    assert (order.status, order.fulfilment, Refund.objects.count()) == ("paid", "unfulfilled", 0)


def test_looking_changes_nothing(owner_client, addresses):
    for address in addresses:
        owner_client.get(address, {"shown_minor": 5000, "left_minor": 5000, "what": "everything"})
    order = Order.objects.get()
    assert (order.status, order.fulfilment, Refund.objects.count()) == ("paid", "unfulfilled", 0)


def test_who_may_only_look_gets_no_buttons(moderator_client, moderator):
    order = make_order()
    moderator.user_permissions.add(Permission.objects.get(codename="view_order"))
    page = moderator_client.get(f"/admin/shop/order/{order.pk}/change/").content.decode()
    assert "What was ordered" in page
    for button in ("Mark shipped", "What goes back", "Cancel the order"):
        assert button not in page
    assert moderator_client.post(f"/admin/shop/order/{order.pk}/ship/", {"carrier": "DHL"}).status_code == 403


def test_a_press_without_the_forms_token_is_refused(owner):
    order = make_order()
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post(f"/admin/shop/order/{order.pk}/ship/", {"carrier": "DHL"}).status_code == 403
    assert Shipment.objects.count() == 0

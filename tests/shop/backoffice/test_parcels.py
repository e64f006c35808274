"""Parcels at the order desk: units of lines, a carrier, and a button that acts on what its page showed."""

import pytest

from foundation import jobs
from foundation.models import OutboxMail
from shop.backoffice import desk, queues
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order, Shipment
from shop.payments import refunds
from shop.payments.models import Refund
from shop.shipping.models import Carrier
from tests.builders import make_product, make_variant
from tests.pages import forms_to, submitted
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    """A paid order of three flutes and one drum."""
    flutes = make_variant(make_product(title="Flute"), on_hand=3)
    return make_order((flutes, 3), (make_variant(make_product(title="Drum")), 1))


@pytest.fixture
def names(order):
    """The names of the fields of both lines."""
    return [f"units_{line.pk}" for line in order.lines.all()]


def file_of(order):
    return f"/admin/shop/order/{order.pk}/change/"


def form_of(client, order):
    """Return what a browser would send of the page's form, untouched."""
    [controls] = forms_to(client.get(file_of(order)), f"/admin/shop/order/{order.pk}/ship/")
    return submitted(controls)


def ship(client, order, sent, **changed):
    sent = sent | {"carrier": "DHL", "tracking_number": "JD01"} | changed
    return client.post(f"/admin/shop/order/{order.pk}/ship/", sent, follow=True)


def refund_units(order, units):
    refunds.refund(
        order_id=order.pk, units=units, includes_shipping=False, amount_minor=100, shown_minor=0,
        restock=False, reason="", staff=None,
    )  # fmt: skip


def to_ship():
    return queues.to_ship(Order.objects.all()).count()


def test_all_that_is_left_is_proposed_and_leaves(owner_client, order, names):
    sent = form_of(owner_client, order)
    assert {name: sent[name] for name in names} == {names[0]: "3", names[1]: "1"}
    assert "is shipped" in ship(owner_client, order, sent).content.decode()
    assert [line.quantity for line in Shipment.objects.get().lines.all()] == [3, 1]
    assert to_ship() == 0


def test_a_part_leaves_and_the_order_stays_in_the_queue(owner_client, order, names):
    page = ship(owner_client, order, form_of(owner_client, order), **{names[0]: "2", names[1]: ""})
    assert "A part of order" in page.content.decode()
    assert "2 shipped · 1 to ship" in page.content.decode()
    assert "2 × Flute" in page.content.decode()
    assert to_ship() == 1
    assert owner_client.get("/admin/shop/order/?queue=to_ship").context["to_ship_count"] == 1
    sent = form_of(owner_client, order)
    assert {name: sent[name] for name in names} == {names[0]: "1", names[1]: "1"}
    ship(owner_client, order, sent)
    order.refresh_from_db()
    assert (order.fulfilment, to_ship()) == ("shipped", 0)
    messages = OutboxMail.objects.filter(message__contains="shipped").order_by("pk")
    assert [mail.message for mail in messages] == ["order_partly_shipped", "order_shipped"]


def test_a_second_press_of_a_part_ships_once(owner_client, order, names):
    sent = form_of(owner_client, order) | {names[0]: "1", names[1]: "0"}
    ship(owner_client, order, sent)
    page = ship(owner_client, order, sent)
    assert "Meanwhile 3 units are left to ship." in page.content.decode()
    assert Shipment.objects.count() == 1


def test_a_second_press_of_all_is_told_that_it_left(owner_client, order):
    sent = form_of(owner_client, order)
    ship(owner_client, order, sent)
    assert "has been shipped already" in ship(owner_client, order, sent).content.decode()
    assert Shipment.objects.count() == 1


@pytest.mark.parametrize("count", ["4", "-1", "1.5", "two", "٣", "9" * 30])
def test_wrong_units_are_refused_next_to_their_field_and_input_is_kept(owner_client, order, names, count):
    page = ship(owner_client, order, form_of(owner_client, order), **{names[0]: count, "carrier": "Bicycle"})
    assert page.status_code == 200
    assert f'id="ship_{names[0]}_error"' in page.content.decode()
    assert f'value="{count}"' in page.content.decode()
    assert 'value="Bicycle"' in page.content.decode()
    assert Shipment.objects.count() == 0


def test_an_empty_parcel_is_refused(owner_client, order, names):
    page = ship(owner_client, order, form_of(owner_client, order), **{names[0]: "0", names[1]: " "})
    assert "Choose at least one unit for the parcel." in page.content.decode()
    assert Shipment.objects.count() == 0


@pytest.mark.parametrize("shown", ["", "x", "99", "9" * 30])
def test_units_without_the_number_that_was_shown_ship_nothing(owner_client, order, names, shown):
    page = ship(owner_client, order, form_of(owner_client, order), shown_left=shown)
    assert page.status_code == 200
    assert Shipment.objects.count() == 0


def test_units_of_another_order_ship_nothing(owner_client, order):
    other = make_order()
    sent = form_of(owner_client, order) | {f"units_{other.lines.get().pk}": "1"}
    ship(owner_client, order, sent)
    assert [line.order_line.order_id for line in Shipment.objects.get().lines.all()] == [order.pk] * 2


def test_carriers_are_offered_and_give_a_link(owner_client, order):
    Carrier.objects.create(name="DHL", tracking_url="https://dhl.example/{number}")
    page = owner_client.get(file_of(order)).content.decode()
    assert '<option value="DHL">' in page
    page = ship(owner_client, order, form_of(owner_client, order)).content.decode()
    assert 'href="https://dhl.example/JD01"' in page
    buyers = owner_client.get(order.get_absolute_url()).content.decode()
    assert 'href="https://dhl.example/JD01"' in buyers
    assert "3 × Flute" in buyers


def test_the_buyer_sees_what_left_and_what_is_still_to_come(owner_client, order, names):
    ship(owner_client, order, form_of(owner_client, order), **{names[0]: "2", names[1]: "0"})
    refund_units(order, {order.lines.last().pk: 1})
    page = owner_client.get(order.get_absolute_url()).content.decode()
    parcels, _, rest = page.partition("Parcels</h2>")[2].partition("Still to come")
    assert "DHL JD01" in parcels
    assert "2 × Flute" in parcels
    assert "1 × Flute" in rest.partition("</section>")[0]
    assert "Drum" not in rest.partition("</section>")[0]
    assert "A part of your order is on its way" in page
    assert "Cancel this order" not in page


def test_units_that_went_back_are_not_proposed_and_cannot_leave(owner_client, order, names):
    flutes = order.lines.first()
    refund_units(order, {flutes.pk: 2})
    jobs.run_due()
    sent = form_of(owner_client, order)
    assert (sent[names[0]], sent["shown_left"]) == ("1", "2")
    with pytest.raises(IllegalTransition, match="Only this is left"):
        desk.ship(
            order_id=order.pk,
            carrier="DHL",
            tracking_number="",
            units={flutes.pk: 2},
            shown_left=2,
            staff=None,
        )


def test_the_rest_that_went_back_makes_the_order_shipped(owner_client, order, names):
    ship(owner_client, order, form_of(owner_client, order), **{names[1]: "0"})
    refund_units(order, {order.lines.last().pk: 1})
    assert to_ship() == 0
    jobs.run_due()
    order.refresh_from_db()
    assert (order.fulfilment, to_ship()) == ("shipped", 0)
    refund = Refund.objects.get()
    refunds.book(refund.pk, {"id": refund.stripe_id, "status": "failed", "failure_reason": "closed"})
    order.refresh_from_db()
    assert (order.fulfilment, to_ship()) == ("partial", 1)


def test_an_order_whose_units_all_went_back_waits_for_nobody(owner_client, order):
    refund_units(order, {line.pk: line.quantity for line in order.lines.all()})
    jobs.run_due()
    assert to_ship() == 0
    assert "Mark shipped" not in owner_client.get(file_of(order)).content.decode()


def test_what_is_picked_up_has_no_carrier(owner_client, order):
    Order.objects.update(is_pickup=True)
    sent = form_of(owner_client, order)
    assert "carrier" not in sent
    answer = owner_client.post(f"/admin/shop/order/{order.pk}/ship/", sent, follow=True)
    assert "is ready; the buyer gets a mail" in answer.content.decode()
    assert Shipment.objects.get().carrier == "Pick-up"
    assert "Your order is ready" in owner_client.get(order.get_absolute_url()).content.decode()

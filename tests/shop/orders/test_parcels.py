"""Parcels: units of lines leave, never more than there are, and the order knows what is left."""

import pytest

from foundation.mail import OutboxMail
from shop.orders import lifecycle, parcels
from shop.shipping.models import Carrier
from tests.builders import make_product, make_variant
from tests.shop.order_builders import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]
DHL = {"carrier": "DHL", "tracking_number": "JD 01"}


@pytest.fixture
def order():
    """A paid order of three flutes and one drum."""
    flutes = make_variant(make_product(title="Flute"), on_hand=3)
    drum = make_variant(make_product(title="Drum"), on_hand=1)
    paid = place((flutes, 3), (drum, 1))
    lifecycle.mark_paid(paid)
    return paid


@pytest.fixture
def flutes(order):
    return order.lines.all()[0].pk


@pytest.fixture
def drum(order):
    return order.lines.all()[1].pk


def mails():
    return list(OutboxMail.objects.filter(message__contains="shipped").order_by("pk"))


def test_without_units_all_that_is_left_leaves(order, flutes, drum):
    lifecycle.ship(order, **DHL)
    assert order.fulfilment == "shipped"
    assert parcels.units_shipped(order) == {flutes: 3, drum: 1}
    assert [mail.message for mail in mails()] == ["order_shipped"]


def test_a_part_leaves_and_the_rest_follows(order, flutes, drum):
    lifecycle.ship(order, **DHL, units={flutes: 2, drum: 0})
    assert (order.fulfilment, parcels.units_left(order)) == ("partial", {flutes: 1, drum: 1})
    lifecycle.ship(order, carrier="UPS", tracking_number="2", units={drum: 1})
    assert order.fulfilment == "partial"
    lifecycle.ship(order, carrier="UPS", tracking_number="3")
    assert (order.fulfilment, parcels.units_left(order)) == ("shipped", {})
    assert [list(parcel.lines) for parcel in parcels.of_order(order)] == [
        [f"2 × {order.lines.all()[0].title}"], [f"1 × {order.lines.all()[1].title}"],
        [f"1 × {order.lines.all()[0].title}"],
    ]  # fmt: skip
    with pytest.raises(lifecycle.IllegalTransition, match="shipped already"):
        lifecycle.ship(order, **DHL)


@pytest.mark.parametrize("units", [{}, {0: 0}])
def test_an_empty_parcel_is_refused(order, units):
    with pytest.raises(lifecycle.IllegalTransition, match="at least one"):
        lifecycle.ship(order, **DHL, units=units)


def test_more_than_is_left_is_refused(order, flutes, drum):
    lifecycle.ship(order, **DHL, units={flutes: 2})
    for units in ({flutes: 2}, {flutes: -1}, {drum: 2}, {flutes + drum + 1000: 1}):
        with pytest.raises(lifecycle.IllegalTransition):
            lifecycle.ship(order, **DHL, units=units)
    assert parcels.units_shipped(order) == {flutes: 2}
    assert len(mails()) == 1


def test_units_that_were_paid_back_cannot_leave(order, flutes, drum):
    kept = {flutes: 1, drum: 1}
    with pytest.raises(lifecycle.IllegalTransition, match="Only this is left to ship"):
        lifecycle.ship(order, **DHL, units={flutes: 2}, open_units=kept)
    lifecycle.ship(order, **DHL, open_units=kept)
    assert (order.fulfilment, parcels.units_shipped(order)) == ("shipped", kept)


def test_an_order_all_of_whose_units_were_paid_back_has_nothing_to_ship(order):
    with pytest.raises(lifecycle.IllegalTransition, match="Nothing of this order"):
        lifecycle.ship(order, **DHL, open_units={})


def test_a_refund_of_the_rest_makes_a_partly_shipped_order_shipped_and_its_failure_does_not(
    order, flutes, drum
):
    lifecycle.ship(order, **DHL, units={flutes: 3})
    lifecycle.recount_parcels(order, open_units={flutes: 3, drum: 0})
    assert order.fulfilment == "shipped"
    lifecycle.recount_parcels(order, open_units={flutes: 3, drum: 1})
    assert order.fulfilment == "partial"


def test_a_refund_before_the_first_parcel_leaves_the_order_to_be_shipped(order, flutes, drum):
    lifecycle.recount_parcels(order, open_units={flutes: 0, drum: 0})
    assert order.fulfilment == "unfulfilled"


def test_an_order_of_which_a_part_left_is_not_called_off(order, flutes):
    lifecycle.ship(order, **DHL, units={flutes: 1})
    with pytest.raises(lifecycle.IllegalTransition, match="left already"):
        lifecycle.call_off(order, reason="Called off")


def test_the_tracking_address_is_kept_as_it_was_when_the_parcel_left(order, flutes):
    carrier = Carrier.objects.create(name="DHL", tracking_url="https://dhl.example/?id={number}")
    shipment = lifecycle.ship(order, carrier="dhl", tracking_number="JD 01", units={flutes: 1})
    carrier.delete()
    shipment.refresh_from_db()
    assert shipment.tracking_url == "https://dhl.example/?id=JD%2001"
    assert lifecycle.ship(order, carrier="dhl", tracking_number="2").tracking_url == ""


def test_the_mails_say_what_is_in_the_parcel_what_follows_and_where_to_look(order, flutes, drum):
    Carrier.objects.create(name="DHL", tracking_url="https://dhl.example/?id={number}")
    flute, small_drum = order.lines.all()
    lifecycle.ship(order, **DHL, units={flutes: 2})
    lifecycle.ship(order, carrier="By hand", tracking_number="")
    first, second = mails()
    assert (first.message, second.message) == ("order_partly_shipped", "order_shipped")
    in_it, follows = first.text.split("Still to come")
    assert f"- 2 × {flute.title}\n" in in_it
    assert small_drum.title not in in_it
    assert f"- 1 × {flute.title}\n- 1 × {small_drum.title}\n" in follows
    for body in (first.text, first.html):
        assert "https://dhl.example/?id=JD%2001" in body
        assert "JD 01" in body
    assert f"- 1 × {flute.title}\n- 1 × {small_drum.title}\n" in second.text
    assert "Still to come" not in second.text + second.html
    assert "dhl.example" not in second.text


def test_what_is_picked_up_is_ready_and_not_on_its_way(order):
    order.is_pickup = True
    lifecycle.ship(order, carrier="Pick-up", tracking_number="")
    [mail] = mails()
    assert mail.subject.endswith("is ready to be picked up")
    for body in (mail.text, mail.html):
        assert "you can pick it up now" in body
        assert "left our workshop" not in body
    assert order.events.last().text == "Ready to be picked up"

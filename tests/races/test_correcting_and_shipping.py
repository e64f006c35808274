"""An order is corrected and shipped at the same instant: no parcel leaves with an address changed unseen."""

import pytest
from django.contrib.auth.models import User

from foundation.models import OutboxMail
from shop.backoffice import corrections, desk
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Shipment
from tests.builders import make_variant
from tests.races.pausing import before, interleave
from tests.races.racing import race
from tests.shop.order_builders import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quiet_stripe")]
OLD, NEW = "Lindenstraße 1", "Lindenstraße 11"


@pytest.fixture
def order():
    return make_order((make_variant(on_hand=2), 1))


@pytest.fixture
def doings(order):
    """Return what two members of the staff do who have both opened the order's page."""
    staff = User.objects.create_superuser("amara", "", "a-password")
    whole, address = corrections.shown(order), corrections.shown(order, corrections.BEFORE_IT_SHIPS)
    wanted = corrections.values_of(order) | {"line1": NEW}

    def correct():
        return corrections.correct(order_id=order.pk, wanted=wanted, shown=whole, staff=staff)

    def ship():
        return desk.ship(order_id=order.pk, carrier="DHL", tracking_number="1", shown=address, staff=staff)

    return correct, ship


def outcome(order, corrected, shipped):
    """Check that exactly one of the two took place; return which."""
    order.refresh_from_db()
    if isinstance(shipped, Shipment):
        assert isinstance(corrected, IllegalTransition), corrected
        assert (order.line1, order.fulfilment) == (OLD, "shipped")
        return "shipped"
    assert corrected == ["line1"], corrected
    assert isinstance(shipped, IllegalTransition), shipped
    assert f"is now “{NEW}”" in str(shipped)
    assert (order.line1, order.fulfilment) == (NEW, "unfulfilled")
    assert not OutboxMail.objects.filter(message="order_shipped").exists()
    return "corrected"


def test_a_correction_that_comes_first_stops_the_parcel(order, doings):
    correct, ship = doings
    corrected, shipped = interleave(correct, ship, at=before('UPDATE "shop_order"'))
    assert outcome(order, corrected, shipped) == "corrected"


def test_a_parcel_that_comes_first_keeps_the_address_it_left_for(order, doings):
    correct, ship = doings
    shipped, corrected = interleave(ship, correct, at=before('INSERT INTO "shop_shipment"'))
    assert outcome(order, corrected, shipped) == "shipped"


def test_at_the_same_instant_exactly_one_of_them_takes_place(order, doings):
    correct, ship = doings
    corrected, shipped = race(lambda n: (correct, ship)[n](), 2)
    outcome(order, corrected, shipped)


@pytest.mark.usefixtures("no_row_locks")
@pytest.mark.postgres
def test_without_the_lock_a_parcel_would_leave_with_an_address_that_changed(order, doings):
    correct, ship = doings
    interleave(ship, correct, at=before('INSERT INTO "shop_shipment"'))
    order.refresh_from_db()
    assert (order.line1, order.fulfilment) == (NEW, "shipped")

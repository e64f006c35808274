"""Two members of the staff ship units of one order at the same moment: none leaves twice."""

import time

import pytest

from foundation.models import OutboxMail
from shop.backoffice import desk, queues
from shop.orders import parcels
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Shipment
from tests.builders import make_variant
from tests.races.racing import race
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 6


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch):
    """Pause between reading and writing, so that without the lock everybody would act."""
    read = queues.is_refund_under_way

    def slow(order):
        answer = read(order)
        time.sleep(0.05)
        return answer

    monkeypatch.setattr(queues, "is_refund_under_way", slow)


@pytest.fixture
def order():
    """A paid order of four units."""
    return make_order((make_variant(on_hand=4), 4))


def ship(order, *, units, shown_left=4):
    return desk.ship(
        order_id=order.pk, carrier="DHL", tracking_number="1", units={order.lines.get().pk: units},
        shown_left=shown_left, staff=None,
    )  # fmt: skip


def test_six_presses_for_a_part_ship_it_once(order):
    results = race(lambda _n: ship(order, units=2), PRESSES)
    assert sum(isinstance(result, Shipment) for result in results) == 1
    assert {type(result) for result in results} == {Shipment, IllegalTransition}
    assert parcels.units_shipped(order) == {order.lines.get().pk: 2}
    assert OutboxMail.objects.filter(message="order_partly_shipped").count() == 1


def test_a_part_and_the_whole_at_once_never_come_to_more_than_there_is(order):
    results = race(lambda n: ship(order, units=1 + 3 * (n % 2)), PRESSES)
    assert sum(isinstance(result, Shipment) for result in results) == 1
    assert parcels.units_shipped(order)[order.lines.get().pk] in {1, 4}


@pytest.mark.usefixtures("no_row_locks")
@pytest.mark.postgres
def test_without_the_lock_the_same_presses_ship_too_much(order):
    race(lambda _n: ship(order, units=2), PRESSES)
    assert parcels.units_shipped(order)[order.lines.get().pk] > 2

"""Two members of the staff press at the same moment: the order's lock lets one of them act."""

import time
from dataclasses import replace

import pytest

from foundation.models import OutboxMail
from shop.backoffice import desk, queues
from shop.orders.models import Shipment
from shop.payments.models import Refund
from shop.stock.models import StockMovement
from tests.races.racing import race
from tests.shop.order_builders import make_order

pytestmark = pytest.mark.django_db(transaction=True)
PRESSES = 6


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch):
    """Pause between reading and writing, so that without the lock everybody would act."""
    read = queues.is_refund_under_way, queues.refundable_minor

    def slowly(function):
        def slow(order):
            answer = function(order)
            time.sleep(0.05)
            return answer

        return slow

    monkeypatch.setattr(queues, "is_refund_under_way", slowly(read[0]))
    monkeypatch.setattr(queues, "refundable_minor", slowly(read[1]))


def ship(order):
    return desk.ship(order_id=order.pk, carrier="DHL", tracking_number="JD01", staff=None)


EVERYTHING = desk.Wish(
    is_everything=True, units={}, includes_shipping=True, amount_minor=None, restock=True, reason=""
)


def refund(order, wish=EVERYTHING, shown_minor=5000):
    return desk.refund(order_id=order.pk, wish=wish, shown_minor=shown_minor, left_minor=5000, staff=None)


def call_off(order):
    return desk.call_off(order_id=order.pk, shown_minor=5000, staff=None)


def test_six_presses_at_once_ship_once():
    order = make_order()
    results = race(lambda _n: ship(order), PRESSES)
    assert sum(isinstance(result, Shipment) for result in results) == 1
    assert {type(r).__name__ for r in results} == {"Shipment", "IllegalTransition"}
    assert (Shipment.objects.count(), OutboxMail.objects.filter(message="order_shipped").count()) == (1, 1)


def test_six_presses_at_once_refund_once():
    order = make_order()
    results = race(lambda _n: refund(order), PRESSES)
    assert {type(r).__name__ for r in results} == {"list", "RefundRefused"}
    assert Refund.objects.count() == 1


def test_six_presses_at_once_refund_an_amount_once():
    order = make_order()
    wish = replace(EVERYTHING, is_everything=False, includes_shipping=False, amount_minor=500, restock=False)
    results = race(lambda _n: refund(order, wish, 500), PRESSES)
    assert {type(r).__name__ for r in results} == {"list", "RefundRefused"}
    assert Refund.objects.get().amount_minor == 500


def test_six_presses_at_once_call_off_once():
    order = make_order()
    results = race(lambda _n: call_off(order), PRESSES)
    assert {type(r).__name__ for r in results} == {"Order", "IllegalTransition"}
    assert Refund.objects.count() == 1
    assert StockMovement.objects.filter(kind="returned").count() == 1
    assert OutboxMail.objects.filter(message="order_cancelled").count() == 1


def test_an_order_is_called_off_or_refunded_but_never_both():
    order = make_order()
    race(lambda n: call_off(order) if n % 2 else refund(order), PRESSES)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 5000


def test_a_parcel_never_leaves_after_its_refund_was_asked_for():
    order = make_order()
    race(lambda n: ship(order) if n % 2 else refund(order), PRESSES)
    events = list(order.events.values_list("text", flat=True))
    assert Refund.objects.count() == 1
    if "Shipped with DHL JD01" in events:
        assert events.index("Shipped with DHL JD01") < events.index("Refund of everything asked for")

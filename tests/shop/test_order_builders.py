"""The builders of orders: each status is what the shop itself calls it, and the books agree."""

import pytest

from shop.orders.holds import reserved_differences
from shop.stock.ledger import on_hand_differences
from tests.shop.order_builders import make_order


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["pending", "paid", "cancelled", "refunded"])
def test_an_order_is_made_in_the_wanted_status(status):
    assert make_order(status=status).public_status == status
    assert on_hand_differences() + reserved_differences() == []


@pytest.mark.django_db
def test_a_pending_order_needs_no_stripe():
    order = make_order(status="pending", country="US", name="Grace")
    assert (str(order.country), order.name, order.total_minor) == ("US", "Grace", 5000)

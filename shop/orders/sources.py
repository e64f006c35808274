"""What orders are made from, such as carts: locked before the order, told once when it is paid.

Orders know nothing of them; config/wiring.py registers them here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class Source:
    """`lock` takes the id of an order; `take_out` the paid order, inside the transaction that marks it."""

    lock: Callable[[int], None]
    take_out: Callable[[Order], None]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Have this locked before each order that may become paid, and told when it is."""
    _sources.append(source)


def lock_order(order_id: int) -> Order:
    """Lock what an order was made from, then the order, and return it: for whoever may mark it paid.

    Inside the caller's transaction. A query for each source, and one.
    """
    for source in _sources:
        source.lock(order_id)
    return Order.objects.select_for_update().get(pk=order_id)


def tell_paid(order: Order) -> None:
    """Take what was ordered out of what the order was made from."""
    for source in _sources:
        source.take_out(order)

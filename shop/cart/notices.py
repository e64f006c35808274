"""Notices above a cart that other domains know of, such as a payment that is under way.

config/wiring.py registers who knows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shop.cart.models import Cart


@dataclass(frozen=True, slots=True)
class CartNotice:
    """What a buyer should know who looks at the cart, and where to read on."""

    text: str
    url: str
    link: str


Finder = Callable[[Cart], CartNotice | None]
_finders: list[Finder] = []


def register(find: Finder) -> None:
    """Ask this about each cart that is shown."""
    _finders.append(find)


def of_cart(cart: Cart) -> list[CartNotice]:
    """Return what there is to say. What it costs is said by those who registered."""
    return [notice for find in _finders if (notice := find(cart))]

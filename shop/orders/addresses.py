"""An order's address, as the post of its country wants it printed."""

from django_countries import countries

from shop import addresses
from shop.orders.models import Order

NAMES = ("name", "line1", "line2", "postal_code", "city", "region")


def address_lines(order: Order) -> list[str]:
    """Return the address as printed on a parcel, without blank lines."""
    address = {name: str(getattr(order, name)) for name in NAMES} | {"country": str(order.country)}
    return addresses.lines(address, country_name=country_name(order))


def country_name(order: Order) -> str:
    """Return the name of the country the order goes to."""
    return str(countries.name(str(order.country)))

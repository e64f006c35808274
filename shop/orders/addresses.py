"""The addresses of an order, as the posts of their countries want them printed."""

from django_countries import countries

from shop import addresses
from shop.orders.models import Order

NAMES = ("name", "line1", "line2", "postal_code", "city", "region", "country")


def address_lines(order: Order) -> list[str]:
    """Return the address of the delivery as printed on a parcel, without blank lines.

    It begins with the company if that has no billing address of its own.
    """
    company = [] if order.has_other_billing else [order.company]
    return _lines(order, "", company)


def billing_lines(order: Order) -> list[str]:
    """Return the address on the invoice, without blank lines: that of the delivery without another."""
    return _lines(order, "billing_", [order.company]) if order.has_other_billing else address_lines(order)


def _lines(order: Order, prefix: str, company: list[str]) -> list[str]:
    address = {name: str(getattr(order, f"{prefix}{name}")) for name in NAMES}
    printed = addresses.lines(address, country_name=str(countries.name(address["country"])))
    return [*(line for line in company if line), *printed]


def country_name(order: Order) -> str:
    """Return the name of the country the order goes to."""
    return str(countries.name(str(order.country)))

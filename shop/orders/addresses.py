"""An order's address, as the post of its country wants it printed."""

from django_countries import countries

from shop.orders.models import Order

TOWN_BEFORE_CODE = {"AU", "CA", "GB", "US"}  # "San Francisco, CA 94103"; elsewhere "50674 Köln"


def address_lines(order: Order) -> list[str]:
    """Return the address as printed on a parcel, without blank lines."""
    lines = [order.name, order.line1, order.line2, *_town_lines(order), country_name(order)]
    return [line for line in lines if line]


def _town_lines(order: Order) -> list[str]:
    """Return town, postal code and region in the order that the country's post wants."""
    if str(order.country) in TOWN_BEFORE_CODE:
        code = f"{order.region} {order.postal_code}".strip()
        return [", ".join(part for part in (order.city, code) if part)]
    return [f"{order.postal_code} {order.city}".strip(), order.region]


def country_name(order: Order) -> str:
    """Return the name of the country the order goes to."""
    return str(countries.name(str(order.country)))

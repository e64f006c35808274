"""The worked tables of docs/pricing.md, "Shipping"."""

import re
from pathlib import Path

import pytest

from shop.shipping import rates
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
SHIPPING = DOCS.partition("## Shipping\n")[2].partition("\n## ")[0]
COUNTRIES = {"Germany": "DE", "Europe": "FR"}


def rows(cells):
    """Return the rows of the table with so many columns, without its heading."""
    found = re.findall(r"^\|" + r"([^|\n]*)\|" * cells + "$", SHIPPING, re.MULTILINE)
    return [[cell.strip() for cell in row] for row in found if row[0].strip() in COUNTRIES]


def amount(text):
    return int(text) if text else None


@pytest.fixture(autouse=True)
def worked_rates():
    for name, country in COUNTRIES.items():
        ZoneCountry.objects.create(zone=ShippingZone.objects.create(name=name), country=country)
    for zone, name, grams, price, free, begin, end in rows(7):
        ShippingRate.objects.create(
            zone=ShippingZone.objects.get(name=zone), name=name, max_weight_grams=grams, price_minor=price,
            free_from_minor=amount(free), from_subtotal_minor=begin, to_subtotal_minor=amount(end),
            is_pickup=name == "Pick-up",
        )  # fmt: skip


@pytest.mark.parametrize(("zone", "grams", "subtotal", "offered"), rows(4))
def test_rates_are_those_of_the_worked_table(zone, grams, subtotal, offered):
    quotes = rates.quotes(COUNTRIES[zone], int(grams), int(subtotal))
    assert ", ".join(f"{quote.name} {quote.price_minor}" for quote in quotes) == offered.replace("none", "")


def test_the_worked_tables_are_not_empty():
    assert (len(rows(7)), len(rows(4))) == (7, 10)

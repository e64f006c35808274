"""The demo's colours: enough instruments to choose from, and every swatch in use."""

import pytest

from config.demo_content import shop
from shop.catalogue import cards
from shop.catalogue.models import Product, Variant
from shop.catalogue.swatches import Swatch
from tests.builders import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]


@pytest.fixture(autouse=True)
def one_picture(monkeypatch):
    """Store no files: one row of a picture stands for all."""
    picture = make_picture(Product.objects.create(title="Holder", slug="holder")).picture
    monkeypatch.setattr("config.demo_content.shop.picture", lambda name: picture)


def test_at_least_five_instruments_come_in_two_to_four_colours():
    shop.load()
    coloured = [card.colours for card in cards.for_products(Product.objects.all()) if card.colours]
    assert len(coloured) >= 5
    assert {len(colours.circles) for colours in coloured} <= {2, 3, 4}
    assert not any(colours.more for colours in coloured)
    assert any(circle.is_sold_out for colours in coloured for circle in colours.circles)


def test_every_swatch_is_a_colour_of_some_variant():
    shop.load()
    values = {value for row in Variant.objects.values_list("option1", "option2") for value in row}
    assert set(Swatch.objects.values_list("name", flat=True)) <= values
    for swatch in Swatch.objects.all():
        swatch.full_clean()


def test_swatches_of_the_staff_stay():
    Swatch.objects.create(name="SMOKED oak", colour="#000000")
    shop.load()
    assert Swatch.objects.get(name__iexact="Smoked oak").colour == "#000000"

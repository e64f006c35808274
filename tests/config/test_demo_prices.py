"""The demo's prices: a sale that ends, several of one instrument for less, and prices that stay as agreed."""

import datetime as dt

import pytest
from django.utils import timezone

from config.demo_content import shop
from shop.catalogue import cards
from shop.catalogue.models import Product, Variant
from shop.catalogue.price_rules import QuantityBreak
from tests.builders import make_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(in_a_transaction, monkeypatch):
    """Load the shop without files: one row of a picture stands for all."""
    picture = make_picture(Product.objects.create(title="Holder", slug="holder")).picture
    monkeypatch.setattr("config.demo_content.shop.picture", lambda name: picture)
    shop.load()


def test_a_sale_runs_and_ends_some_weeks_after_loading():
    on_sale = Variant.objects.filter(product__slug="andes-bombo-drum")
    assert on_sale.count() == 2
    for variant in on_sale:
        assert variant.current_price_minor == variant.sale_price_minor < variant.price_minor
        assert dt.timedelta(days=14) < variant.sale_ends_at - timezone.now() < dt.timedelta(days=30)


def test_five_rattles_cost_less_each():
    rattle = Product.objects.get(slug="altiplano-chajchas")
    breaks = QuantityBreak.objects.filter(product=rattle)
    assert [(row.from_quantity, row.percent) for row in breaks] == [(5, "10%"), (10, "15%")]


def test_the_frame_drum_is_compared_with_its_earlier_price():
    [card] = cards.for_products(Product.objects.filter(slug="atlas-frame-drum"))
    assert (card.price, card.compare_at) == ("$72.00", "$89.00")

"""Before going live: something to buy, with a picture and a price."""

import pytest

from shop.catalogue import setup_checks
from shop.catalogue.models import Product
from tests.builders import make_picture, make_product, make_variant

pytestmark = pytest.mark.django_db


def test_a_shop_needs_one_active_product_in_stock():
    make_variant(on_hand=0)
    make_variant(make_product(status=Product.Status.DRAFT))
    [found] = setup_checks.something_can_be_bought()
    assert found.text.startswith("Nothing can be bought")
    make_variant()
    assert list(setup_checks.something_can_be_bought()) == []


def test_a_product_without_a_picture_is_named_with_the_way_to_it():
    product = make_variant(make_product(title="Kalimba")).product
    [found] = setup_checks.products_are_whole()
    assert found.text == "A product has no picture: Kalimba."
    assert found.url == f"/admin/shop/product/{product.pk}/change/"
    make_picture(product)
    assert list(setup_checks.products_are_whole()) == []


def test_several_products_are_one_sentence_that_leads_to_the_list():
    for n in range(5):
        make_variant(make_product(title=f"Drum {n}"))
    [found] = setup_checks.products_are_whole()
    assert found.text == "5 products have no picture: Drum 0, Drum 1, Drum 2 and 2 more."
    assert found.url == "/admin/shop/product/"


def test_a_price_of_nothing_is_named():
    product = make_product(title="Kalimba")
    make_picture(product)
    variant = make_variant(product, price_minor=0)
    [found] = setup_checks.products_are_whole()
    assert found.text == "A product is given away, its price is 0: Kalimba."
    variant.price_minor = 1
    variant.save()
    assert list(setup_checks.products_are_whole()) == []


def test_what_customers_do_not_see_need_not_be_whole():
    make_variant(make_product(status=Product.Status.DRAFT), price_minor=0)
    sold = make_product()
    make_picture(sold)
    make_variant(sold)
    make_variant(sold, price_minor=0, is_active=False, option1="Old")
    assert list(setup_checks.products_are_whole()) == []

"""Counters of stock, the book of movements and the orders that hold."""

import pytest

from shop.catalogue.models import Variant
from shop.stock.models import StockMovement
from tests.builders import make_variant
from tests.shop.backoffice.reconciling.looking import differences, press
from tests.shop.order_builders import make_order
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = pytest.mark.django_db


def test_units_that_no_movement_explains_are_booked_by_who_counted_them(owner):
    variant = make_variant(sku="KALIMBA", on_hand=5)
    Variant.objects.update(on_hand=7)
    assert differences() == ["KALIMBA: on hand 7, movements add up to 5"]
    assert press("book", staff=owner) == ""
    movement = StockMovement.objects.get(kind="counted")
    assert (movement.delta, movement.staff, stock_of(variant)) == (2, owner, (7, 0))
    assert differences() == []
    assert_books_agree()


def test_what_is_reserved_becomes_what_orders_hold():
    variant = make_variant(sku="QUENA")
    make_order((variant, 2), status="pending")
    Variant.objects.update(reserved=3)
    assert differences() == ["QUENA: reserved 3, orders hold 2"]
    assert press("reserve") == ""
    assert stock_of(variant) == (5, 2)
    assert differences() == []


def test_more_units_than_are_on_hand_are_not_reserved():
    variant = make_variant(sku="QUENA", on_hand=2)
    make_order((variant, 2), status="pending")
    Variant.objects.update(on_hand=1, reserved=1)
    StockMovement.objects.update(delta=1)
    assert differences() == ["QUENA: reserved 1, orders hold 2"]
    assert press("reserve") == "Too few units are on hand: count the shelf first."
    assert stock_of(variant) == (1, 1)


def test_a_variant_with_both_differences_shows_both():
    make_variant(sku="QUENA")
    Variant.objects.update(on_hand=7, reserved=1)
    assert differences() == ["QUENA: on hand 7, movements add up to 5", "QUENA: reserved 1, orders hold 0"]

"""Quantities change only through guarded updates, inside a transaction."""

import pytest
from django.db import IntegrityError, transaction

from shop.stock import reservations
from shop.stock.ledger import on_hand_differences
from shop.stock.models import StockMovement
from shop.stock.reservations import NotEnoughStock
from tests.builders import make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]


def stock_of(variant):
    variant.refresh_from_db()
    return variant.on_hand, variant.reserved


def test_reserving_takes_from_what_is_available_and_leaves_on_hand():
    variant = make_variant(on_hand=3)
    reservations.reserve({variant.pk: 2})
    assert (stock_of(variant), variant.available) == ((3, 2), 1)


def test_one_short_line_refuses_all_and_names_every_short_line():
    plenty, few, none = make_variant(on_hand=9), make_variant(on_hand=2), make_variant(on_hand=0)
    with pytest.raises(NotEnoughStock) as refused, transaction.atomic():
        reservations.reserve({plenty.pk: 1, few.pk: 3, none.pk: 1})
    assert refused.value.available == {few.pk: 2, none.pk: 0}
    assert refused.value.messages() == {
        few.pk: "Only 2 units left.",
        none.pk: "Sold out. Please remove this line.",
    }
    assert [stock_of(v) for v in (plenty, few, none)] == [(9, 0), (2, 0), (0, 0)]


def test_consuming_sells_what_was_held_and_writes_a_movement():
    variant = make_variant(on_hand=3)
    reservations.reserve({variant.pk: 2})
    reservations.consume({variant.pk: 2}, reference="order 1")
    assert stock_of(variant) == (1, 0)
    sold = StockMovement.objects.get(kind="sold")
    assert (sold.delta, sold.reference) == (-2, "order 1")
    assert on_hand_differences() == []


def test_the_same_cause_cannot_sell_twice():
    variant = make_variant(on_hand=4)
    reservations.reserve({variant.pk: 2})
    reservations.consume({variant.pk: 1}, reference="order 1")
    with pytest.raises(IntegrityError), transaction.atomic():
        reservations.consume({variant.pk: 1}, reference="order 1")


def test_releasing_gives_back():
    variant = make_variant(on_hand=3)
    reservations.reserve({variant.pk: 3})
    reservations.release({variant.pk: 3})
    assert stock_of(variant) == (3, 0)


def test_releasing_what_is_not_held_is_refused_by_the_database():
    variant = make_variant(on_hand=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        reservations.release({variant.pk: 1})


def test_staff_cannot_take_away_what_orders_hold():
    variant = make_variant(on_hand=3)
    reservations.reserve({variant.pk: 2})
    with pytest.raises(NotEnoughStock):
        reservations.adjust(variant_id=variant.pk, delta=-2, kind="damaged", reference="count")
    reservations.adjust(variant_id=variant.pk, delta=-1, kind="damaged", reference="count", note="cracked")
    assert stock_of(variant) == (2, 2)
    assert on_hand_differences() == []


def test_the_ledger_sees_a_quantity_that_no_movement_explains():
    variant = make_variant(on_hand=3, sku="X")
    type(variant).objects.filter(pk=variant.pk).update(on_hand=4)
    assert on_hand_differences() == ["X: on hand 4, movements add up to 3"]

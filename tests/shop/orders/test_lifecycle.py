"""The legal transitions of an order, and what each does to the stock."""

import pytest
from django.db import IntegrityError, transaction

from foundation.mail import OutboxMail
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.stock.models import StockMovement
from shop.stock.reservations import NotEnoughStock
from tests.builders import make_variant
from tests.shop.order_builders import place
from tests.shop.payments.checks import assert_books_agree, stock_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_a_transaction")]


@pytest.fixture
def variant():
    return make_variant(on_hand=3)


@pytest.fixture
def order(variant):
    """A pending order of two of three units."""
    return place((variant, 2))


def paid(order: Order) -> Order:
    lifecycle.mark_paid(order)
    return order


def test_paying_sells_what_was_held(order, variant):
    paid(order)
    assert (order.status, order.hold, stock_of(variant)) == ("paid", "consumed", (1, 0))
    assert_books_agree()


def test_an_order_is_paid_once(order, variant):
    paid(order)
    with pytest.raises(lifecycle.IllegalTransition):
        lifecycle.mark_paid(order)
    assert stock_of(variant) == (1, 0)


def test_cancelling_gives_the_hold_back_once(order, variant):
    lifecycle.cancel(order, reason="Too late")
    lifecycle.cancel(order, reason="Too late")
    assert (order.status, order.hold, stock_of(variant)) == ("cancelled", "released", (3, 0))
    assert_books_agree()


def test_a_paid_order_is_never_merely_cancelled(order):
    with pytest.raises(lifecycle.IllegalTransition):
        lifecycle.cancel(paid(order), reason="Too late")


def test_calling_off_a_paid_order_puts_its_goods_back_once(order, variant):
    lifecycle.call_off(paid(order), reason="Called off")
    with pytest.raises(lifecycle.IllegalTransition):
        lifecycle.call_off(order, reason="Called off")
    assert (order.status, order.is_called_off, stock_of(variant)) == ("cancelled", True, (3, 0))
    assert [m.delta for m in StockMovement.objects.filter(reference__startswith=order.reference)] == [2, -2]
    assert_books_agree()


def test_calling_off_puts_back_only_what_has_not_come_back_already(order, variant):
    paid(order)
    line = order.lines.get()
    lifecycle.put_back(order, {line.pk: 1}, reference="refund 1")
    lifecycle.call_off(order, reason="Called off")
    assert stock_of(variant) == (3, 0)
    assert_books_agree()


def test_a_shipped_order_cannot_be_called_off(order, variant):
    lifecycle.ship(paid(order), carrier="Post", tracking_number="")
    with pytest.raises(lifecycle.IllegalTransition, match="left"):
        lifecycle.call_off(order, reason="Called off")
    assert stock_of(variant) == (1, 0)


def test_an_order_that_was_called_off_is_never_paid_nor_opened_again(order):
    lifecycle.cancel(order, reason="Called off", is_called_off=True)
    for verb in (lifecycle.mark_paid, lifecycle.reopen):
        with pytest.raises(lifecycle.IllegalTransition):
            verb(order)


def test_reopening_holds_the_stock_again(order, variant):
    lifecycle.cancel(order, reason="Too late")
    lifecycle.reopen(order)
    assert (order.status, order.hold, stock_of(variant)) == ("pending", "held", (3, 2))
    assert_books_agree()


def test_reopening_without_stock_changes_nothing(order, variant):
    lifecycle.cancel(order, reason="Too late")
    place((variant, 2))
    with pytest.raises(NotEnoughStock), transaction.atomic():
        lifecycle.reopen(order)
    order.refresh_from_db()
    assert (order.status, stock_of(variant)) == ("cancelled", (3, 2))
    assert_books_agree()


def test_more_than_was_sold_never_comes_back(order, variant):
    paid(order)
    line = order.lines.get()
    lifecycle.put_back(order, {line.pk: 5}, reference="refund 1")
    lifecycle.put_back(order, {line.pk: 1}, reference="refund 2")
    assert stock_of(variant) == (3, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.lines.update(returned_quantity=3)
    assert_books_agree()


def test_a_line_of_another_order_brings_nothing_back(order, variant):
    paid(order)
    other = place((make_variant(), 1))
    lifecycle.put_back(order, {other.lines.get().pk: 1}, reference="refund 1")
    assert stock_of(variant) == (1, 0)


def test_a_refund_is_told_once_for_each_cause_and_can_be_taken_back(order):
    paid(order)
    lifecycle.note_refund(order, amount_minor=100, reference="refund 1")
    lifecycle.note_refund(order, amount_minor=200, reference="refund 2")
    lifecycle.take_back_refund(order, amount_minor=200)
    order.refresh_from_db()
    assert order.refunded_minor == 100
    assert OutboxMail.objects.filter(message="order_refunded").count() == 2

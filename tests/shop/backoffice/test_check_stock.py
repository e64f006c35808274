"""manage.py check_stock: silent trust is not proof."""

import pytest
from django.core.management import call_command

from shop.catalogue.models import Variant
from tests.builders import make_variant
from tests.shop.order_builders import make_order


def check(capsys):
    """Return the exit code and the printed lines."""
    try:
        call_command("check_stock")
    except SystemExit as end:
        return end.code, capsys.readouterr().out.splitlines()
    return 0, capsys.readouterr().out.splitlines()


@pytest.mark.django_db
def test_the_books_agree_after_orders_of_every_status(capsys):
    for status in ("pending", "paid", "cancelled", "refunded"):
        make_order(status=status)
    assert check(capsys) == (0, ["The books agree."])


@pytest.mark.django_db
def test_units_that_no_movement_explains_are_reported(capsys):
    Variant.objects.filter(pk=make_variant(sku="KALIMBA").pk).update(on_hand=7)
    assert check(capsys) == (1, ["KALIMBA: on hand 7, movements add up to 5"])


@pytest.mark.django_db
def test_reserved_units_that_no_order_holds_are_reported(capsys):
    variant = make_variant(sku="QUENA")
    make_order((variant, 2), status="pending")
    Variant.objects.filter(pk=variant.pk).update(reserved=3)
    assert check(capsys) == (1, ["QUENA: reserved 3, orders hold 2"])


@pytest.mark.django_db
def test_every_difference_has_its_line(capsys):
    for sku in ("A", "B"):
        Variant.objects.filter(pk=make_variant(sku=sku).pk).update(on_hand=7, reserved=1)
    code, lines = check(capsys)
    assert (code, len(lines)) == (1, 4)

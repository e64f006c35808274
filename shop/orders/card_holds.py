"""Prove that gift cards hold for each order what it is paid with, and nothing for one that is dead."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from shop.giftcards.models import GiftCardMovement
from shop.money import Money
from shop.orders.models import Order

Kind = GiftCardMovement.Kind


def held_differences() -> list[str]:
    """Return a line for each order whose cards hold something else than it is paid with.

    One statement, so that it sees one moment even while orders come in.
    """
    wrong = _with_holds().exclude(held=F("due")).order_by("pk")
    return [_sentence(order, order.held, order.due) for order in wrong]


def agreeing() -> QuerySet[Order]:
    """Return orders for which cards hold what they are paid with, so also those that no card paid."""
    return Order.objects.filter(
        Q(gift_card_minor=0) | Q(pk__in=_with_holds().filter(held=F("due")).values("pk"))
    )


def _with_holds() -> QuerySet[Any]:
    """Return the orders that cards pay, each with what the cards hold for it and what they should."""
    due = Case(
        When(status=Order.Status.CANCELLED, then=0),
        default=F("gift_card_minor") - F("gift_card_returned_minor"),
    )
    orders = Order.objects.annotate(named=Concat(Value("order "), Cast("number", CharField())))
    held = 0 - Coalesce(Subquery(_moved()), 0, output_field=IntegerField())
    return orders.filter(gift_card_minor__gt=0).annotate(due=due, held=held)


def _moved() -> QuerySet[GiftCardMovement, int]:
    """Return what an order's cards have for it: spent, given back, and refunded for one cause or another."""
    own = Q(reference=OuterRef("named"), kind__in=[Kind.SPENT, Kind.GIVEN_BACK])
    refunds = Q(reference__startswith=Concat(OuterRef("named"), Value(" ")), kind=Kind.REFUNDED)
    moved = GiftCardMovement.objects.filter(own | refunds).order_by()
    return moved.annotate(sum=Func("delta_minor", function="SUM")).values_list("sum", flat=True)


def _sentence(order: Order, held_minor: int, due_minor: int) -> str:
    return _("Order %(order)s: gift cards hold %(held)s for it instead of %(due)s") % {
        "order": order, "held": Money(held_minor, order.currency).display(),
        "due": Money(due_minor, order.currency).display(),
    }  # fmt: skip

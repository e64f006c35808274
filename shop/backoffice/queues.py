"""What waits for the staff, across orders and payments."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from shop.orders.models import Order, OrderLine, ShipmentLine
from shop.payments import refunds
from shop.payments.models import Dispute, Refund, RefundLine
from shop.withdrawals.models import Withdrawal, WithdrawalQuerySet

WAITING = (Order.Fulfilment.UNFULFILLED, Order.Fulfilment.PARTIAL)


def to_ship(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep paid orders of which something is left to ship, unless money goes back or a bank disputes it."""
    refunded = Q(
        total_minor__gt=0,
        refunded_minor__gte=F("charged_minor"),
        gift_card_returned_minor=F("gift_card_minor"),
    )
    going_back = Refund.objects.filter(order=OuterRef("pk"), status=Refund.Status.PENDING)
    paid = orders.filter(status=Order.Status.PAID, fulfilment__in=WAITING).exclude(refunded)
    return paid.exclude(Exists(going_back)).exclude(_is_disputed()).filter(_has_left())


def _has_left() -> Exists:
    """Whether units neither left, nor were paid back or withdrawn from; as parcels.units_left()."""
    paid_back = RefundLine.objects.exclude(refund__status=Refund.Status.FAILED)
    going_back = Greatest(_units_of(paid_back), F("returned_quantity"), F("withdrawn_until"))
    gone = _units_of(ShipmentLine.objects.all()) + going_back
    return Exists(OrderLine.objects.filter(order=OuterRef("pk"), gift_value_minor=0, quantity__gt=gone))


def _units_of(rows: QuerySet[Any]) -> Coalesce:
    """Return the sum of the units of rows that name the line of the outer query."""
    of_line = rows.filter(order_line=OuterRef("pk")).order_by().values("order_line")
    return Coalesce(Subquery(of_line.annotate(units=Sum("quantity")).values("units")), 0)


def to_pay(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep orders that wait for their payment."""
    return orders.filter(status=Order.Status.PENDING)


def withdrawn(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep orders with a withdrawal that is not paid back yet."""
    return orders.filter(Exists(withdrawals_to_refund().filter(order=OuterRef("pk"))))


def withdrawals_to_refund() -> WithdrawalQuerySet:
    """Return the withdrawals that no refund pays back yet, but of orders of which everything went back."""
    all_went_back = Q(
        order__total_minor__gt=0,
        order__refunded_minor__gte=F("order__charged_minor"),
        order__gift_card_returned_minor=F("order__gift_card_minor"),
    )
    return Withdrawal.objects.to_refund().exclude(all_went_back)


def disputed(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep orders of whose money a bank took some back, or may."""
    return orders.filter(_is_disputed())


def with_disputes(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add `is_disputed` to each order. No query of its own."""
    return orders.annotate(is_disputed=_is_disputed())


def _is_disputed() -> Exists:
    holding = Dispute.objects.filter(payment__order=OuterRef("pk"), status__in=[*Dispute.OPEN, "lost"])
    return Exists(holding)


def is_refund_under_way(order: Order) -> bool:
    """Whether money was sent back that Stripe has not confirmed yet. One query."""
    return order.refunds.filter(status=Refund.Status.PENDING).exists()


def refundable_minor(order: Order) -> int:
    """Return what can still go back of an order, in minor units. One query, and two a paid payment."""
    return refunds.left(order).total_minor

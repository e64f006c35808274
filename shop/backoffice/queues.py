"""What waits for the staff, across orders and payments."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.models import Dispute, Payment, Refund


def to_ship(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep paid orders of which nothing has left, nothing goes back and no bank disputes the money."""
    refunded = Q(charged_minor__gt=0, refunded_minor__gte=F("charged_minor"))
    going_back = Refund.objects.filter(payment__order=OuterRef("pk"), status=Refund.Status.PENDING)
    paid = orders.filter(status=Order.Status.PAID, fulfilment=Order.Fulfilment.UNFULFILLED)
    return paid.exclude(refunded).exclude(Exists(going_back)).exclude(_is_disputed())


def to_pay(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep orders that wait for their payment."""
    return orders.filter(status=Order.Status.PENDING)


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
    return Refund.objects.filter(payment__order=order, status=Refund.Status.PENDING).exists()


def refundable_minor(order: Order) -> int:
    """Return what can still be refunded of an order, in minor units. One query, and one a paid payment."""
    return sum(refunds.refundable_minor(payment) for payment in Payment.objects.filter(order=order))

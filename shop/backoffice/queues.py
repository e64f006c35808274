"""What waits for the staff, across orders and payments."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.models import Payment, Refund


def to_ship(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep paid orders of which nothing has left and nothing goes back."""
    refunded = Q(charged_minor__gt=0, refunded_minor__gte=F("charged_minor"))
    going_back = Refund.objects.filter(payment__order=OuterRef("pk"), status=Refund.Status.PENDING)
    paid = orders.filter(status=Order.Status.PAID, fulfilment=Order.Fulfilment.UNFULFILLED)
    return paid.exclude(refunded).exclude(Exists(going_back))


def to_pay(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Keep orders that wait for their payment."""
    return orders.filter(status=Order.Status.PENDING)


def is_refund_under_way(order: Order) -> bool:
    """Whether money was sent back that Stripe has not confirmed yet. One query."""
    return Refund.objects.filter(payment__order=order, status=Refund.Status.PENDING).exists()


def refundable_minor(order: Order) -> int:
    """Return what can still be refunded of an order, in minor units. One query, and one a paid payment."""
    return sum(refunds.refundable_minor(payment) for payment in Payment.objects.filter(order=order))

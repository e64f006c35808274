"""What payments leave behind for a while only: where they came from, raw events, orders that nobody paid."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from foundation.retention import Rule
from shop.discounts.models import DiscountUse
from shop.orders import card_holds
from shop.orders.models import Order
from shop.payments.models import Payment, WebhookEvent


def _origins(before: datetime) -> QuerySet[Payment]:
    return Payment.objects.filter(created_at__lt=before).exclude(origin="", basket="")


def _events(before: datetime) -> QuerySet[WebhookEvent]:
    """Return events that were dealt with; their ids stay, so that none counts twice."""
    done = WebhookEvent.objects.exclude(status=WebhookEvent.Status.NEW)
    return done.filter(received_at__lt=before).exclude(payload={})


def unpaid_orders(before: datetime) -> QuerySet[Order]:
    """Return orders that came to nothing before then, and on which nothing depends.

    Never one that money, a refund, a dispute, a paper, a parcel or a withdrawal speaks of, that holds stock,
    or for which a gift card holds something.
    """
    moneyless = Payment.objects.filter(order=OuterRef("pk")).filter(
        Q(status__in=[*Payment.ACTIVE, *Payment.FINAL]) | Q(received_minor__gt=0) | Q(disputes__isnull=False)
    )
    dead = Order.objects.filter(status=Order.Status.CANCELLED, hold=Order.Hold.RELEASED, paid_at=None)
    free = dead.filter(refunds=None, papers=None, shipments=None, withdrawals=None, refunded_minor=0)
    return free.filter(~Exists(moneyless), cancelled_at__lt=before, pk__in=card_holds.agreeing().values("pk"))


def _delete_orders(orders: QuerySet[Order]) -> None:
    """Delete the orders with their payments, and which customer had used a code for them."""
    found = list(orders)
    given_back = DiscountUse.objects.exclude(given_back_at=None)
    given_back.filter(reference__in=[order.reference for order in found]).delete()
    Payment.objects.filter(order__in=found).delete()
    Order.objects.filter(pk__in=[order.pk for order in found]).delete()


ORIGINS = Rule(
    name="network addresses and carts of payments, as keyed hashes",
    setting="ORIGIN_DAYS",
    due=_origins,
    forget=lambda payments: payments.update(origin="", basket=""),
)
EVENTS = Rule(
    name="contents of Stripe's events",
    setting="EVENT_DAYS",
    due=_events,
    forget=lambda events: events.update(payload={}),
)
UNPAID_ORDERS = Rule(
    name="orders that were never paid",
    setting="UNPAID_ORDER_DAYS",
    due=unpaid_orders,
    forget=_delete_orders,
)

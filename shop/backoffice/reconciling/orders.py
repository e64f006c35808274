"""Orders and the money that paid them: the sum of refunds, and that paid means paid."""

from collections.abc import Iterator

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.orders.models import Order
from shop.payments import wording
from shop.payments.models import Payment, Refund

KINDS = frozenset({Kind.REFUNDED_SUM, Kind.PAID_WITHOUT_PAYMENT})


def suspects(listing: Listing) -> Iterator[str]:
    """Return the orders that do not add up. One query."""
    yield from map(str, _wrong().values_list("pk", flat=True))


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about an order. One query, so that it sees one moment."""
    order = _wrong().filter(pk=int(key)).first()
    if order is None:
        return
    if order.refunded_minor != order.sent_back:  # type: ignore[attr-defined]
        yield Finding(Kind.REFUNDED_SUM, key, _sum_text(order, order.sent_back))  # type: ignore[attr-defined]
    if _is_paid_by_nothing(order):
        text = _("Order %(order)s counts as paid, but no payment paid it.")
        yield Finding(Kind.PAID_WITHOUT_PAYMENT, key, text % {"order": order})


def _wrong() -> QuerySet[Order]:
    """Return orders of which `refunded_minor` is not the sum of refunds, or that nothing paid."""
    orders = Order.objects.annotate(sent_back=sent_back(), has_payment=Exists(_paying()))
    paid_by_nothing = Q(status=Order.Status.PAID, charged_minor__gt=0, has_payment=False)
    return orders.filter(paid_by_nothing | ~Q(refunded_minor=F("sent_back")))


def _paying() -> QuerySet[Payment]:
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.PAID)
    return paid.exclude(session_id=None)


def sent_back() -> Coalesce:
    """Return what has gone back of an order's payments that bought it, in minor units, for a query."""
    succeeded = Refund.objects.filter(
        payment__order=OuterRef("pk"), payment__status=Payment.Status.PAID, status=Refund.Status.SUCCEEDED
    )
    sums = succeeded.order_by().values("payment__order").annotate(sum=Sum("amount_minor")).values("sum")
    return Coalesce(Subquery(sums), 0, output_field=IntegerField())


def _is_paid_by_nothing(order: Order) -> bool:
    is_charged = order.status == Order.Status.PAID and order.charged_minor > 0
    return is_charged and not order.has_payment  # type: ignore[attr-defined]


def _sum_text(order: Order, sent_back_minor: int) -> str:
    words = {
        "order": order,
        "counted": wording.amount(order.refunded_minor, order.currency),
        "sum": wording.amount(sent_back_minor, order.currency),
    }
    return _("Order %(order)s counts %(counted)s as refunded, but its refunds add up to %(sum)s.") % words

"""Orders and the money that paid them: the sum of refunds, and that paid means paid."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.orders.models import Order
from shop.payments import wording
from shop.payments.models import Payment, Refund

KINDS = frozenset({Kind.REFUNDED_SUM, Kind.CARD_RETURNED_SUM, Kind.PAID_WITHOUT_PAYMENT})


def suspects(listing: Listing) -> Iterator[str]:
    """Return the orders that do not add up. One query."""
    yield from map(str, _wrong().values_list("pk", flat=True))


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about an order. One query, so that it sees one moment."""
    order: Any = _wrong().filter(pk=int(key)).first()
    if order is None:
        return
    if order.refunded_minor != order.sent_back:
        yield Finding(Kind.REFUNDED_SUM, key, _sum_text(order, order.sent_back))
    if order.gift_card_returned_minor != order.put_back:
        yield Finding(Kind.CARD_RETURNED_SUM, key, _card_sum_text(order, order.put_back))
    if _is_paid_by_nothing(order):
        text = _("Order %(order)s counts as paid, but no payment paid it.")
        yield Finding(Kind.PAID_WITHOUT_PAYMENT, key, text % {"order": order})


def _wrong() -> QuerySet[Order]:
    """Return orders that count something else as gone back than their refunds, or that nothing paid."""
    sums = {"sent_back": sent_back(), "put_back": put_back()}
    orders = Order.objects.annotate(**sums, has_payment=Exists(_paying()))
    paid_by_nothing = Q(status=Order.Status.PAID, charged_minor__gt=0, has_payment=False)
    is_right = Q(refunded_minor=F("sent_back"), gift_card_returned_minor=F("put_back"))
    return orders.filter(paid_by_nothing | ~is_right)


def _paying() -> QuerySet[Payment]:
    paid = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.PAID)
    return paid.exclude(session_id=None)


def sent_back() -> Coalesce:
    """Return what has gone back of an order's payments that bought it, in minor units, for a query."""
    succeeded = Refund.objects.filter(
        payment__order=OuterRef("pk"), payment__status=Payment.Status.PAID, status=Refund.Status.SUCCEEDED
    )
    return _sum(succeeded, by="payment__order")


def put_back() -> Coalesce:
    """Return what has gone back onto the gift cards that paid an order, in minor units, for a query."""
    succeeded = Refund.objects.filter(order=OuterRef("pk"), payment=None, status=Refund.Status.SUCCEEDED)
    return _sum(succeeded, by="order")


def _sum(refunds: QuerySet[Refund], *, by: str) -> Coalesce:
    sums = refunds.order_by().values(by).annotate(sum=Sum("amount_minor")).values("sum")
    return Coalesce(Subquery(sums), 0, output_field=IntegerField())


def _is_paid_by_nothing(order: Order) -> bool:
    is_charged = order.status == Order.Status.PAID and order.charged_minor > 0
    return is_charged and not order.has_payment  # type: ignore[attr-defined]


def _sum_text(order: Order, sent_back_minor: int) -> str:
    text = _("Order %(order)s counts %(counted)s as refunded, but its refunds add up to %(sum)s.")
    return text % _words(order, order.refunded_minor, sent_back_minor)


def _card_sum_text(order: Order, put_back_minor: int) -> str:
    text = _("Order %(order)s counts %(counted)s as back on gift cards, but its refunds add up to %(sum)s.")
    return text % _words(order, order.gift_card_returned_minor, put_back_minor)


def _words(order: Order, counted_minor: int, sum_minor: int) -> dict[str, object]:
    amounts = {"counted": counted_minor, "sum": sum_minor}
    shown = {name: wording.amount(minor, order.currency) for name, minor in amounts.items()}
    return {"order": order, **shown}

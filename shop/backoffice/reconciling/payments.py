"""Payments that wait for somebody: in review, money due back, open too long, paid for an unpaid order."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import Finding, Kind
from shop.backoffice.reconciling.listing import Listing
from shop.backoffice.tables import moment
from shop.orders.models import Order
from shop.payments import refunds, wording
from shop.payments.models import Payment, Refund

KINDS = frozenset({Kind.REVIEW, Kind.REFUND_DUE, Kind.LONG_OPEN, Kind.PAYMENT_WITHOUT_ORDER})
LONG = timedelta(hours=1)  # after the hold; until then the worker is still trying to end it
UNPAID = (Payment.Status.CREATING, Payment.Status.OPEN)


def suspects(listing: Listing) -> Iterator[str]:
    """Return payments that may wait for somebody. One query."""
    review = Q(status=Payment.Status.REVIEW)
    is_open = Q(status__in=UNPAID, hold_until__lt=timezone.now() - LONG)
    bought_nothing = Q(status=Payment.Status.REFUND_DUE) | (
        Q(status=Payment.Status.PAID) & ~Q(order__status=Order.Status.PAID)
    )
    here = Coalesce("received_minor", "amount_minor")
    waiting = review | is_open | (bought_nothing & Q(here__gt=F("going_back")))
    rows = Payment.objects.annotate(here=here, going_back=_going_back()).filter(waiting)
    yield from map(str, rows.values_list("pk", flat=True))


def _going_back() -> Coalesce:
    alive = Refund.objects.filter(payment=OuterRef("pk")).exclude(status=Refund.Status.FAILED).order_by()
    sums = alive.values("payment").annotate(sum=Sum("amount_minor")).values("sum")
    return Coalesce(Subquery(sums), 0, output_field=IntegerField())


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what a payment waits for. At most four queries."""
    payment = Payment.objects.select_related("order").filter(pk=int(key)).first()
    if payment is None:
        return
    if payment.status == Payment.Status.REVIEW:
        yield Finding(Kind.REVIEW, key, _review_text(payment))
    elif payment.status in UNPAID:
        yield from _long_open(payment)
    elif _has_bought_nothing(payment) and refunds.refundable_minor(payment):
        yield _unused_money(payment)


def _has_bought_nothing(payment: Payment) -> bool:
    is_unsold = payment.status == Payment.Status.PAID and payment.order.status != Order.Status.PAID
    return is_unsold or payment.status == Payment.Status.REFUND_DUE


def _review_text(payment: Payment) -> str:
    words = {"payment": payment.pk, "order": payment.order, "why": payment.reason}
    if payment.reason.startswith("amount:") and ";" not in payment.reason:
        words["came"] = wording.received(payment)
        words["asked"] = wording.amount(payment.amount_minor, payment.currency)
        return _("Payment %(payment)s of order %(order)s: %(came)s came instead of %(asked)s.") % words
    return _("Payment %(payment)s of order %(order)s does not match: %(why)s") % words


def _long_open(payment: Payment) -> Iterator[Finding]:
    if payment.hold_until < timezone.now() - LONG:
        words = {"payment": payment.pk, "order": payment.order, "at": moment(payment.hold_until)}
        text = _("Payment %(payment)s of order %(order)s is still open; its time was over on %(at)s.")
        yield Finding(Kind.LONG_OPEN, str(payment.pk), text % words)


def _unused_money(payment: Payment) -> Finding:
    order, rest = payment.order, refunds.refundable_minor(payment)
    words = {"amount": wording.amount(rest, payment.currency), "order": order, "payment": payment.pk}
    if payment.status == Payment.Status.PAID and not order.is_called_off:
        text = _("Payment %(payment)s brought %(amount)s, but its order %(order)s is not paid.")
        return Finding(Kind.PAYMENT_WITHOUT_ORDER, str(payment.pk), text % words)
    last = payment.refunds.order_by("pk").last()
    words["why"] = (last.failure if last else "") or _("no refund is on its way")
    text = _("%(amount)s of order %(order)s should go back to the buyer: %(why)s")
    return Finding(Kind.REFUND_DUE, str(payment.pk), text % words)

"""Payments and events that need a person, and the two ways out of a review.

Error: ReviewRefused. Source: docs/payments.md, "Review".
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.models import BackgroundJob
from shop.discounts import codes
from shop.giftcards.cards import CardRefused
from shop.orders import lifecycle, mails, sources
from shop.orders.models import Order
from shop.payments import paperwork, refunds, sync, webhooks, wording
from shop.payments.models import Payment, Refund, WebhookEvent
from shop.stock.reservations import NotEnoughStock

STUCK_AFTER = timedelta(minutes=10)


class ReviewRefused(Exception):
    """The payment cannot be decided about this way; the message is for the staff."""


# ---- payments ------------------------------------------------------------------------------------


def to_review(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Keep payments that do not match their order, and money due back that has not all gone back."""
    succeeded = Refund.objects.filter(payment=OuterRef("pk"), status=Refund.Status.SUCCEEDED).order_by()
    sums = succeeded.values("payment").annotate(sum=Sum("amount_minor")).values("sum")
    gone_back = Coalesce(Subquery(sums), 0, output_field=IntegerField())
    came = Coalesce("received_minor", "amount_minor")
    still_due = Q(status=Payment.Status.REFUND_DUE, came__gt=F("gone_back"))
    return payments.alias(came=came, gone_back=gone_back).filter(Q(status=Payment.Status.REVIEW) | still_due)


@transaction.atomic
def accept(*, payment_id: int, staff: Any) -> Payment:
    """Take the money that came as the payment of its order. Locks order and payment.

    Raises ReviewRefused when it cannot be: no money, too much of it, another currency, no stock left.
    """
    order, payment = _locked(payment_id)
    _require_acceptable(payment)
    try:
        lifecycle.mark_paid(order)
    except NotEnoughStock as error:
        raise ReviewRefused(_("The stock is gone by now: send the money back.")) from error
    except (codes.CodeRefused, CardRefused, lifecycle.IllegalTransition) as error:
        raise ReviewRefused(str(error)) from error
    text = _("Payment accepted although it did not match: %(why)s") % {"why": payment.reason}
    lifecycle.record(order, text, staff=staff)
    payment.status, payment.reason = Payment.Status.PAID, ""
    payment.save(update_fields=["status", "reason"])
    _end_others(payment, Payment.Closing.REPLACED)
    paperwork.invoice(order, payment)
    return payment


@transaction.atomic
def send_back(*, payment_id: int, staff: Any) -> Payment:
    """Send all the money back and cancel an order that waited for it. Locks order and payment.

    Raises ReviewRefused when no money came. The worker sends it.
    """
    order, payment = _locked(payment_id)
    _require_money(payment)
    why = _("Payment sent back because it did not match: %(why)s") % {"why": payment.reason}
    payment.status = Payment.Status.REFUND_DUE
    payment.save(update_fields=["status"])
    rest = refunds.refundable_minor(payment)
    if rest:
        refunds.request(payment=payment, amount_minor=rest, restock=False, reason=why, staff=staff)
    lifecycle.record(order, why, staff=staff)
    if order.status == Order.Status.PENDING:
        _cancel(order, payment, rest, staff)
    return payment


def _locked(payment_id: int) -> tuple[Order, Payment]:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = sources.lock_order(order_id)
    return order, Payment.objects.select_for_update().get(pk=payment_id)


def _require_money(payment: Payment) -> None:
    if payment.status != Payment.Status.REVIEW:
        raise ReviewRefused(_("This payment is not in review any more."))
    if not payment.received_minor:
        raise ReviewRefused(_("Stripe has reported no money for this payment."))


def _require_acceptable(payment: Payment) -> None:
    _require_money(payment)
    if payment.money_currency != payment.currency:
        raise ReviewRefused(_("The money came in another currency: send it back."))
    if (payment.received_minor or 0) > payment.amount_minor:
        raise ReviewRefused(_("More money came than the order costs: send it back."))
    if refunds.refundable_minor(payment) != payment.received_minor:
        raise ReviewRefused(_("Part of the money went back already: send back the rest."))


def _cancel(order: Order, payment: Payment, refund_minor: int, staff: Any) -> None:
    """Cancel now, or, while another attempt is open, once Stripe has ended that one."""
    if _end_others(payment, Payment.Closing.CALLED_OFF):
        return
    lifecycle.cancel(order, reason=_("The payment did not match."), is_called_off=True, staff=staff)
    amount = wording.amount(refund_minor, payment.money_currency) if refund_minor else ""
    mails.cancelled(order, refund=amount)


def _end_others(payment: Payment, closing: str) -> int:
    """Have the order's other attempts ended; return how many are open."""
    others = payment.order.payments.exclude(pk=payment.pk).filter(status__in=Payment.ACTIVE)
    for other in others:
        sync.mark_closing(other.pk, closing)
    return len(others)


# ---- events --------------------------------------------------------------------------------------


def unprocessed(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """Keep events whose work is not done."""
    return events.filter(status=WebhookEvent.Status.NEW)


def oldest_unprocessed() -> datetime | None:
    """Return when the event arrived that has waited longest to be looked at; None without one. One query.

    One with a note was looked at: it waits for what it speaks of, which may never come.
    """
    untouched = unprocessed(WebhookEvent.objects.filter(note__in=["", webhooks.FETCHED]))
    oldest: datetime | None = untouched.aggregate(oldest=Min("received_at"))["oldest"]
    return oldest


def stuck(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """Keep events that have waited longer than the worker needs."""
    return unprocessed(events).filter(received_at__lt=timezone.now() - STUCK_AFTER)


def process_again(events: QuerySet[WebhookEvent]) -> int:
    """Give the worker the work of these events anew, unless it is done; returns how many."""
    ids = list(unprocessed(events).values_list("pk", flat=True))
    for pk in ids:
        webhooks.process.enqueue(row_id=pk)
    return len(ids)


def last_problem(event: WebhookEvent) -> str:
    """Return the last line of what went wrong with an event, or an empty text. One query."""
    jobs = BackgroundJob.objects.filter(
        task_path=webhooks.process.module_path, args_kwargs__kwargs__row_id=event.pk
    )
    lines = "\n".join(jobs.order_by("enqueued_at").values_list("traceback", flat=True)).strip().splitlines()
    return lines[-1] if lines else ""

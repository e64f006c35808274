"""Bring a payment to what Stripe says now: the only code that decides about money.

Webhooks, the order page and the worker are triggers; all call sync(). Only paid, review and
refund_due are final; money wins over everything else. Lock order: Cart, Order, Payment, Refund, GiftCard,
Variant. Source: docs/payments.md, the failure table.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.composed_text import fit
from shop.discounts.codes import CodeRefused
from shop.giftcards.cards import CardRefused
from shop.orders import lifecycle, mails, sources
from shop.orders.models import Order
from shop.payments import card_testing, paperwork, refunds, stripe_api, wording
from shop.payments.models import Payment
from shop.payments.stripe_amounts import from_stripe
from shop.stock.reservations import NotEnoughStock

Session = dict[str, Any]


def sync(payment_id: int, *, patient: bool) -> Payment:
    """Ask Stripe about a payment and apply the answer; creates the session if that is still open.

    Raises stripe_api.Unreachable (nothing changed). `patient` is for the worker: more time, retries.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.session_id is None:
        return _create(payment, patient=patient)
    session = stripe_api.retrieve_session(payment.session_id, patient=patient)
    return apply(payment_id, session)


def _create(payment: Payment, *, patient: bool) -> Payment:
    if not payment.is_active:
        return payment
    try:
        session = stripe_api.create_session(payment.params, key=payment.idempotency_key, patient=patient)
    except stripe_api.Refused as refusal:
        return _give_up(payment.pk, str(refusal))
    return apply(payment.pk, session)


def close(payment_id: int, *, patient: bool, closing: str = Payment.Closing.NOT) -> Payment:
    """End a payment that should no longer be paid: expire at Stripe first, re-read, then release.

    Whoever paid in the meantime wins. Raises stripe_api.Unreachable: then the stock stays held.
    `closing` says why the shop ends it; it is kept first, so the worker goes on where this stops.
    """
    if closing:
        mark_closing(payment_id, closing)
    payment = sync(payment_id, patient=patient)
    if payment.status not in {Payment.Status.CREATING, Payment.Status.OPEN} or not payment.session_id:
        return payment
    with suppress(stripe_api.Refused):  # not open any more: the re-read below says why
        stripe_api.expire_session(payment.session_id, patient=patient)
    return sync(payment_id, patient=patient)


def mark_closing(payment_id: int, closing: str) -> None:
    """Have an unpaid attempt ended by whoever looks at it next. One guarded UPDATE."""
    mine = Payment.objects.filter(pk=payment_id, status__in=Payment.ACTIVE, closing=Payment.Closing.NOT)
    mine.update(closing=closing, next_check=timezone.now())


@transaction.atomic
def apply(payment_id: int, session: Session) -> Payment:
    """Apply a session as Stripe reported it. Locks order and payment; idempotent."""
    payment = _lock(payment_id)
    payment.session_id = payment.session_id or session["id"]
    payment.url = session.get("url") or payment.url
    payment.intent_id = _intent(session).get("id", "") or payment.intent_id
    _note_money(payment, session)
    if payment.status not in Payment.FINAL:
        _decide(payment, session)
    _schedule(payment)
    payment.save()
    return payment


def _lock(payment_id: int) -> Payment:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = sources.lock_order(order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.order = order
    return payment


def _note_money(payment: Payment, session: Session) -> None:
    """Keep what Stripe says was paid, whatever becomes of it."""
    if session["status"] == "complete" and session["payment_status"] == "paid":
        payment.received_currency = str(session.get("currency") or "").upper()[:3]
        payment.received_minor = _amount(session, payment.received_currency)


def _amount(session: Session, currency: str) -> int:
    """Return the session's total in minor units; as Stripe counts where the shop does not know how."""
    amount = int(session.get("amount_total") or 0)
    try:
        return from_stripe(amount, currency)
    except ValueError:
        return amount


def _decide(payment: Payment, session: Session) -> None:
    mismatch = _mismatch(payment, session)
    is_complete, is_paid = session["status"] == "complete", session["payment_status"] == "paid"
    if mismatch:
        _review(payment, mismatch)
    elif is_complete and is_paid:
        _money_arrived(payment)
    elif is_complete:
        _still_unpaid(payment, session)
    elif session["status"] == "expired":
        why = card_testing.why_ended(payment) or _("The time to pay is over.")
        _dead(payment, Payment.Status.EXPIRED, why)
    elif payment.status == Payment.Status.CREATING:
        payment.status = Payment.Status.OPEN
    payment.reason = payment.reason or _decline_reason(session)


def _mismatch(payment: Payment, session: Session) -> str:
    """Return what in the session is not what this payment asked for, or an empty text."""
    metadata = session.get("metadata") or {}
    currency = str(session.get("currency") or "").upper()
    facts = {
        "session": (session["id"], payment.session_id),
        "reference": (metadata.get("payment"), str(payment.pk)),
        "currency": (currency, payment.currency),
        "amount": (_amount(session, payment.currency), payment.amount_minor),
        "livemode": (bool(session.get("livemode")), payment.livemode),
    }
    return "; ".join(f"{k}: {got} instead of {want}" for k, (got, want) in facts.items() if got != want)


def _money_arrived(payment: Payment) -> None:
    order = payment.order
    if order.status == Order.Status.PAID:
        _refund_due(payment, _("The order was paid already."))
    elif order.is_called_off or payment.closing == Payment.Closing.CALLED_OFF:
        lifecycle.cancel(order, reason=_("Called off"), is_called_off=True)
        mails.cancelled(order, refund_minor=payment.amount_minor)
        _refund_due(payment, _("Paid after the order was called off."))
    else:
        _sell(payment)


def _sell(payment: Payment) -> None:
    try:
        with transaction.atomic():
            lifecycle.mark_paid(payment.order)
    except NotEnoughStock:
        _refund_due(payment, _("Paid after the stock was gone."))
    except CodeRefused:
        _refund_due(payment, _("Paid after the discount code was used up."))
    except CardRefused:
        _refund_due(payment, _("Paid after the gift card was used up."))
    else:
        payment.status, payment.reason = Payment.Status.PAID, ""
        for other in payment.order.payments.exclude(pk=payment.pk):
            mark_closing(other.pk, Payment.Closing.REPLACED)
        paperwork.invoice(payment.order, payment)


def _refund_due(payment: Payment, reason: str) -> None:
    payment.status, payment.reason = Payment.Status.REFUND_DUE, reason
    payment.save()
    if rest := refunds.refundable_minor(payment):  # a bank may have taken it already
        refunds.request(payment=payment, amount_minor=rest, restock=False, reason=reason)
    mails.staff_alert(payment.order, wording.alert(payment))


def _review(payment: Payment, mismatch: str) -> None:
    payment.status, payment.reason = Payment.Status.REVIEW, fit(mismatch, 300)
    mails.staff_alert(payment.order, wording.alert(payment))


def _still_unpaid(payment: Payment, session: Session) -> None:
    if _intent(session).get("status") in {"requires_payment_method", "canceled"}:
        _dead(payment, Payment.Status.FAILED, _("The bank refused the payment."))
    elif payment.is_active:
        _bank_works(payment)


def _bank_works(payment: Payment) -> None:
    """Wait for the bank, which nobody can stop: a replaced attempt goes on, an order called off ends now."""
    payment.status = Payment.Status.PROCESSING
    if payment.closing == Payment.Closing.REPLACED:
        payment.closing = Payment.Closing.NOT
    elif payment.closing == Payment.Closing.CALLED_OFF and payment.order.status == Order.Status.PENDING:
        lifecycle.cancel(payment.order, reason=_("Called off"), is_called_off=True)
        mails.cancelled(payment.order)


def _dead(payment: Payment, status: str, reason: str) -> None:
    """End an attempt, and with it an order that waited for it alone."""
    if not payment.is_active:
        return
    payment.status, payment.reason = status, reason
    payment.save()
    order = payment.order
    if order.status != Order.Status.PENDING:
        return
    is_called_off = payment.closing == Payment.Closing.CALLED_OFF
    lifecycle.cancel(order, reason=reason, is_called_off=is_called_off)
    if is_called_off:
        mails.cancelled(order)
    elif payment.closing != Payment.Closing.REPLACED:
        mails.payment_failed(order, attempt=payment.attempt, reason=wording.failure(payment))


@transaction.atomic
def _give_up(payment_id: int, reason: str) -> Payment:
    """Stripe refused to create the session, so none exists: release."""
    payment = _lock(payment_id)
    if payment.session_id is None:
        _dead(payment, Payment.Status.ABANDONED, fit(reason, 300))
    return payment


def _intent(session: Session) -> dict[str, Any]:
    intent = session.get("payment_intent")
    return intent if isinstance(intent, dict) else {"id": intent or ""}


def _decline_reason(session: Session) -> str:
    error = _intent(session).get("last_payment_error") or {}
    return fit(str(error.get("message") or ""), 300)


def _schedule(payment: Payment) -> None:
    """Ask again later and later: after 15 s, 30 s, ... at most every 10 minutes; at the hold's end."""
    pause = min(timedelta(seconds=15 * 2 ** min(payment.checks, 6)), timedelta(minutes=10))
    payment.checks += 1
    soon = timezone.now() + pause
    past_hold = timezone.now() >= payment.hold_until
    payment.next_check = soon if past_hold else min(soon, payment.hold_until)


def may_ask_from_page(payment: Payment) -> bool:
    """Claim the right to sync from a page: once in five seconds a payment. One guarded UPDATE."""
    now = timezone.now()
    asked_lately = Q(page_asked_at__isnull=False, page_asked_at__gt=now - settings.PAYMENT_PAGE_SYNC_PAUSE)
    due = Payment.objects.filter(~asked_lately, pk=payment.pk, status__in=Payment.ACTIVE)
    return due.update(page_asked_at=now) == 1


def let_page_ask(session_id: str) -> None:
    """Let the next page ask at once: there is news about this session."""
    Payment.objects.filter(session_id=session_id).update(page_asked_at=None)


@transaction.atomic
def postpone(payment_id: int) -> None:
    """Back off after Stripe could not be asked; nothing else changes."""
    payment = _lock(payment_id)
    _schedule(payment)
    payment.save(update_fields=["checks", "next_check"])

"""Card testers and bots: limits on attempts to pay and on refused cards, and a word to the staff.

A new attempt to pay is counted for its cart and for the buyer's network address, a refused card for the
address that opened the payment and for the payment itself. Who is over a limit waits, nobody else does.
A payment that succeeds clears nothing: a card that works is what a tester looks for.
Error: TooManyAttempts. Source: docs/payments.md, "Card testers".
"""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import limits, mail
from foundation.retention import purge
from shop.payments.models import Payment
from shop.payments.retention import ORIGINS

LOOK_BACK = timedelta(days=1)  # what the mail to the staff speaks of
ONE_MAIL_AN_HOUR = (1, 3600)
ORDERS_IN_MAIL = 20
ATTEMPTS_OF_CART, ATTEMPTS, REFUSED_CARDS = "pay by cart", "pay by address", "refused cards"


class TooManyAttempts(Exception):
    """Too many attempts to pay, or refused cards; str() tells the buyer when to try again."""

    def __init__(self, seconds: int) -> None:
        """Keep in how many seconds the next attempt is welcome."""
        minutes = math.ceil(seconds / 60)
        text = ngettext(
            "There were very many attempts to pay from your network. Nothing is lost and nothing was "
            "charged: please try again in %(minutes)d minute.",
            "There were very many attempts to pay from your network. Nothing is lost and nothing was "
            "charged: please try again in %(minutes)d minutes.",
            minutes,
        )
        super().__init__(text % {"minutes": minutes})
        self.seconds = seconds


def count_attempt(*, origin: str, cart_id: int) -> None:
    """Count a new attempt to pay; call it outside any transaction. Raises TooManyAttempts.

    A look and two statements. What is refused is counted too, but makes nobody wait longer.
    """
    _require(limits.look(bucket=REFUSED_CARDS, key=origin, rate=settings.LIMIT_REFUSED_CARDS))
    _require(limits.take(bucket=ATTEMPTS_OF_CART, key=str(cart_id), rate=settings.LIMIT_PAYMENTS_CART))
    _require(limits.take(bucket=ATTEMPTS, key=origin, rate=settings.LIMIT_PAYMENTS))


def _require(verdict: limits.Verdict) -> None:
    if not verdict.is_allowed:
        raise TooManyAttempts(verdict.retry_after_seconds)


def note_refusal(payment_id: int) -> None:
    """Count a refused card, which `Payment.refusals` holds already; end what looks like card testing.

    Asks Stripe nothing: the worker ends the payment.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.origin:
        limits.take(bucket=REFUSED_CARDS, key=payment.origin, rate=settings.LIMIT_REFUSED_CARDS)
    is_over = _seconds_to_wait(payment) > 0
    if is_over or _has_too_many(payment):
        _end(payment)
    if is_over:
        _tell_staff(payment)


def _has_too_many(payment: Payment) -> bool:
    too_many: bool = payment.refusals >= settings.MAX_REFUSED_CARDS
    return too_many


def _seconds_to_wait(payment: Payment) -> int:
    """Return for how long new attempts from where this payment came are refused; 0 if they are welcome."""
    if not payment.origin:
        return 0
    rate = settings.LIMIT_REFUSED_CARDS
    return limits.look(bucket=REFUSED_CARDS, key=payment.origin, rate=rate).retry_after_seconds


def _end(payment: Payment) -> None:
    """Let the time to pay be over, so that the worker ends the payment; whoever paid meanwhile wins."""
    now = timezone.now()
    unpaid = Payment.objects.filter(pk=payment.pk, status__in=(Payment.Status.CREATING, Payment.Status.OPEN))
    unpaid.filter(hold_until__gt=now).update(hold_until=now, next_check=now)


def why_ended(payment: Payment) -> str:
    """Return what the buyer reads of a payment that its refused cards ended; else an empty text."""
    seconds = _seconds_to_wait(payment) if payment.refusals else 0
    if not seconds and not _has_too_many(payment):
        return ""
    why = _("Too many cards were refused, so we ended this try to pay.")
    if not seconds:
        return why + " " + _("You can try again with another card.")
    return why + " " + _("Please try again after %(time)s.") % {"time": _minute_after(seconds)}


def _minute_after(seconds: int) -> str:
    """Return the first full minute after so many seconds, in the shop's time zone."""
    end = timezone.localtime(timezone.now() + timedelta(seconds=seconds + 60))
    return format_time(end, "H:i e")


@transaction.atomic
def _tell_staff(payment: Payment) -> None:
    """Mail the staff, at most once an hour for the whole shop."""
    now = timezone.now()
    if limits.take(bucket="mail of card testing", key="staff", rate=ONE_MAIL_AN_HOUR).is_allowed:
        mail.enqueue(
            message="staff_card_testing",
            to=settings.STAFF_EMAILS,
            context=_evidence(payment) | {"admin_url": f"{settings.SITE_URL}/admin/shop/payment/"},
            reference=f"{now:%Y-%m-%d %H:%M:%S}",
        )


def _evidence(payment: Payment) -> dict[str, object]:
    """Return what came from one address in the last day. Two queries."""
    recent = Payment.objects.filter(origin=payment.origin, created_at__gt=timezone.now() - LOOK_BACK)
    refused = list(recent.filter(refusals__gt=0).select_related("order").order_by("created_at"))
    numbers = list(dict.fromkeys(attempt.order.number for attempt in refused))
    return {
        "orders": len(numbers),
        "numbers": numbers[-ORDERS_IN_MAIL:],
        "refusals": sum(attempt.refusals for attempt in refused),
        "since": refused[0].created_at if refused else payment.created_at,
        "until": _minute_after(_seconds_to_wait(payment)),
    }


def forget_origins() -> int:
    """Drop where payments older than `ORIGIN_DAYS` came from; return how many."""
    return purge(ORIGINS)

"""What nobody tells us: the worker asks about due payments and ends holds that are over.

Source: docs/payments.md, rows "nobody tells us" and "hold over".
"""

import logging

from django.utils import timezone

from shop.payments import stripe_api, sync
from shop.payments.models import Payment

logger = logging.getLogger(__name__)


def sync_due(*, limit: int = 100) -> int:
    """Sync every active payment whose time has come; return how many were asked about.

    A payment that Stripe cannot be asked about stays as it is, its stock held, and is tried later; the
    round ends there, so that a silent Stripe does not keep the worker from its other jobs.
    """
    now = timezone.now()
    due = Payment.objects.filter(status__in=Payment.ACTIVE, next_check__lte=now)
    asked = 0
    for payment in due.order_by("next_check")[:limit]:
        asked += 1
        if not _sync_one(payment, is_over=bool(payment.closing) or payment.hold_until <= now):
            break
    return asked


def _sync_one(payment: Payment, *, is_over: bool) -> bool:
    """Ask about one payment; return whether Stripe could be asked."""
    work = sync.close if is_over else sync.sync
    try:
        work(payment.pk, patient=True)
    except stripe_api.StripeError as error:
        logger.warning("Stripe cannot be asked about %s: %s", payment, error)
        sync.postpone(payment.pk)
        return False
    return True

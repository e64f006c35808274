"""Disputes as the shop knows them, without the bank."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shop.orders.models import Order
from shop.payments.models import Dispute


def dispute(order: Order, **overrides: Any) -> Dispute:
    """Make an open dispute of the order's newest payment, to be answered in nine days and an hour."""
    payment = order.payments.latest("attempt")
    now = timezone.now()
    facts = {
        "stripe_id": f"du_{order.pk}_{payment.disputes.count()}",
        "amount_minor": payment.amount_minor,
        "reason": "product_not_received",
        "status": "needs_response",
        "due_by": now + timedelta(days=9, hours=1),
        "opened_at": now,
    }
    return Dispute.objects.create(payment=payment, **facts | overrides)

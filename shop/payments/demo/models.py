"""Tables of the fake Stripe; they exist in demo databases only."""

import secrets

from django.db import models
from django.utils import timezone


def new_token() -> str:
    """Return the unguessable part of a demo payment page's address."""
    return secrets.token_urlsafe(18)


class DemoSession(models.Model):
    """A Checkout Session with its payment intent, as Stripe would keep them."""

    session_id = models.CharField(max_length=80, unique=True)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    params = models.JSONField()
    status = models.CharField(max_length=10, default="open")
    payment_status = models.CharField(max_length=10, default="unpaid")
    intent_id = models.CharField(max_length=80, blank=True, db_index=True)
    intent_status = models.CharField(max_length=30, blank=True)
    decline_message = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=20, default="card")
    amount_total = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.session_id

    @property
    def is_payable(self) -> bool:
        """Whether money could still arrive: open, and its time not over."""
        return self.status == "open" and timezone.now() < self.expires_at

    @property
    def is_processing(self) -> bool:
        """Whether the bank has not said yet whether it pays."""
        return self.status == "complete" and self.intent_status == "processing"


class DemoRefund(models.Model):
    """A refund of a demo payment, in Stripe's minor units: pending, succeeded or failed."""

    refund_id = models.CharField(max_length=80, unique=True)
    intent_id = models.CharField(max_length=80, db_index=True)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, default="succeeded")
    failure_reason = models.CharField(max_length=80, blank=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.refund_id


class DemoDispute(models.Model):
    """A buyer's complaint at the bank about a demo payment, answerable until `due_by`."""

    CLOSED = ("won", "lost", "warning_closed")

    dispute_id = models.CharField(max_length=80, unique=True)
    intent_id = models.CharField(max_length=80, db_index=True)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=40)
    status = models.CharField(max_length=30, default="needs_response")
    due_by = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.dispute_id


class DemoEvent(models.Model):
    """An event as it was sent; `is_delivered` once the shop took it."""

    event_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    is_delivered = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class DemoAnswer(models.Model):
    """The remembered answer of an idempotency key."""

    key = models.CharField(max_length=255, unique=True)
    request = models.TextField()
    status = models.PositiveIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key

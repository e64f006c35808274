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


class DemoRefund(models.Model):
    """A refund of a demo payment, in minor units."""

    refund_id = models.CharField(max_length=80, unique=True)
    intent_id = models.CharField(max_length=80, db_index=True)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.refund_id


class DemoAnswer(models.Model):
    """The remembered answer of an idempotency key."""

    key = models.CharField(max_length=255, unique=True)
    request = models.TextField()
    status = models.PositiveIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key

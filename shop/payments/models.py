"""Payments, refunds, disputes and the inbox of Stripe's events.

Only sync.py, refunds.py and disputes.py decide what becomes of them.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order, OrderLine

__all__ = ["Dispute", "Payment", "Refund", "RefundLine", "WebhookEvent", "WebhookHealth"]


def new_key() -> str:
    """Return a fresh idempotency key."""
    return uuid.uuid4().hex


class Payment(models.Model):
    """One attempt to pay an order with a Stripe Checkout Session; amounts in minor units.

    `params` are the exact parameters of the session, frozen, so that a repeat is the same request.
    `closing` says that the shop itself ends the attempt, and why; `received_minor` is what Stripe says
    was paid, in minor units of `received_currency`; `origin` is the buyer's network address as a keyed
    hash, and `basket` the cart's token as one, for limits, and `refusals` counts the cards that were refused.
    """

    class Status(models.TextChoices):
        CREATING = "creating", _("Being prepared")
        OPEN = "open", _("Open")
        PROCESSING = "processing", _("Processing")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        ABANDONED = "abandoned", _("Abandoned")
        REVIEW = "review", _("Needs review")
        REFUND_DUE = "refund_due", _("Refund due")

    class Closing(models.TextChoices):
        NOT = "", _("No")
        REPLACED = "replaced", _("Replaced by another attempt")
        CALLED_OFF = "called_off", _("The order was called off")

    ACTIVE = (Status.CREATING, Status.OPEN, Status.PROCESSING)
    FINAL = (Status.PAID, Status.REVIEW, Status.REFUND_DUE)

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    attempt = models.PositiveIntegerField(_("attempt"), default=1)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.CREATING)
    idempotency_key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    params = models.JSONField(default=dict, editable=False)
    amount_minor = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    session_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    url = models.TextField(blank=True, editable=False)
    livemode = models.BooleanField(default=False)
    closing = models.CharField(
        _("ended by the shop"), max_length=10, choices=Closing.choices, default=Closing.NOT, blank=True
    )
    received_minor = models.PositiveIntegerField(_("received"), null=True, blank=True)
    received_currency = models.CharField(max_length=3, blank=True)
    origin = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    basket = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    refusals = models.PositiveIntegerField(_("refused cards"), default=0)
    hold_until = models.DateTimeField()
    next_check = models.DateTimeField(db_index=True)
    checks = models.PositiveIntegerField(default=0, editable=False)
    page_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "attempt"], name="payment_attempt_once"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["creating", "open", "processing"]),
                name="payment_one_active",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"payment {self.pk}"

    @property
    def money_currency(self) -> str:
        """The currency of the money that it brought."""
        return self.received_currency or self.currency

    @property
    def is_active(self) -> bool:
        """Whether this attempt can still become money."""
        return self.status in self.ACTIVE


class Refund(models.Model):
    """Money that goes back; the row is made before Stripe is asked.

    Without a payment it is what gift cards paid: that goes back onto them at once, and Stripe is not asked.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", verbose_name=_("order"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="refunds")
    idempotency_key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    amount_minor = models.PositiveIntegerField(_("amount"))
    restock = models.BooleanField(_("put the stock back"), default=False)
    includes_shipping = models.BooleanField(_("shipping included"), default=False)
    is_imported = models.BooleanField(_("made at Stripe"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    stripe_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    failure = models.CharField(max_length=300, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gte=1), name="refund_not_empty"),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk}"

    @property
    def currency(self) -> str:
        """The currency of what goes back: that of the money that came. Reads payment and order."""
        return self.payment.money_currency if self.payment else self.order.currency


class RefundLine(models.Model):
    """So many units of an order's line that a refund pays back."""

    refund = models.ForeignKey(Refund, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="refund_lines")
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "order_line"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refund_line_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.order_line_id}"


class Dispute(models.Model):
    """A payment that its bank questions or takes back; the words of status and reason are Stripe's."""

    APPEAL = ("appeal_needs_response", "appeal_under_review")  # lost, but not for good
    OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review", *APPEAL)
    TAKES_MONEY = ("needs_response", "under_review", "lost", *APPEAL)

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    stripe_id = models.CharField(max_length=255, unique=True)
    amount_minor = models.PositiveIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=40)
    due_by = models.DateTimeField(_("answer until"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"dispute {self.stripe_id}"

    @property
    def is_open(self) -> bool:
        """Whether the bank has not decided yet."""
        return self.status in self.OPEN

    @property
    def holds_shipment(self) -> bool:
        """Whether nothing should be shipped: the bank has the money, or may take it."""
        return self.is_open or self.status == "lost"


class WebhookEvent(models.Model):
    """The inbox: one row an event of Stripe, kept whole, processed by the worker."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")

    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    livemode = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    note = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Stripe event")
        verbose_name_plural = _("Stripe events")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class WebhookHealth(models.Model):
    """One row: the last request at the webhook's address that was refused, and why."""

    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, blank=True)
    refused_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.refused_count} refused"

"""Payments, refunds and Stripe's events: lists to read; only an event's work can be started anew."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation.admin import ReadOnlyAdmin
from shop.money import Money
from shop.orders.models import Order
from shop.payments import review
from shop.payments.models import Payment, Refund, WebhookEvent


def order_link(order: Order) -> SafeString:
    """Return a link to the order's page in the admin."""
    return format_html('<a href="{}">{}</a>', reverse("admin:shop_order_change", args=[order.pk]), order)


class ReviewFilter(admin.SimpleListFilter):
    """Keep the payments that need a person."""

    title, parameter_name = _("queue"), "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the one queue."""
        return [("to_review", _("To review"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        """Keep the queue if it was chosen."""
        return review.to_review(queryset) if self.value() == "to_review" else queryset


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Every attempt to pay an order."""

    list_display = ("number", "of_order", "status", "amount", "reason", "created_at", "session_id")
    list_display_links = ("number",)
    list_filter = (ReviewFilter, "status", "livemode", "created_at")
    list_select_related = ("order",)
    show_full_result_count = False
    search_fields = ("session_id", "intent_id", "order__number", "order__email")
    search_help_text = _("Searches session, payment intent, order number and e-mail.")
    fields = (
        "of_order", "attempt", "status", "reason", "amount", "session_id", "intent_id", "livemode",
        "hold_until", "next_check", "checks", "created_at",
    )  # fmt: skip

    @admin.display(description=_("payment"), ordering="pk")
    def number(self, payment: Payment) -> str:
        """Show the payment's own number."""
        return str(payment.pk)

    @admin.display(description=_("order"), ordering="order__number")
    def of_order(self, payment: Payment) -> SafeString:
        """Link to the order."""
        return order_link(payment.order)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, payment: Payment) -> str:
        """Show the formatted amount."""
        return Money(payment.amount_minor, payment.currency).display()


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that went back, or should."""

    list_display = (
        "number",
        "of_order",
        "status",
        "amount",
        "restock",
        "reason",
        "failure",
        "staff",
        "created_at",
    )
    list_display_links = ("number",)
    list_filter = ("status", "restock", "created_at")
    list_select_related = ("payment__order", "staff")
    show_full_result_count = False
    search_fields = ("stripe_id", "payment__session_id", "payment__intent_id", "payment__order__number")
    search_help_text = _("Searches refund, session, payment intent and order number.")
    fields = (
        "of_order", "payment", "status", "failure", "amount", "restock", "reason", "stripe_id", "staff",
        "created_at",
    )  # fmt: skip

    @admin.display(description=_("refund"), ordering="pk")
    def number(self, refund: Refund) -> str:
        """Show the refund's own number."""
        return str(refund.pk)

    @admin.display(description=_("order"), ordering="payment__order__number")
    def of_order(self, refund: Refund) -> SafeString:
        """Link to the order."""
        return order_link(refund.payment.order)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        """Show the formatted amount."""
        return Money(refund.amount_minor, refund.payment.currency).display()


class StuckFilter(admin.SimpleListFilter):
    """Keep the events whose work failed or hangs."""

    title, parameter_name = _("trouble"), "trouble"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the one queue."""
        return [("stuck", _("Failed, or waiting over 10 minutes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
        """Keep the queue if it was chosen."""
        return review.stuck(queryset) if self.value() == "stuck" else queryset


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """The inbox of Stripe's events."""

    list_display = ("event_id", "kind", "status", "note", "received_at", "processed_at")
    list_filter = (StuckFilter, "status", "livemode", "received_at")
    show_full_result_count = False
    search_fields = ("event_id", "kind", "payload")
    search_help_text = _("Searches event, kind and everything the event says, such as a session.")
    actions = ("process_again",)
    fields = (
        "event_id", "kind", "status", "note", "problem", "livemode", "received_at", "processed_at", "document"
    )  # fmt: skip

    class Media:
        css = {"all": ["css/admin/orders.css"]}

    @admin.action(description=_("Process again"), permissions=["process"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        """Give the worker the chosen events anew; what is done stays done."""
        count = review.process_again(queryset)
        text = ngettext("%(count)d event is processed again.", "%(count)d events are processed again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def has_process_permission(self, request: HttpRequest) -> bool:
        """Whoever may change events may have them processed again."""
        return request.user.has_perm("shop.change_webhookevent")

    @admin.display(description=_("last problem"))
    def problem(self, event: WebhookEvent) -> str:
        """Show what went wrong last."""
        return review.last_problem(event) or "–"

    @admin.display(description=_("what Stripe said"))
    def document(self, event: WebhookEvent) -> SafeString:
        """Show the event, indented."""
        return format_html('<pre class="document">{}</pre>', json.dumps(event.payload, indent=2))

"""Payments, refunds, disputes and Stripe's events: lists to read.

A payment in review can be decided about, and an event's work started anew.
"""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation.admin import ReadOnlyAdmin
from shop.money import Money
from shop.orders.models import Order
from shop.payments import disputes, review, review_page, wording
from shop.payments.models import Dispute, Payment, Refund, WebhookEvent


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
        "of_order", "attempt", "status", "reason", "amount", "received", "refusals", "closing", "session_id",
        "intent_id", "livemode", "hold_until", "next_check", "checks", "created_at",
    )  # fmt: skip

    class Media:
        css = {"all": ["css/admin/orders.css", "css/admin/order-file.css", "css/admin/order-money.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the two decisions."""
        wrap = self.admin_site.admin_view
        accept, send_back = wrap(review_page.accept), wrap(review_page.send_back)
        return [
            path("<path:object_id>/accept/", accept, {"desk": self}, name="shop_payment_accept"),
            path("<path:object_id>/send-back/", send_back, {"desk": self}, name="shop_payment_send_back"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what does not match above the facts of a payment in review."""
        payment = context["original"]
        if payment.status == Payment.Status.REVIEW:
            context["card"] = review_page.card(payment)
            context["can_decide"] = request.user.has_perm("shop.change_order")
        return super().render_change_form(request, context, *args, **kwargs)

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

    @admin.display(description=_("received"), empty_value="–", ordering="received_minor")
    def received(self, payment: Payment) -> str | None:
        """Show what Stripe says was paid."""
        return wording.received(payment) or None


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money that went back, or should."""

    list_display = (
        "number", "of_order", "status", "amount", "restock", "is_imported", "reason", "failure", "staff",
        "created_at",
    )  # fmt: skip
    list_display_links = ("number",)
    list_filter = ("status", "restock", "is_imported", "created_at")
    list_select_related = ("order", "payment", "staff")
    show_full_result_count = False
    search_fields = ("stripe_id", "payment__session_id", "payment__intent_id", "order__number")
    search_help_text = _("Searches refund, session, payment intent and order number.")
    fields = (
        "of_order", "payment", "status", "failure", "amount", "parts", "restock", "reason", "is_imported",
        "stripe_id", "staff", "created_at",
    )  # fmt: skip

    @admin.display(description=_("refund"), ordering="pk")
    def number(self, refund: Refund) -> str:
        """Show the refund's own number."""
        return str(refund.pk)

    @admin.display(description=_("order"), ordering="order__number")
    def of_order(self, refund: Refund) -> SafeString:
        """Link to the order."""
        return order_link(refund.order)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, refund: Refund) -> str:
        """Show the formatted amount."""
        return wording.amount(refund.amount_minor, refund.currency)

    @admin.display(description=_("for"), empty_value="–")
    def parts(self, refund: Refund) -> str:
        """Show the units it pays back, and shipping."""
        rows = refund.lines.select_related("order_line")
        parts = [f"{row.quantity} × {row.order_line.title}" for row in rows]
        parts += [str(_("shipping"))] if refund.includes_shipping else []
        return ", ".join([*parts, str(_("onto gift cards"))] if refund.payment is None else parts)


class AnswerFilter(admin.SimpleListFilter):
    """Keep the disputes that wait for the shop's answer."""

    title, parameter_name = _("queue"), "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the one queue."""
        return [("to_answer", _("To answer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Keep the queue if it was chosen."""
        return disputes.to_answer(queryset) if self.value() == "to_answer" else queryset


class DisputeStatusFilter(admin.SimpleListFilter):
    """Keep the disputes of one status, named in plain words."""

    title, parameter_name = _("status"), "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the statuses that Stripe has."""
        return list(wording.STATUSES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        """Keep the chosen status; what nobody offered keeps everything."""
        return queryset.filter(status=self.value()) if self.value() in wording.STATUSES else queryset


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Payments that a bank questions or took back."""

    list_display = ("of_order", "state", "amount", "why", "due_by", "opened_at", "closed_at", "stripe_id")
    list_display_links = ("stripe_id",)
    list_filter = (AnswerFilter, DisputeStatusFilter, "opened_at")
    list_select_related = ("payment__order",)
    show_full_result_count = False
    search_fields = ("stripe_id", "payment__session_id", "payment__intent_id", "payment__order__number")
    search_help_text = _("Searches dispute, session, payment intent and order number.")
    fields = (
        "of_order",
        "payment",
        "stripe_id",
        "state",
        "amount",
        "why",
        "due_by",
        "opened_at",
        "closed_at",
    )

    @admin.display(description=_("order"), ordering="payment__order__number")
    def of_order(self, dispute: Dispute) -> SafeString:
        """Link to the order."""
        return order_link(dispute.payment.order)

    @admin.display(description=_("status"), ordering="status")
    def state(self, dispute: Dispute) -> str:
        """Show how far it is."""
        return wording.dispute_status(dispute)

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, dispute: Dispute) -> str:
        """Show the formatted amount."""
        return wording.amount(dispute.amount_minor, dispute.payment.currency)

    @admin.display(description=_("reason"), ordering="reason")
    def why(self, dispute: Dispute) -> str:
        """Show the bank's reason in plain words."""
        return wording.dispute_reason(dispute)


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

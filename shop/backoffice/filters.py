"""Filters of the order list; a value that nobody offered keeps everything."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from shop.backoffice import queues
from shop.orders.models import Order


class ChosenFilter(admin.SimpleListFilter):
    """Filter by the value of the field `parameter_name`, one of those offered."""

    parameter_name: str
    choices_offered: list[tuple[str, Any]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the choices."""
        return self.choices_offered

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the chosen value."""
        offered = [str(value) for value, _label in self.lookup_choices]
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() in offered else queryset


class StatusFilter(ChosenFilter):
    """Filter by status."""

    title, parameter_name = _("status"), "status"
    choices_offered = Order.Status.choices


class FulfilmentFilter(ChosenFilter):
    """Filter by fulfilment."""

    title, parameter_name = _("fulfilment"), "fulfilment"
    choices_offered = Order.Fulfilment.choices


class HoldFilter(ChosenFilter):
    """Filter by what became of the stock."""

    title, parameter_name = _("stock"), "hold"
    choices_offered = Order.Hold.choices


class CountryFilter(ChosenFilter):
    """Filter by destination."""

    title, parameter_name = _("country"), "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the countries that were ordered from. One query."""
        codes = Order.objects.order_by("country").values_list("country", flat=True).distinct()
        return [(code, str(countries.name(code)) or code) for code in codes]


class QueueFilter(admin.SimpleListFilter):
    """Filter by what waits for somebody."""

    title, parameter_name = _("queue"), "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """Offer the orders to ship, to be paid, disputed by a bank, and withdrawn from but not refunded."""
        return [
            ("to_ship", _("To ship")), ("to_pay", _("Waiting for payment")), ("disputed", _("Disputed")),
            ("withdrawn", _("Withdrawal to refund")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the chosen queue."""
        queue = {
            "to_ship": queues.to_ship, "to_pay": queues.to_pay, "disputed": queues.disputed,
            "withdrawn": queues.withdrawn,
        }  # fmt: skip
        keep = queue.get(self.value() or "")
        return keep(queryset) if keep else queryset

"""The order desk: find an order, read its file, ship it, refund it, cancel it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation.admin import ReadOnlyAdmin
from foundation.methods import require_safe
from shop.backoffice import (
    badges,
    calling_off_views,
    correction_views,
    filters,
    order_search,
    order_views,
    pictures,
    queues,
    refund_views,
    withdrawal_views,
)
from shop.backoffice import mail_preview_views as mail_views
from shop.backoffice.tables import moment
from shop.orders import addresses
from shop.orders.models import Order


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders, newest first; nothing is edited by hand, the order's page has the buttons."""

    list_display = ("picture", "numbered", "state", "parcel", "buyer", "amount", "placed")
    list_display_links = ("numbered",)
    list_filter = (
        filters.QueueFilter, filters.StatusFilter, filters.FulfilmentFilter, filters.HoldFilter,
        filters.CountryFilter, "created_at",
    )  # fmt: skip
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-number",)
    search_fields = order_search.FIELDS
    search_help_text = _(
        "Searches order and invoice number, name, e-mail, telephone, postal code, SKU and tracking number."
    )

    class Media:
        css = {"all": ["css/admin/orders.css", "css/admin/order-file.css", "css/admin/order-money.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Fetch lines, pictures, and whether a bank disputes. Two queries more than the orders' own."""
        orders = queues.with_disputes(super().get_queryset(request))
        return orders.prefetch_related(pictures.lines_with_pictures())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Find an order by what order_search says, beyond the fields above."""
        term = order_search.number_of(search_term)
        found, _has_twins = super().get_search_results(request, queryset, term)
        wanted = Q(pk__in=found.order_by().values("pk")) | (order_search.telephone(term) or Q())
        return queryset.filter(wanted) if term else queryset, False

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the buttons and of the mails' previews."""
        wrap, desk = self.admin_site.admin_view, {"desk": self}
        mails = [
            path("mails/", wrap(mail_views.show), desk, name="shop_order_mails"),
            path("mails/html/", wrap(mail_views.html), desk, name="shop_order_mail_html"),
        ]
        buttons = {
            "ship": order_views.ship, "refund": refund_views.refund, "cancel": calling_off_views.cancel,
            "delivery": withdrawal_views.note_delivery, "goods-back": withdrawal_views.goods_back,
            "refuse-withdrawal": withdrawal_views.refuse, "correct": correction_views.correct,
            "resend": correction_views.resend, "note": correction_views.note,
        }  # fmt: skip
        return [*mails, *(self._button(verb, view) for verb, view in buttons.items()), *super().get_urls()]

    def _button(self, verb: str, view: Callable[..., HttpResponse]) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        return path(f"<path:object_id>/{verb}/", wrapped, {"desk": self}, name=f"shop_order_{verb}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with how many orders are to ship above it."""
        count = queues.to_ship(Order.objects.all()).count() if self.has_view_permission(request) else 0
        extra = {"title": _("Orders"), "to_ship_count": count, **(extra_context or {})}
        return super().changelist_view(request, extra)

    @method_decorator(require_safe)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the order's file."""
        return order_views.show(request, object_id, desk=self)

    @admin.display(description=_("picture"))
    def picture(self, order: Order) -> SafeString:
        """Show the first product's picture."""
        return pictures.thumbnail(next(iter(order.lines.all()), None))

    @admin.display(description=_("order"), ordering="number")
    def numbered(self, order: Order) -> str:
        """Show the number as it is spoken of."""
        return str(order)

    @admin.display(description=_("status"), ordering="status")
    def state(self, order: Any) -> SafeString:
        """Show the status as the buyer sees it, and what became of the money."""
        return badges.together(badges.of_order(order, is_disputed=order.is_disputed))

    @admin.display(description=_("parcel"), ordering="fulfilment")
    def parcel(self, order: Any) -> SafeString:
        """Show what became of the parcel of a paid order."""
        return badges.together(badges.of_parcel(order, is_disputed=order.is_disputed))

    @admin.display(description=_("buyer"), ordering="name")
    def buyer(self, order: Order) -> SafeString:
        """Show name, e-mail address and country."""
        country = addresses.country_name(order)
        return format_html(
            '<b>{}</b><br><span class="quiet">{}<br>{}</span>', order.name, order.email, country
        )

    @admin.display(description=_("total"), ordering="total_minor")
    def amount(self, order: Order) -> str:
        """Show the formatted total."""
        return order.total.display()

    @admin.display(description=_("ordered at"), ordering="created_at")
    def placed(self, order: Order) -> str:
        """Show when it was ordered."""
        return moment(order.created_at)

"""The screen "Stripe and the shop" in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from foundation.admin import ReadOnlyAdmin
from shop.backoffice.models import Comparison
from shop.backoffice.reconciling import views


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin):
    """One screen instead of a list: how things stand, and what differs."""

    class Media:
        css = {"all": ["css/admin/order-file.css", "css/admin/reconciliation.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the buttons."""
        wrap, desk = self.admin_site.admin_view, {"desk": self}
        mend = "<int:difference_id>/mend/<slug:verb>/"
        return [
            path("compare/", wrap(views.compare), desk, name="shop_comparison_compare"),
            path(mend, wrap(views.mend), desk, name="shop_comparison_mend"),
            path("<int:difference_id>/settle/", wrap(views.settle), desk, name="shop_comparison_settle"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the screen."""
        return views.show(request, desk=self)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go to the screen: a single comparison has no page."""
        return redirect("admin:shop_comparison_changelist")

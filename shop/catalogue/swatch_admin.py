"""Swatches in the admin: what colour a value of an option means on cards and product pages."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from foundation import freshness
from foundation.staff_admin import StaffAdmin
from shop.catalogue.forms import SwatchForm
from shop.catalogue.swatches import Swatch


@admin.register(Swatch)
class SwatchAdmin(StaffAdmin):
    """Swatches with a sample; an edit shows at once on every page."""

    form = SwatchForm
    list_display = ["sample", "name"]
    list_display_links = ["name"]
    search_fields = ["name"]
    fields = ["name", "colour", "is_two_tone", "second_colour", "sample"]
    readonly_fields = ["sample"]

    @admin.display(description=_("sample"))
    def sample(self, swatch: Swatch) -> str:
        """Show the circle as customers see it."""
        return render_to_string("components/swatch.html", {"swatch": swatch}) if swatch.pk else "–"

    def save_model(self, request: HttpRequest, obj: Swatch, form: Any, change: bool) -> None:
        """Save and renew public pages."""
        super().save_model(request, obj, form, change)
        freshness.bump()

    def delete_model(self, request: HttpRequest, obj: Swatch) -> None:
        """Delete and renew public pages."""
        super().delete_model(request, obj)
        freshness.bump()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Swatch]) -> None:
        """Delete and renew public pages."""
        super().delete_queryset(request, queryset)
        freshness.bump()

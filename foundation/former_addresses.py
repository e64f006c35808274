"""The former addresses of a thing, on its page in the admin."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from foundation import redirects
from foundation.staff_admin import StaffAdmin


class FormerAddresses(StaffAdmin):
    """An admin of things with a page: what leads to it from before stands last in its form."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Add the list, which is looked at only."""
        return [*super().get_readonly_fields(request, obj), "former_addresses"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the list where something moved. One query."""
        shown = [name for name in super().get_fields(request, obj) if name != "former_addresses"]
        return [*shown, "former_addresses"] if obj and redirects.former(obj) else shown

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the list where something moved, also in a form with headings."""
        shown = super().get_fieldsets(request, obj)
        if not self.fieldsets or not obj or not redirects.former(obj):
            return shown
        return [*shown, (None, {"fields": ["former_addresses"]})]

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        """Say at the address what a change of it does."""
        if db_field.name == "slug":
            kwargs["help_text"] = _(
                "The last part of the address. After a change the old address leads to the new one."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("former addresses, which lead here"))
    def former_addresses(self, obj: Any) -> str:
        """List what leads here."""
        return format_html_join("\n", "<div>{}</div>", ((path,) for path in redirects.former(obj)))

"""What every admin of the shop stands on.

    class MakerAdmin(StaffAdmin): ...    # instead of admin.ModelAdmin

`tests/guards/test_admins.py` walks the registry and sees that none stands elsewhere.
"""

from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

COLLIDED = "_collided"  # marks a request whose first try met a colleague's save


class StaffAdmin(admin.ModelAdmin[Any]):
    """An admin whose forms lose nothing and undo nothing."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Show or save a form; what the database refuses becomes an error above what was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            setattr(request, COLLIDED, True)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        """Return the form's class, one that refuses to save where this request must not."""
        form_class = super().get_form(request, obj, change, **kwargs)
        reasons = self.refusals(request)
        return _refusing(form_class, reasons) if reasons else form_class

    def refusals(self, request: HttpRequest) -> list[Any]:
        """Return why nothing of this request may be saved; what was typed stays."""
        if not getattr(request, COLLIDED, False):
            return []
        text = _("Somebody saved something of the same name or value at this very moment. Please save again.")
        return [text]


def _refusing(form_class: type[ModelForm[Any]], reasons: list[Any]) -> type[ModelForm[Any]]:
    class Refusing(form_class):  # type: ignore[misc, valid-type]
        def full_clean(self) -> None:
            super().full_clean()
            if self.is_bound:
                self.add_error(None, reasons)

    return Refusing

"""The form control that shows the picture at hand and takes another one."""

from typing import Any

from django.forms import ClearableFileInput


class PictureInput(ClearableFileInput):
    """A file input that shows the current picture above itself, and may clear it."""

    template_name = "foundation/picture_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Offer the current picture's smallest rendition to the template."""
        context = super().get_context(name, value, attrs)
        context["widget"]["current"] = value.url(1) if self.is_initial(value) else ""
        return context

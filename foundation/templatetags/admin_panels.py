"""Template tag of the admin's first page."""

from typing import Any

from django import template

from foundation.admin_panels import Panel, panels

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_panels(context: dict[str, Any]) -> list[Panel]:
    """Return the panels for the signed-in member of the staff."""
    return panels(context["request"])

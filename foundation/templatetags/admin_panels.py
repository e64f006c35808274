"""Template tags of the admin's first page."""

from typing import Any

from django import template
from django.conf import settings

from foundation import setup_checks
from foundation.admin_panels import Panel, panels

register = template.Library()


@register.simple_tag(takes_context=True)
def admin_panels(context: dict[str, Any]) -> list[Panel]:
    """Return the panels for the signed-in member of the staff."""
    return panels(context["request"])


@register.inclusion_tag("admin/setup.html", takes_context=True)
def setup_list(context: dict[str, Any]) -> dict[str, Any]:
    """Show what the shop still lacks to whoever may set it up."""
    if not context["request"].user.has_perm("foundation.change_siteidentity"):
        return {}
    return {"is_shown": True, "is_live": settings.SHOP_MODE == "live", "missing": setup_checks.missing()}

"""The six pages that a shop links to, made once so that a new shop has no dead link.

The demo brings texts of its own; a real shop begins with these, and its owner writes them in the admin.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from blog import publishing
from blog.models import Page


def ensure() -> None:
    """Make the six pages unless the shop has pages already. One query when it has."""
    if Page.objects.exists():
        return
    with transaction.atomic():
        for position, (slug, title) in enumerate(_titles().items(), start=1):
            page = Page(slug=slug, title=title, body=_body(), shows_shop_details=True, position=position)
            publishing.save_page(page=page)


def _titles() -> dict[str, str]:
    return {
        "about": _("About us"),
        "contact": _("Contact"),
        "shipping-and-returns": _("Shipping and returns"),
        "terms": _("Terms"),
        "legal-notice": _("Legal notice"),
        "privacy": _("Privacy"),
    }


def _body() -> str:
    return "<p>" + _("This page is still to be written. Please ask us; here is how to reach us.") + "</p>"

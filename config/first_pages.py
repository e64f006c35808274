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
    body = f"<p>{starter_text()}</p>"
    with transaction.atomic():
        for position, (slug, title) in enumerate(titles().items(), start=1):
            page = Page(slug=slug, title=title, body=body, shows_shop_details=True, position=position)
            publishing.save_page(page=page)


def titles() -> dict[str, str]:
    """Return slug -> title of the six pages."""
    return {
        "about": _("About us"),
        "contact": _("Contact"),
        "shipping-and-returns": _("Shipping and returns"),
        "terms": _("Terms"),
        "legal-notice": _("Legal notice"),
        "privacy": _("Privacy"),
    }


def starter_text() -> str:
    """Return the one sentence with which each page begins."""
    return _("This page is still to be written. Please ask us; here is how to reach us.")

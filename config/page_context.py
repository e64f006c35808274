"""What every page needs: the shop's identity, the mode and the cart count."""

from django.conf import settings
from django.http import HttpRequest

from foundation.models import SiteIdentity


def page(request: HttpRequest) -> dict[str, object]:
    """Return the context that base.html reads."""
    return {"identity": SiteIdentity.load, "is_demo": settings.IS_DEMO}

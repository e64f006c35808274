"""What every page needs: the shop's identity, the mode, the collections of the menu, the cart count.

All of it comes from this process's memory or from the request: a warm page costs no query for it.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation import freshness
from foundation.models import SiteIdentity
from shop.cart import cookies
from shop.catalogue.models import Collection


@dataclass(frozen=True, slots=True)
class NavCollection:
    """One line of the menu."""

    title: str
    url: str


def page(request: HttpRequest) -> dict[str, object]:
    """Return the context that base.html reads; what a page does not show is never computed."""
    return {
        "identity": SimpleLazyObject(SiteIdentity.current),
        "is_demo": settings.IS_DEMO,
        "cart_count": SimpleLazyObject(lambda: cookies.count(request)),
        "nav_collections": SimpleLazyObject(nav_collections),
        "site_url": settings.SITE_URL,
        "canonical_url": f"{settings.SITE_URL}{request.path}",
    }


def nav_collections() -> tuple[NavCollection, ...]:
    """Return the collections in the order of the menu. One query when something changed, else none."""
    return freshness.remember("config.nav_collections", _read_collections)


def _read_collections() -> tuple[NavCollection, ...]:
    return tuple(NavCollection(row.title, row.get_absolute_url()) for row in Collection.objects.all())

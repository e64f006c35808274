"""What every page needs: the shop's identity, the mode, the collections of the menu, the cart count.

All of it comes from this process's memory or from the request: a warm page costs no query for it.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from foundation import freshness, links
from foundation.models import SiteIdentity
from shop.cart import cookies
from shop.catalogue import tiles
from shop.catalogue.tiles import CollectionTile


def page(request: HttpRequest) -> dict[str, object]:
    """Return the context that base.html reads; what a page does not show is never computed."""
    return {
        "identity": SimpleLazyObject(SiteIdentity.current),
        "is_demo": settings.IS_DEMO,
        "cart_count": SimpleLazyObject(lambda: cookies.count(request)),
        "nav_collections": SimpleLazyObject(nav_collections),
        "gift_card_url": SimpleLazyObject(gift_card_url),
        "site_url": settings.SITE_URL,
        "canonical_url": links.of_request(request),
    }


def nav_collections() -> list[CollectionTile]:
    """Return the collections that hold something. Two queries when a page changed, else none."""
    return freshness.remember("config.nav_collections", tiles.all_collections)


def gift_card_url() -> str:
    """Return where gift cards are sold, if they are. One query when a page changed, else none."""
    return freshness.remember("config.gift_card_url", tiles.gift_card_url)

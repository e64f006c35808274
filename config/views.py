"""Pages that belong to no single app: home, search, health, robots and the error pages."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

import blog.cards
import shop.catalogue.cards
import shop.catalogue.stories
from config import machines, searching
from foundation import kept_posts, outages, readiness, structured_data
from foundation.methods import require_safe
from shop.catalogue.cards import ProductCard

FEATURED_LIMIT = 8
LISTED_LIMIT = 6  # of them in the list; the others open the page
LATEST_LIMIT = 3
RETRY_SECONDS = 10  # what we tell browsers and Stripe to wait in an outage


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show featured products, a maker and the latest articles. Four queries: two for products, one each."""
    products = shop.catalogue.cards.featured(limit=FEATURED_LIMIT)
    hero, companion = _arches(products)
    context = {
        "hero": hero,
        "companion": companion,
        "products": products[:LISTED_LIMIT],
        "story": shop.catalogue.stories.of_featured_maker(),
        "articles": blog.cards.latest(limit=LATEST_LIMIT),
        "structured": structured_data.script(*machines.shop_and_site()),
    }
    return render(request, "home.html", context)


def _arches(products: list[ProductCard]) -> tuple[ProductCard | None, ProductCard | None]:
    """Return the last two featured products that can be seen and bought: the first ones open the list."""
    buyable = [card for card in reversed(products) if card.picture and not card.is_sold_out]
    hero, companion, *_rest = [*buyable, None, None]
    return hero, companion


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the products and articles that match `q`; any text may be asked for."""
    found = searching.search(request.GET.get("q", ""))
    return render(request, "search.html", {"found": found, "title": _title(found.query)})


def _title(query: str) -> str:
    return _("Search: %(query)s") % {"query": query} if query else _("Search")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process lives; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when all works that the shop needs, else 503, with each check's state. A query a check."""
    states = readiness.report()
    is_ready = all(state == readiness.OK for state in states.values())
    return JsonResponse({"ready": is_ready, "checks": states}, status=200 if is_ready else 503)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with the shop's own page."""
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the shop's own page; staff get back what they typed."""
    if kept_posts.is_offered(request):
        title, text = _("This is not allowed to you"), _("Your account may not save this. Ask the owner.")
        return kept_posts.page(request, status=403, title=title, text=text)
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, with next to no cost for odd bytes; staff get back what they typed."""
    if kept_posts.is_offered(request):
        title = _("This form was too large")
        text = _("It holds more than the shop takes at once, so nothing was saved. Save it in smaller parts.")
        return kept_posts.page(request, status=400, title=title, text=text)
    return HttpResponse(render_to_string("400.html"), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 and say how to go on: reload, cookies allowed; staff can send what they typed again."""
    if kept_posts.is_offered(request):
        title = _("This form has grown old")
        text = _(
            "You signed in again since it was opened, so nothing was saved. Look at it, then send it again."
        )
        return kept_posts.page(request, status=403, title=title, text=text, can_send_again=True)
    return render(request, "403.html", {"is_csrf": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 in an outage, from a page that needs neither database nor context."""
    if outages.is_outage(sys.exception()):
        headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return HttpResponse(render_to_string("500.html"), status=500)

"""Pages for machines: the sitemap, robots.txt and llms.txt. The same bytes for everybody."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

import blog.cards
import shop.catalogue.cards
from blog.models import Page
from foundation import conditional, freshness, links, site_index
from foundation.methods import require_safe
from foundation.models import SiteIdentity
from foundation.site_index import SECTION_SIZE, Entry
from foundation.structured_data import Thing
from shop.catalogue.models import Product

XML = "application/xml; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
SECURITY_DAYS = 180  # for so long does security.txt hold; a new one comes every day
LISTED_PRODUCTS, LISTED_ARTICLES = 500, 100  # in llms.txt


def entries() -> Iterator[Entry]:
    """Return the page that belongs to no single app: home."""
    yield Entry(reverse("home"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Answer with all public pages, or with the list of sections when there are many. No query when warm."""
    sections = _sections()
    if sections.num_pages == 1:
        return _section(request, sections, 1)
    addresses = [f"{settings.SITE_URL}{reverse('sitemap-section', args=[n])}" for n in sections.page_range]
    return _text(request, "machines/sitemap_index.xml", lambda: {"addresses": addresses}, XML)


@require_safe
def sitemap_section(request: HttpRequest, number: int) -> HttpResponse:
    """Answer with one section of the sitemap."""
    sections = _sections()
    if number not in sections.page_range:
        raise Http404
    return _section(request, sections, number)


def _sections() -> "Paginator[Entry]":
    pages: list[Entry] = freshness.remember("config.sitemap", lambda: list(site_index.entries()))
    return Paginator(pages, SECTION_SIZE)


def _section(request: HttpRequest, sections: "Paginator[Entry]", number: int) -> HttpResponse:
    pages = sections.page(number).object_list
    return _text(request, "machines/sitemap.xml", lambda: {"entries": pages}, XML, number)


def _text(
    request: HttpRequest, template: str, context: Callable[[], dict[str, Any]], kind: str, number: int = 0
) -> HttpResponse:
    """Answer with a template's text, rendered once until something changes, or 304 to who has it."""

    def render_text() -> bytes:
        return render_to_string(template, context(), request).encode()

    body = freshness.remember(f"config.machines {template} {number}", render_text)
    return conditional.answer(request, body, content_type=kind)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave alone and where the sitemap is."""
    return render(request, "robots.txt", content_type=PLAIN)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tell those who found a hole whom to write to (RFC 9116). No query when warm."""
    email = SiteIdentity.current().email
    contact = links.mail_to(email) if email else links.full(reverse("blog:page", args=["contact"]))
    day = timezone.now().astimezone(UTC).date() + timedelta(days=SECURITY_DAYS)
    lines = [
        f"Contact: {contact}",
        f"Expires: {datetime.combine(day, time(), UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.SITE_URL}{request.path}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Tell language models what the shop is and sells, in Markdown. No query when warm."""
    return _text(request, "machines/llms.txt", _lists, PLAIN)


def _lists() -> dict[str, object]:
    return {
        "products": shop.catalogue.cards.for_products(Product.objects.all(), limit=LISTED_PRODUCTS),
        "articles": blog.cards.latest(limit=LISTED_ARTICLES),
        "pages": list(Page.objects.published().defer("body")),
    }


def shop_and_site() -> list[Thing]:
    """Return who runs this site, and how it is searched, in the words of schema.org."""
    shop, home_url = SiteIdentity.current(), f"{settings.SITE_URL}/"
    address = {
        "@type": "PostalAddress", "streetAddress": shop.line1, "postalCode": shop.postal_code,
        "addressLocality": shop.city, "addressCountry": str(shop.country),
    }  # fmt: skip
    return [
        {
            "@type": "OnlineStore", "@id": f"{home_url}#shop", "name": shop.name, "url": home_url,
            "legalName": shop.legal_name, "description": shop.tagline, "email": shop.email,
            "telephone": shop.phone, "vatID": shop.tax_number, "address": address if shop.city else None,
            "logo": settings.SITE_URL + static("img/touch-icon.png"),
        },
        {
            "@type": "WebSite", "@id": f"{home_url}#site", "name": shop.name, "url": home_url,
            "publisher": {"@id": f"{home_url}#shop"},
        },
    ]  # fmt: skip

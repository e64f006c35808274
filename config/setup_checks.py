"""What settings and pages must be like before a shop goes live. Source: README.md, "Your own shop"."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from blog.models import Page
from config import first_pages
from foundation import links
from foundation.setup_checks import Missing

LEGAL = ("terms", "shipping-and-returns", "privacy", "legal-notice")
GO_NOWHERE = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
}


def legal_pages_are_written() -> Iterator[Missing]:
    """Ask for the four pages that the law wants, in the owner's own words. One query."""
    pages = {page.slug: page for page in Page.objects.filter(slug__in=LEGAL)}
    titles = first_pages.titles()
    for slug in LEGAL:
        page = pages.get(slug)
        if page is None:
            text = _("The page “%(title)s” is missing.") % {"title": titles[slug]}
            yield Missing(
                text, links.address(reverse("admin:blog_page_add"), {"slug": slug, "title": titles[slug]})
            )
        elif why := _unfinished(page):
            yield Missing(why % {"title": page.title}, reverse("admin:blog_page_change", args=[page.pk]))


def _unfinished(page: Page) -> str:
    text = strip_tags(page.body).strip()
    if text in {"", first_pages.starter_text()}:
        return _("The page “%(title)s” is still to be written.")
    return "" if page.is_published else _("The page “%(title)s” is not published.")


def mails_arrive() -> Iterator[Missing]:
    """Ask for a mail server, and for somebody on the staff who gets mails."""
    if settings.EMAIL_BACKEND in GO_NOWHERE:
        yield Missing(_("Mails reach nobody: set EMAIL_URL to your mail server."))
    if not settings.STAFF_EMAILS:
        yield Missing(_("Nobody is told about new orders and alerts: set STAFF_EMAILS."))


def address_is_safe() -> Iterator[Missing]:
    """Ask for TLS and for pages that show strangers no code."""
    if urlsplit(settings.SITE_URL).scheme != "https":
        yield Missing(_("The shop's address is not https: set SITE_URL, once a certificate is in place."))
    if settings.DEBUG:
        yield Missing(_("Errors show the program's code to everybody: set DEBUG to false."))


def mode_is_live() -> Iterator[Missing]:
    """Say that nothing is earned yet."""
    if settings.SHOP_MODE == "demo":
        yield Missing(_("The shop is a demo: nothing is charged. One that sells begins anew, see README."))
    elif settings.SHOP_MODE == "test":
        yield Missing(_("Payments are tests. Last of all, begin anew with SHOP_MODE=live, see README."))

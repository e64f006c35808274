"""What opens on pages by script, and the pages for errors that no visitor can cause at will."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, Route

from tests.journeys import way

ANYWHERE = "/when-something-fails/"


def opened_pages(page: Page, slug: str) -> Iterator[str]:
    """Open menu, filters, large picture and cart drawer in turn; yield a name while each stands."""
    page.goto("/")
    page.locator("header summary").click()
    yield "menu-open"
    page.goto(way.PUBLIC_PAGES["all-instruments"])
    page.locator(".filter-group summary").first.click()
    yield "filters-open"
    page.goto(f"/products/{slug}/")
    page.locator(".gallery-open").first.click()
    page.locator("dialog.lightbox[open] img").wait_for()
    yield "picture-large"
    page.keyboard.press("Escape")
    way.wait_for_htmx(page)
    page.get_by_role("button", name="Add to cart").click()
    page.locator("dialog.drawer[open] #cart").wait_for()
    yield "cart-drawer"


def error_pages(page: Page, pages: dict[str, str]) -> Iterator[str]:
    """Show each page of `shop_server.error_pages` with its own status; yield its name while it stands."""
    for status, html in pages.items():
        page.route(f"**{ANYWHERE}", _answering(int(status), html), times=1)
        page.goto(ANYWHERE)
        yield f"error-{status}"


def _answering(status: int, html: str) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8")

    return answer

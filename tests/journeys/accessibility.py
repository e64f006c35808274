"""axe on a page as it stands, also where the page's own scripts are off."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "preload": False,  # axe would copy style sheets into style elements, which our CSP refuses
}


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA, one line an element."""
    response = Axe().run(page, options=OPTIONS).response
    return [
        f"{page.url}: {rule['id']} ({rule['help']}) at {' '.join(map(str, node['target']))}: "
        f"{node['failureSummary']} {node['html'][:200]}"
        for rule in response["violations"]
        for node in rule["nodes"]
    ]


def copy_with_scripts(page: Page, scripted: Page) -> Page:
    """Show in `scripted` the same document that `page` shows; axe needs scripts, the page may not."""
    address, html = page.url, page.content()

    def same_document(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    scripted.route(address, same_document)
    scripted.goto(address)
    scripted.unroute(address)
    return scripted

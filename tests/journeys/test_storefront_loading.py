"""What pages load and what they do while loading: little, from this shop alone, and nothing jumps."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response

from tests.journeys import looks, way
from tests.journeys.conftest import Visit
from tests.journeys.shop_server import Shop

pytestmark = pytest.mark.journey

SCRIPT_BYTES = 25_000  # compressed, of one page
ARTICLE_BYTES = 60_000  # compressed, besides pictures and fonts
FONT_BYTES = 70_000
KEY_PAGES = ["home", "all-instruments", "product-with-options", "article", "blog", "search", "cart-empty"]
BLOCKING = """[...document.scripts].filter(script => script.type !== 'application/ld+json')
    .filter(script => !script.src || !(script.defer || script.async || script.type === 'module'))
    .map(script => script.outerHTML)"""
WATCH_SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts.push([
        entry.value, entry.hadRecentInput, entry.sources.map(source => source.node?.outerHTML?.slice(0, 120))
    ]))).observe({type: 'layout-shift', buffered: true});
}"""
SCROLL_DOWN = """async () => {
    for (let top = 0; top < document.body.scrollHeight; top += innerHeight / 2) {
        scrollTo(0, top);
        await new Promise(done => setTimeout(done, 40));
    }
    await document.fonts.ready;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def _loaded(page: Page, path: str) -> list[Response]:
    """Open a page as a first-time visitor and return all that came."""
    responses: list[Response] = []

    def keep(response: Response) -> None:
        responses.append(response)

    page.on("response", keep)
    page.goto(path, wait_until="load")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")  # htmx comes after the rest
    page.remove_listener("response", keep)
    return [response for response in responses if not response.url.startswith("data:")]


def _bytes(responses: list[Response], is_wanted: Callable[[str], bool]) -> int:
    """Return the size of the bodies, as they came through the network, of these kinds of resource."""
    wanted = [response for response in responses if is_wanted(response.request.resource_type)]
    return sum(response.request.sizes()["responseBodySize"] for response in wanted)


@pytest.mark.parametrize("name", list(way.PUBLIC_PAGES))
def test_page_asks_this_shop_alone_waits_for_no_script_and_loads_few(
    shop: Shop, visit: Visit, name: str
) -> None:
    page = visit(is_watched=name != "missing")
    responses = _loaded(page, way.PUBLIC_PAGES[name])
    assert [response.url for response in responses if not response.url.startswith(f"{shop.address}/")] == []
    assert page.evaluate(BLOCKING) == []
    assert 0 < _bytes(responses, lambda kind: kind == "script") < SCRIPT_BYTES


def test_first_view_of_the_article_is_light(visit: Visit) -> None:
    responses = _loaded(visit(width=390), way.PUBLIC_PAGES["article"])
    assert 0 < _bytes(responses, lambda kind: kind == "font") <= FONT_BYTES
    assert 0 < _bytes(responses, lambda kind: kind not in {"font", "image"}) <= ARTICLE_BYTES
    assert responses[0].headers["content-encoding"] in {"br", "gzip"}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", KEY_PAGES)
def test_nothing_jumps_while_the_page_loads_and_is_read(visit: Visit, name: str, width: int) -> None:
    page = visit(width=width)
    page.add_init_script(f"({WATCH_SHIFTS})()")
    page.goto(way.PUBLIC_PAGES[name], wait_until="load")
    page.evaluate(SCROLL_DOWN)
    shifts = [shift for shift in page.evaluate("window.shifts") if not shift[1]]
    assert shifts == [], f"{name} at {width}"


def test_the_shifts_would_be_seen(visit: Visit) -> None:
    page = visit(width=390)
    page.add_init_script(f"({WATCH_SHIFTS})()")
    page.goto("/")
    page.evaluate("document.querySelector('main').prepend(document.createElement('hr'))")
    way.until(lambda: page.evaluate("window.shifts.length > 0"), otherwise=lambda: None, what="the shift")


@pytest.mark.parametrize("name", ["all-instruments", "product-with-options", "article", "blog"])
def test_page_enlarged_four_times_loses_nothing(visit: Visit, name: str) -> None:
    page = visit(width=1280)
    page.goto(way.PUBLIC_PAGES[name])
    before = page.locator("main").inner_text().split()
    page.set_viewport_size({"width": looks.ENLARGED, "height": 256})
    looks.assert_fits(page, name)
    assert set(before) - set(page.locator("main").inner_text().split()) == set()

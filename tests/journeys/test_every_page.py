"""Every kind of page: no sideways scrolling, no broken picture, nothing for axe, in light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys import way
from tests.journeys.conftest import Check, Scheme, Visit
from tests.journeys.shop_server import STAFF_PASSWORD
from tests.journeys.watching import Watch

pytestmark = pytest.mark.journey

PRODUCT = "elqui-rainstick"
WIDE = 1440  # axe looks at wide pages in the other journeys
SIDEWAYS_PIXELS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .map(element => element.outerHTML.slice(0, 160)).slice(0, 5).join('\\n')"""
BROKEN_PICTURES = """async () => {
    const broken = [];
    for (const image of document.images) {
        image.loading = 'eager';
        await image.decode().catch(() => broken.push(image.currentSrc || image.outerHTML));
    }
    return broken;
}"""
LOOKS = pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (390, "dark"), (1440, "light")], ids=["320", "390-dark", "1440"]
)


def _shoppers_pages(page: Page) -> Iterator[str]:
    yield from way.public_pages(page)
    yield from way.buyers_pages(page, PRODUCT)


@LOOKS
def test_shoppers_page_fits_shows_its_pictures_and_is_accessible(
    visit: Visit, watch: Watch, assert_accessible: Check, width: int, scheme: Scheme
) -> None:
    watch.expect(404)
    page = visit(width=width, scheme=scheme)
    for name in _shoppers_pages(page):
        _assert_fits(page, name)
        assert page.evaluate(BROKEN_PICTURES) == [], name
        if width < WIDE:
            assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")], ids=["390-dark", "1440"])
def test_staff_page_is_accessible(visit: Visit, assert_accessible: Check, width: int, scheme: Scheme) -> None:
    page = visit(width=width, scheme=scheme)
    for name in way.staff_pages(page, STAFF_PASSWORD):
        assert page.get_by_role("heading", level=1).count() == 1, name
        assert page.evaluate(BROKEN_PICTURES) == [], name
        assert_accessible(page)


def _assert_fits(page: Page, name: str) -> None:
    assert page.evaluate(SIDEWAYS_PIXELS) <= 0, f"{name} scrolls sideways:\n{page.evaluate(TOO_WIDE)}"

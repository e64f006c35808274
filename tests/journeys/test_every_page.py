"""Every kind of page in every look: no sideways scrolling, no broken picture, nothing for axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys import looks, opened, way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD, Shop, error_pages
from tests.journeys.watching import Watch

pytestmark = pytest.mark.journey

PRODUCT = "elqui-rainstick"
WITH_MANY_PICTURES = "kuta-thumb-piano-kalimba-7-note-natural"


def _pages(group: str, page: Page, shop: Shop) -> Iterator[str]:
    """Return the walk through one group of pages."""
    match group:
        case "public":
            return way.public_pages(page)
        case "buyers":
            return way.buyers_pages(page, PRODUCT)
        case "commenters":
            return way.commenters_pages(page)
        case "opened":
            return opened.opened_pages(page, WITH_MANY_PICTURES)
        case "errors":
            return opened.error_pages(page, error_pages(shop))
    return way.staff_pages(page, STAFF_PASSWORD)


@pytest.mark.parametrize("group", ["public", "buyers", "commenters", "opened", "errors"])
def test_shoppers_page_fits_shows_its_pictures_and_is_accessible(
    shop: Shop, visit: Visit, watch: Watch, assert_accessible: Check, group: str
) -> None:
    watch.expect(403, 404, 429, 500, 503)
    page = visit()
    for name in _pages(group, page, shop):
        for look in looks.each(page, looks.CHECKED):
            looks.assert_fits(page, f"{name} {look}")
            assert_accessible(page, name=f"{name} {look}")
        looks.assert_whole_pictures(page, name)
        page.set_viewport_size({"width": looks.ENLARGED, "height": looks.HEIGHT})
        looks.assert_fits(page, f"{name} at {looks.ENLARGED}")


def test_staff_page_is_accessible(shop: Shop, visit: Visit, assert_accessible: Check) -> None:
    page = visit()
    for name in _pages("staff", page, shop):
        assert page.get_by_role("heading", level=1).count() == 1, name
        for look in looks.each(page, looks.CHECKED):
            assert_accessible(page, name=f"{name} {look}")
        looks.assert_whole_pictures(page, name)

"""A product's pictures: by keyboard, as a large view that gives the focus back, and as plain links."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.keyboard import FOCUSED, tab_until

pytestmark = pytest.mark.journey

PRODUCT = "/products/kuta-thumb-piano-kalimba-7-note-natural/"
STRIP_HAS_FOCUS = f"{FOCUSED}.matches('.gallery-strip')"
PICTURE_HAS_FOCUS = f"{FOCUSED}.matches('.gallery-open')"


def _thumbnails(page: Page) -> Locator:
    return page.get_by_role("list", name="Choose a picture").get_by_role("link")


def _expect_current(page: Page, number: int) -> None:
    current = [thumb.get_attribute("aria-current") for thumb in _thumbnails(page).all()]
    assert len(current) > 1
    expect(_thumbnails(page).nth(number)).to_have_attribute("aria-current", "true")
    expect(page.locator(".gallery-thumbs [aria-current]")).to_have_count(1)


def test_arrows_walk_through_the_strip_and_thumbnails_lead_to_their_picture(visit: Visit) -> None:
    page = visit()
    page.goto(PRODUCT)
    _expect_current(page, 0)
    tab_until(page, STRIP_HAS_FOCUS, "the strip of pictures")
    page.keyboard.press("ArrowRight")
    _expect_current(page, 1)
    expect(page.locator("#picture-2")).to_be_in_viewport(ratio=0.5)
    page.keyboard.press("ArrowLeft")
    _expect_current(page, 0)
    tab_until(page, f"{FOCUSED}.hash === '#picture-2'", "the second thumbnail")
    page.keyboard.press("Enter")
    _expect_current(page, 1)
    expect(page.locator("#picture-2")).to_be_in_viewport(ratio=0.5)


def test_picture_is_looked_at_large_by_keyboard_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit()
    page.goto(PRODUCT)
    tab_until(page, PICTURE_HAS_FOCUS, "the first picture")
    page.keyboard.press("Enter")
    large = page.locator("dialog.lightbox")
    expect(large).to_be_visible()
    assert page.evaluate(f"document.querySelector('.lightbox').contains({FOCUSED})")
    first = large.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(large.locator("img")).not_to_have_attribute("src", str(first))
    page.keyboard.press("Home")
    expect(large.locator("img")).to_have_attribute("src", str(first))
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    pictures = page.locator(".gallery-open")
    expect(pictures.last).to_be_focused()
    _expect_current(page, pictures.count() - 1)


def test_large_picture_has_a_name_and_buttons_with_names(visit: Visit) -> None:
    page = visit()
    page.goto(PRODUCT)
    page.locator(".gallery-open").first.click()
    large = page.get_by_role("dialog")
    expect(large).to_have_accessible_name(re.compile(r"\w"))
    large.get_by_role("button", name="Next picture").click()
    large.get_by_role("button", name="Previous picture").click()
    zoom = large.get_by_role("button", name=re.compile("^Zoom"))
    zoom.click()
    expect(zoom).to_have_attribute("aria-pressed", "true")
    large.get_by_role("button", name="Close").click()
    expect(large).to_be_hidden()
    expect(page.locator(".gallery-open").first).to_be_focused()


def test_without_scripts_thumbnails_and_pictures_are_links(visit: Visit) -> None:
    page = visit(
        javascript=False, is_watched=False
    )  # our policy refuses the style of Chromium's picture viewer
    page.goto(PRODUCT)
    _thumbnails(page).nth(1).click()
    expect(page.locator("#picture-2")).to_be_in_viewport(ratio=0.5)
    with page.expect_navigation() as leading:
        page.locator("#picture-2 .gallery-open").click()
    answer = leading.value
    assert answer.headers["content-type"].startswith("image/")

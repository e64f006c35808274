"""The cart beside the product: it opens, keeps the focus, gives it back; mistakes stay on the page."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import FOCUSED, go_to, stops

pytestmark = pytest.mark.journey

PRODUCT = "/products/elqui-rainstick/"
IS_INSIDE = f"{FOCUSED} === document.body || document.querySelector('.drawer').contains({FOCUSED})"


def _open(page: Page) -> Locator:
    """Put one into the cart by keyboard and return the drawer that shows it."""
    page.goto(PRODUCT)
    way.wait_for_htmx(page)
    go_to(page, "Add to cart")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Your cart")
    expect(drawer.get_by_role("link", name="Elqui Rainstick")).to_be_visible()
    return drawer


def test_drawer_takes_the_focus_keeps_it_and_gives_it_back(visit: Visit) -> None:
    page = visit()
    drawer = _open(page)
    assert page.url.endswith(PRODUCT)
    assert page.evaluate(f"document.querySelector('.drawer').contains({FOCUSED})")
    for key in ("Tab", "Shift+Tab"):
        for _stop in range(12):
            at = stops(page, key, 1)
            assert page.evaluate(IS_INSIDE), f"{key} leads out of the drawer, to {at}"
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Add to cart")).to_be_focused()


def test_count_in_the_header_follows(visit: Visit) -> None:
    page = visit()
    drawer = _open(page)
    expect(page.locator("[data-cart-count]")).to_have_text("1")
    drawer.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Add to cart").click()
    expect(drawer).to_be_visible()
    expect(page.locator("[data-cart-count]")).to_have_text("2")
    expect(page.locator("[data-cart-count]")).to_have_count(1)


def test_drawer_leads_to_the_checkout(visit: Visit) -> None:
    page = visit()
    _open(page).get_by_role("button", name="Go to checkout").click()
    page.wait_for_url("**/checkout/")
    expect(page.locator("main")).to_contain_text("Elqui Rainstick")


def test_quantity_that_cannot_be_had_is_explained_on_the_page_and_opens_no_drawer(visit: Visit) -> None:
    page = visit()
    page.goto(PRODUCT)
    way.wait_for_htmx(page)
    page.get_by_label("Quantity").fill("99")
    page.get_by_role("button", name="Add to cart").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Quantity")).to_be_focused()
    expect(page.get_by_label("Quantity")).to_have_value("99")

    page.get_by_label("Quantity").fill("1")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("dialog", name="Your cart")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_without_scripts_the_cart_is_a_page(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto(PRODUCT)
    expect(page.get_by_role("dialog")).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("button", name="Add to cart").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    expect(page.locator("[data-cart-count]")).to_have_text("1")

"""Filter and sort: in place and by keyboard alone where scripts run, with a button where they do not."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import go_to, tab_until

pytestmark = pytest.mark.journey

LISTING = "/collections/all/"
PRICE = re.compile(r"[\d,]+\.\d\d")


def _cards(page: Page) -> Locator:
    return page.locator("#listing-results .product-card")


def _prices(page: Page) -> list[float]:
    texts = page.locator("#listing-results .price-now").all_inner_texts()
    return [float(PRICE.findall(text)[0].replace(",", "")) for text in texts]


def _mark(page: Page) -> None:
    page.evaluate("window.isSamePage = true")


def _is_same_page(page: Page) -> bool:
    return bool(page.evaluate("window.isSamePage === true"))


def test_listing_is_narrowed_and_sorted_by_keyboard_alone_and_in_place(visit: Visit) -> None:
    page = visit()
    page.goto(LISTING)
    way.wait_for_htmx(page)
    everything = _cards(page).count()
    _mark(page)
    go_to(page, "Region")
    page.keyboard.press("Enter")
    tab_until(page, "document.activeElement.value === 'west-africa'", "the choice of West Africa")
    page.keyboard.press("Space")
    page.wait_for_url("**?*region=west-africa*")
    expect(page.get_by_role("list", name="Narrowed to")).to_contain_text("West Africa")
    assert 0 < _cards(page).count() < everything
    expect(page.get_by_label("West Africa")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary").filter(has_text="Region")).to_be_focused()
    expect(page.get_by_label("West Africa")).to_be_hidden()

    tab_until(page, "document.activeElement.name === 'sort'", "the choice of an order")
    page.keyboard.press("ArrowDown")
    page.wait_for_url("**?*sort=price-up*")
    way.until(
        lambda: _prices(page) == sorted(_prices(page)), otherwise=lambda: None, what="the cheapest first"
    )
    assert _is_same_page(page)


def test_change_is_announced_and_undone_by_going_back(visit: Visit) -> None:
    page = visit()
    page.goto(LISTING)
    way.wait_for_htmx(page)
    count = page.get_by_role("status").filter(has_text="instrument")
    all_of_them = count.inner_text()
    page.get_by_label("In stock").check()
    page.wait_for_url("**?*in_stock=1*")
    expect(count).not_to_have_text(all_of_them)
    expect(page.locator("#listing-results")).not_to_contain_text("Sold out")
    page.go_back()
    page.wait_for_url(f"**{LISTING}")
    expect(count).to_have_text(all_of_them)
    expect(page.get_by_label("In stock")).not_to_be_checked()
    expect(page.locator("#listing-results")).to_contain_text("Sold out")


def test_chip_takes_one_choice_away_and_leaves_the_rest(visit: Visit) -> None:
    page = visit()
    page.goto(f"{LISTING}?region=west-africa&in_stock=1&sort=price-up")
    page.get_by_role("link", name="Remove In stock").click()
    page.wait_for_url("**?*region=west-africa*")
    assert "in_stock" not in page.url
    assert "sort=price-up" in page.url
    expect(page.get_by_label("In stock")).not_to_be_checked()


def test_price_that_is_no_price_is_explained_and_kept(visit: Visit) -> None:
    page = visit()
    page.goto(f"{LISTING}?price_min=cheap")
    field = page.get_by_label("From")
    expect(field).to_be_visible()
    expect(field).to_have_value("cheap")
    expect(field).to_have_accessible_description(re.compile(r"\S"))


def test_listing_is_narrowed_and_sorted_with_a_button_where_scripts_are_off(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto(LISTING)
    everything = _cards(page).count()
    page.locator("summary").filter(has_text="Region").press("Enter")
    page.get_by_label("West Africa").press("Space")
    page.get_by_label("Sort by").select_option("price-down")
    page.get_by_role("button", name="Apply").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert 0 < _cards(page).count() < everything
    assert _prices(page) == sorted(_prices(page), reverse=True)
    expect(page.get_by_role("link", name="Remove West Africa")).to_be_visible()

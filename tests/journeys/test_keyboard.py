"""The shop by keyboard alone: Tab, Enter, Space, arrows; what has the focus can be seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import FOCUSED, MANY_TABS, go_to, tab_until

pytestmark = pytest.mark.journey

IS_VISIBLY_FOCUSED = f"""() => {{
    const isMarked = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const label = {FOCUSED}.closest('label');
    const styles = [getComputedStyle({FOCUSED}), getComputedStyle({FOCUSED}, '::after')];
    return (label ? [...styles, getComputedStyle(label)] : styles).some(isMarked);
}}"""
IS_ON_SCREEN = f"""() => {{
    const seen = {FOCUSED}.closest('label') ?? {FOCUSED};
    const box = seen.getClientRects()[0];
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.width > 0 && top !== null && (seen.contains(top) || top.contains(seen));
}}"""


def test_skip_link_comes_first_and_leads_to_the_content(visit: Visit) -> None:
    page = visit()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.querySelector('main').contains({FOCUSED})")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["home", "product-with-options", "article", "collection"])
def test_whatever_has_the_focus_is_on_screen_and_marked(visit: Visit, name: str, width: int) -> None:
    page = visit(width=width)
    page.goto(way.PUBLIC_PAGES[name])
    stops = 0
    page.keyboard.press("Tab")
    while page.evaluate(f"{FOCUSED} !== document.body") and stops < MANY_TABS:
        stops += 1
        at = page.evaluate(f"{FOCUSED}.outerHTML.slice(0, 160)")
        assert page.evaluate(IS_VISIBLY_FOCUSED), f"no sign of the focus on {at}"
        way.until(
            lambda: page.evaluate(IS_ON_SCREEN), otherwise=lambda: None, what=f"a sight of the focused {at}"
        )
        page.keyboard.press("Tab")
    assert stops > 8


def test_menu_opens_leads_on_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit(width=390)
    page.goto("/")
    menu = page.locator("header details")
    go_to(page, "Menu")
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    page.keyboard.press("Space")
    go_to(page, "Journal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/blog/")


def test_instrument_is_bought_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/products/bansuri-bamboo-flute/")
    way.wait_for_htmx(page)
    tab_until(page, f"{FOCUSED}.type === 'radio'", "the choice of a key")
    page.keyboard.press("ArrowDown")
    go_to(page, "Add to cart")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Your cart").wait_for()
    go_to(page, "Go to checkout")
    page.keyboard.press("Space")
    page.wait_for_url("**/checkout/")
    way.wait_for_htmx(page)
    _fill_by_keyboard(page)
    way.wait_for_american_rules(page)
    page.keyboard.press("Enter")  # in a field: as the form's own button, not "Update"
    page.wait_for_url("**/pay/demo/**")
    tab_until(page, f"{FOCUSED}.value === 'pay'", "the button that pays")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/")
    expect(page.locator("[data-status=paid]")).to_be_visible()


def _fill_by_keyboard(page: Page) -> None:
    fields = {"email": "E-mail", "name": "Full name", "country": "", "line1": "Address"}
    fields |= {"postal_code": "Postal code", "city": "City", "region": "State or region"}
    for name, label in fields.items():
        tab_until(page, f"{FOCUSED}.name === '{name}'", name)
        page.keyboard.type(way.US_ADDRESS[label] if label else "United States")

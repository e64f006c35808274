"""What was looked at is remembered by the browser alone, and a choice is shown at once."""

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey

FIRST, SECOND = "/products/himal-singing-bowl/", "/products/sahel-djembe/"
WITH_KEYS = "/products/bansuri-bamboo-flute/"


def test_instruments_looked_at_are_shown_again_but_not_the_one_at_hand(visit: Visit) -> None:
    page = visit()
    page.goto(FIRST)
    expect(page.get_by_role("region", name="You looked at")).to_have_count(0)
    page.goto(SECOND)
    seen = page.get_by_role("region", name="You looked at")
    expect(seen.get_by_role("link")).to_have_count(1)
    expect(seen.get_by_role("link")).to_have_attribute("href", FIRST)
    expect(seen.get_by_role("link")).to_have_accessible_name("Himal Singing Bowl")


def test_what_was_looked_at_leaves_the_browser_in_no_request(visit: Visit) -> None:
    page = visit()
    page.goto(FIRST)
    sent: list[str] = []

    def keep(request: Request) -> None:
        sent.append(f"{request.url} {request.post_data or ''} {request.headers.get('cookie', '')}")

    page.on("request", keep)
    page.goto(SECOND, wait_until="load")
    assert sent
    assert not [told for told in sent if "himal-singing-bowl" in told]


def test_another_visitor_sees_nothing_of_it(visit: Visit) -> None:
    visit().goto(FIRST)
    other = visit()
    other.goto(SECOND)
    expect(other.get_by_role("region", name="You looked at")).to_have_count(0)


def test_price_stock_and_address_follow_the_chosen_variant(visit: Visit) -> None:
    page = visit()
    page.goto(WITH_KEYS)
    chosen = page.locator("input[name=sku]:checked")
    before = chosen.get_attribute("value")
    chosen.press("ArrowDown")
    expect(page.locator("input[name=sku]:checked")).not_to_have_value(str(before))
    sku = page.locator("input[name=sku]:checked").get_attribute("value")
    page.wait_for_url(f"**?variant={sku}")
    shown = page.locator(".product-facts").inner_text()
    page.reload()
    expect(page.locator("input[name=sku]:checked")).to_have_value(str(sku))
    assert page.locator(".product-facts").inner_text() == shown


def test_without_scripts_nothing_is_remembered_and_each_option_names_its_price(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto(FIRST)
    page.goto(SECOND)
    expect(page.get_by_role("region", name="You looked at")).to_have_count(0)
    page.goto(f"{WITH_KEYS}?variant=no-such-thing")
    expect(page.locator("input[name=sku]:checked")).to_have_count(1)

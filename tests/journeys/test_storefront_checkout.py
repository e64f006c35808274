"""Checkout in the browser: the country decides what is asked for and what it costs, at once; codes apply."""

import pytest
from playwright.sync_api import expect

from tests.journeys import way
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.journey
PRODUCT = "elqui-rainstick"


def test_choosing_a_country_shows_its_rules_and_its_total_and_keeps_what_was_typed(visit: Visit) -> None:
    page = visit()
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    way.wait_for_htmx(page)
    page.get_by_label("Full name").fill("María López")
    total = page.locator("[name=shown_total]")
    at_home = total.get_attribute("value")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("City").fill("San Francisco")
    expect(page.locator("#id_postal_code_helptext")).to_contain_text("ZIP code such as")
    assert total.get_attribute("value") != at_home
    expect(page.locator("#total-said")).to_contain_text("Total $")
    expect(page.get_by_label("Full name")).to_have_value("María López")
    page.get_by_label("Country").select_option("DE")
    expect(page.locator("#id_postal_code_helptext")).not_to_contain_text("ZIP code")
    expect(page.get_by_label("City")).to_have_value("San Francisco")
    assert total.get_attribute("value") == at_home


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_code_typed_at_the_checkout_lowers_the_total_and_can_be_removed(
    visit: Visit, javascript: bool
) -> None:
    page = visit(javascript=javascript)
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    page.get_by_label("Full name").fill("María López")
    summary = page.locator("#order-summary")
    summary.get_by_label("Discount code").fill("welcome10")
    summary.get_by_role("button", name="Apply").click()
    expect(summary.get_by_text("Discount (WELCOME10)")).to_be_visible()
    expect(page.get_by_label("Full name")).to_have_value("María López")
    summary.get_by_role("button", name="Remove the code").click()
    expect(summary.get_by_text("WELCOME10")).to_have_count(0)
    summary.get_by_label("Discount code").fill("nonsense")
    summary.get_by_role("button", name="Apply").click()
    expect(summary.get_by_role("alert")).to_contain_text("We do not know this code.")

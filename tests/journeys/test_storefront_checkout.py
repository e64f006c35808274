"""Checkout in the browser: the country decides what is asked for and what it costs, at once; codes apply."""

import pytest
from playwright.sync_api import expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit

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


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_companys_number_takes_the_tax_off_and_a_wrong_one_says_why(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript, width=390)
    way.add_to_cart(page, "kalimba-songbook")
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    if javascript:
        way.wait_for_htmx(page)
    page.get_by_label("Full name").fill("Eva Gruber")
    page.get_by_label("Country").select_option("AT")
    number, said, summary = (
        page.get_by_label("VAT number"),
        page.locator("#vat-said"),
        page.locator("#order-summary"),
    )
    expect(number).not_to_be_visible()
    page.get_by_text("Buying for a company?").click()

    def enter(text: str) -> None:
        number.fill(text)
        if javascript:
            number.blur()
        else:
            way.follow(page.get_by_role("button", name="Update shipping and total"))

    enter("ATU39099603")
    expect(said).to_have_text("Reverse charge: we charge no VAT, your company accounts for it.")
    expect(summary.get_by_text("Reverse charge: no tax")).to_be_visible()
    assert_accessible(page, has_scripts=javascript, name="a number that counts")
    enter("FR17185119393")
    expect(said).to_have_text("This number is of France, but the order goes to Austria.")
    expect(summary.get_by_text("Total contains VAT 20%")).to_be_visible()
    expect(summary.get_by_text("Total contains VAT 10%")).to_be_visible()
    way.order(page)
    expect(page.locator("#id_vat_number_error")).to_have_text(
        "This number is of France, but the order goes to Austria."
    )
    expect(said).to_be_empty()
    expect(number).to_have_value("FR17185119393")
    expect(page.get_by_label("Full name")).to_have_value("Eva Gruber")
    assert_accessible(page, has_scripts=javascript, name="a number that does not count")
    if javascript:
        way.wait_for_htmx(page)
    enter("ATU39099603")
    expect(said).to_have_text("Reverse charge: we charge no VAT, your company accounts for it.")
    expect(page.locator("#id_vat_number_error")).to_have_count(0)
    expect(number).to_have_value("ATU39099603")
    enter("")
    expect(said).to_be_empty()
    expect(summary.get_by_text("Total contains VAT 20%")).to_be_visible()

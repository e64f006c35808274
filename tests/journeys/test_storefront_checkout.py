"""Checkout in the browser: the country decides what is asked for and what it costs, at once; codes apply."""

import pytest
from playwright.sync_api import Page, expect

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


NUMBER, OTHER_NUMBER = "ATU39099603", "FR17185119393"  # of Austria and of France
COUNTS = "Reverse charge: we charge no VAT, your company accounts for it."
DOES_NOT_COUNT = "This number is of France, but the order goes to Austria."


def buy_for_austria(page: Page) -> None:
    """Put an instrument and a book into the cart and unfold the company's number at the checkout."""
    way.add_to_cart(page, "kalimba-songbook")
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    if way.has_scripts(page):
        way.wait_for_htmx(page)
    page.get_by_label("Full name").fill("Eva Gruber")
    page.get_by_label("Country").select_option("AT")
    expect(page.get_by_label("VAT number")).not_to_be_visible()
    page.get_by_text("Buying for a company?").click()


def enter_number(page: Page, text: str) -> None:
    """Type the company's number; where no scripts run, ask for the new total."""
    number = page.get_by_label("VAT number")
    number.fill(text)
    if way.has_scripts(page):
        number.blur()
    else:
        way.follow(page.get_by_role("button", name="Update shipping and total"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_companys_number_takes_the_tax_off_and_without_it_the_tax_is_back(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript, width=390)
    buy_for_austria(page)
    enter_number(page, NUMBER)
    summary = page.locator("#order-summary")
    expect(page.locator("#vat-said")).to_have_text(COUNTS)
    expect(summary.get_by_text("Reverse charge: no tax")).to_be_visible()
    assert_accessible(page, has_scripts=javascript)
    enter_number(page, "")
    expect(page.locator("#vat-said")).to_be_empty()
    for rate in ("20%", "10%"):
        expect(summary.get_by_text(f"Total contains VAT {rate}")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_number_that_does_not_count_says_why_until_it_is_right(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript, width=390)
    buy_for_austria(page)
    said, mistake = page.locator("#vat-said"), page.locator("#id_vat_number_error")
    enter_number(page, OTHER_NUMBER)
    expect(said).to_have_text(DOES_NOT_COUNT)
    way.order(page)
    expect(mistake).to_have_text(DOES_NOT_COUNT)
    expect(said).to_be_empty()
    expect(page.get_by_label("VAT number")).to_have_value(OTHER_NUMBER)
    expect(page.get_by_label("Full name")).to_have_value("Eva Gruber")
    assert_accessible(page, has_scripts=javascript)
    if javascript:
        way.wait_for_htmx(page)
    enter_number(page, NUMBER)
    expect(said).to_have_text(COUNTS)
    expect(mistake).not_to_be_visible()
    expect(page.get_by_label("VAT number")).to_have_value(NUMBER)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_an_e_mail_address_that_looks_mistyped_is_asked_about_before_paying(
    visit: Visit, javascript: bool
) -> None:
    page = visit(javascript=javascript)
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    if javascript:
        way.wait_for_htmx(page)
    page.get_by_label("E-mail").fill("maria@gmial.com")
    if javascript:
        page.get_by_label("E-mail").press("Tab")
    else:
        page.get_by_role("button", name="Update shipping and total").click()
    expect(page.locator("#email-said")).to_have_text("Did you mean maria@gmail.com?")
    expect(page.get_by_label("E-mail")).to_have_value("maria@gmial.com")

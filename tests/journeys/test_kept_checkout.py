"""What a buyer typed stays, Back sends nothing again, and codes are applied where they stand."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit

pytestmark = pytest.mark.journey
PRODUCT = "elqui-rainstick"
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])


def at_checkout(page: Page) -> None:
    """Go to the checkout with an instrument and fill it in."""
    way.add_to_cart(page, PRODUCT)
    way.follow(page.get_by_role("button", name="Go to checkout"))
    way.fill_address(page)


def expect_details(page: Page) -> None:
    """Expect what way.fill_address() typed."""
    for label, text in way.US_ADDRESS.items():
        expect(page.get_by_label(label, exact=False).first).to_have_value(text)
    expect(page.get_by_label("Country")).to_have_value("US")


@BOTH
def test_details_survive_change_cart_and_a_declined_payment(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript, width=390)
    at_checkout(page)
    way.follow(page.get_by_text("Change cart"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    way.follow(page.get_by_role("button", name="Go to checkout"))
    expect_details(page)
    assert_accessible(page, has_scripts=javascript)
    way.order(page)
    page.get_by_role("heading", name="Demo payment").wait_for()
    way.follow(page.get_by_role("button", name=re.compile("^Decline")))
    page.goto("/checkout/")
    expect_details(page)


def test_details_survive_back_and_a_link(visit: Visit) -> None:
    page = visit()
    at_checkout(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    page.goto("/")
    page.goto("/checkout/")
    expect_details(page)
    page.get_by_label("City").fill("Oakland")
    way.follow(page.locator("#order-summary").get_by_role("link", name="terms"))
    page.goto("/checkout/")
    expect(page.get_by_label("City")).to_have_value("Oakland")


@BOTH
def test_back_and_reload_after_an_error_send_nothing_again(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript)
    way.add_to_cart(page, PRODUCT)
    page.goto("/checkout/")
    page.get_by_label("Full name").fill("María López")
    way.order(page)
    expect(page.locator(".error-summary")).to_be_visible()
    posts: list[str] = []
    page.on(
        "request",
        lambda request: (
            posts.append(request.url)
            if request.is_navigation_request() and request.method == "POST"
            else None
        ),
    )
    page.reload()
    expect(page.get_by_label("Full name")).to_have_value("María López")
    way.follow(page.locator("#order-summary").get_by_role("link", name="terms"))
    page.go_back()
    expect(page.get_by_label("Full name")).to_have_value("María López")
    assert urlsplit(page.url).path == "/checkout/"
    assert posts == []


@BOTH
@pytest.mark.parametrize("address", ["/cart/", "/checkout/"])
def test_codes_are_applied_and_removed_where_they_stand(
    visit: Visit, assert_accessible: Check, javascript: bool, address: str
) -> None:
    page = visit(javascript=javascript, width=390)
    way.add_to_cart(page, PRODUCT)
    page.goto(address)
    if javascript:
        way.wait_for_htmx(page)
    codes = page.locator("#codes")
    field = codes.get_by_label("Discount code or gift card")

    def stands(what: Locator) -> None:
        expect(what).to_be_in_viewport()
        assert urlsplit(page.url).path == address
        assert_accessible(page, has_scripts=javascript)

    field.fill("nonsense")
    codes.locator("#apply-code").click()
    stands(codes.get_by_role("alert"))
    expect(field).to_have_value("nonsense")
    field.fill("welcome10")
    codes.locator("#apply-code").click()
    applied = codes.get_by_text("Code WELCOME10 applies.")
    stands(applied)
    codes.get_by_text("Another code or gift card?").click()
    field.fill("once")
    if javascript:
        field.press("Enter")
    else:
        codes.locator("#apply-code").click()
    stands(codes.get_by_text("ONCE takes the place of WELCOME10"))
    codes.get_by_role("button", name="Remove the code ONCE").click()
    stands(codes.get_by_text("The discount code was removed."))


def top_of_codes(page: Page) -> float:
    """Return how far below the window's edge the codes begin, in pixels."""
    return float(page.evaluate("document.querySelector('#codes').getBoundingClientRect().top"))


@pytest.mark.parametrize("address", ["/cart/", "/checkout/"])
def test_with_scripts_neither_the_page_nor_the_focus_moves(visit: Visit, address: str) -> None:
    page = visit(width=390)
    way.add_to_cart(page, PRODUCT)
    page.goto(address)
    way.wait_for_htmx(page)
    page.evaluate("window.isSamePage = true")
    page.get_by_label("Discount code or gift card").fill("nonsense")
    before = top_of_codes(page)
    page.locator("#apply-code").click()
    expect(page.locator("#id_code_error")).to_be_visible()
    expect(page.locator("#apply-code")).to_be_focused()
    assert abs(top_of_codes(page) - before) < 100, "no more than the message needs"
    page.get_by_label("Discount code or gift card").fill("welcome10")
    page.locator("#apply-code").click()
    expect(page.get_by_text("Code WELCOME10 applies.")).to_be_visible()
    expect(page.locator("#codes")).to_be_focused()
    page.locator("#remove-code").click()
    expect(page.get_by_text("The discount code was removed.")).to_be_visible()
    expect(page.locator("#codes")).to_be_focused()
    assert abs(top_of_codes(page) - before) < 200
    assert page.evaluate("window.isSamePage") is True
    assert page.url.endswith(address)

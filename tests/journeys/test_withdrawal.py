"""A guest withdraws from a part of an order by the mail's link, the owner pays it back."""

import email
import re
from email import policy

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD, Shop

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_guest_withdraws_and_the_owner_pays_back(
    shop: Shop, visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    buyer, staff = visit(javascript=javascript, width=390), visit(javascript=javascript, width=1440)
    way.go_to_payment(buyer, "sahel-djembe")
    way.pay(buyer)
    assert_accessible(buyer, has_scripts=javascript)
    order_url = buyer.url
    buyer.goto(_link_in_the_mail(shop, order_url))
    expect(buyer.get_by_label("Your name")).to_have_value("María López")
    assert_accessible(buyer, has_scripts=javascript)
    _is_as_wide_as_the_screen(buyer)
    buyer.get_by_label("Sahel Djembe").fill("7")
    way.follow(buyer.get_by_role("button", name="Withdraw from contract"))
    expect(buyer.get_by_text("You can withdraw from at most 1.").first).to_be_visible()
    assert_accessible(buyer, has_scripts=javascript)
    buyer.get_by_label("Sahel Djembe").fill("1")
    way.follow(buyer.get_by_role("button", name="Withdraw from contract"))
    assert_accessible(buyer, has_scripts=javascript)
    _is_as_wide_as_the_screen(buyer)
    way.follow(buyer.get_by_role("button", name="Confirm withdrawal"))
    expect(buyer.get_by_role("heading", level=1)).to_have_text("We have received your withdrawal")
    assert_accessible(buyer, has_scripts=javascript)
    _is_as_wide_as_the_screen(buyer)
    _pay_back(staff, order_url, assert_accessible, javascript)
    buyer.goto(order_url)
    went_back = buyer.locator("[data-status=refunded]")
    way.until(lambda: went_back.count() == 1, otherwise=buyer.reload, what="the money to go back")
    assert_accessible(buyer, has_scripts=javascript)


def _pay_back(staff: Page, order_url: str, assert_accessible: Check, javascript: bool) -> None:
    way.sign_in(staff, "owner", STAFF_PASSWORD)
    way.follow(staff.get_by_role("link", name="to refund"))
    way.follow(staff.locator("#result_list tbody th a").first)
    expect(staff.locator(f'a[href="{order_url.removeprefix(staff.url.split("/admin")[0])}"]')).to_be_visible()
    assert_accessible(staff, has_scripts=javascript)
    way.follow(staff.get_by_role("link", name="Fill in the refund"))
    way.follow(staff.get_by_role("button", name="Refund …"))
    way.follow(staff.get_by_role("button", name=re.compile("^Refund .* now$")))
    expect(staff.get_by_role("region", name="Withdrawal")).to_contain_text("Refunded")
    assert_accessible(staff, has_scripts=javascript)


def _is_as_wide_as_the_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _link_in_the_mail(shop: Shop, order_url: str) -> str:
    """Wait for a mail about the order; return the way to withdraw in it."""
    token = order_url.rstrip("/").rpartition("/")[2]
    links: list[str] = []

    def has_come() -> bool:
        for file in shop.mail_folder.glob("*") if shop.mail_folder.is_dir() else []:
            mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            text = str(body.get_content()) if body else ""
            links.extend(re.findall(rf"Withdraw from contract: (\S*{token}\S*)", text))
        return bool(links)

    way.until(has_come, otherwise=lambda: None, what="a mail about the order")
    return links[0]

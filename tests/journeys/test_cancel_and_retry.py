"""A payment comes to nothing, is tried again from the mail's link, and the paid order is cancelled."""

import email
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from email import policy

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import Shop

pytestmark = pytest.mark.journey

LONG_AGO = "2020-01-01 00:00:00"


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_buyer_pays_at_the_second_try_and_then_cancels(
    shop: Shop, visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript)

    def look() -> None:
        assert_accessible(page, has_scripts=javascript)

    way.go_to_payment(page, "sahel-djembe")
    way.follow(page.get_by_role("button", name=re.compile("^Decline")))
    expect(page.locator("main")).to_contain_text("The last try was not accepted: Your card was declined.")
    look()
    page.goto(_link_once_the_time_to_pay_is_over(shop, page.url))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your payment did not come through")
    look()
    way.follow(page.get_by_role("button", name="Try again"))
    way.pay(page)
    look()
    _cancel(page, look)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_buyer_cancels_an_order_that_waits_for_its_payment(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = visit(javascript=javascript)
    way.go_to_payment(page, "sahel-djembe")
    way.follow(page.get_by_role("button", name=re.compile("^Abandon")))
    way.follow(page.get_by_role("link", name="Cancel this order"))
    assert_accessible(page, has_scripts=javascript)
    way.follow(page.get_by_role("link", name="Keep the order"))
    way.follow(page.get_by_role("link", name="Cancel this order"))
    way.follow(page.get_by_role("button", name="Cancel the order"))
    expect(page.locator("main")).to_contain_text("Nothing was charged.")
    expect(page.get_by_role("button", name="Pay now")).to_have_count(0)
    assert_accessible(page, has_scripts=javascript)


def _cancel(page: Page, look: Callable[[], None]) -> None:
    total = page.locator(".summary .is-total dd").inner_text()
    way.follow(page.get_by_role("link", name="Cancel this order"))
    expect(page.locator("main")).to_contain_text(f"Nothing will be shipped, and {total} goes back")
    look()
    way.follow(page.get_by_role("button", name="Cancel the order"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your order is cancelled")
    look()
    went_back = page.get_by_text(f"{total} went back the way it came.")
    way.until(lambda: went_back.count() == 1, otherwise=page.reload, what="the money to go back")
    expect(page.locator("[data-status=refunded]")).to_be_visible()
    look()


def _let_the_time_to_pay_be_over(shop: Shop, order_url: str) -> None:
    """Set the clock of the order's session at the demo's Stripe back; the worker does the rest."""
    order = "(SELECT id FROM shop_order WHERE token = ?)"
    session = f"(SELECT session_id FROM shop_payment WHERE order_id = {order})"
    changes = [
        f"UPDATE payments_demo_demosession SET expires_at = '{LONG_AGO}' WHERE session_id = {session}",
        f"UPDATE shop_payment SET next_check = '{LONG_AGO}' WHERE order_id = {order}",
    ]
    with closing(sqlite3.connect(shop.mail_folder.parent / "kora.sqlite3", timeout=20)) as database, database:
        for change in changes:
            assert database.execute(change, [_token(order_url)]).rowcount == 1


def _token(order_url: str) -> str:
    return order_url.rstrip("/").rpartition("/")[2]


def _link_once_the_time_to_pay_is_over(shop: Shop, order_url: str) -> str:
    """Wait for the mail about this order's payment; return the link in it.

    The clock is set back until then: a look at Stripe that is under way meanwhile names its next look anew.
    """
    links: list[str] = []

    def has_come() -> bool:
        for file in shop.mail_folder.glob("*") if shop.mail_folder.is_dir() else []:
            mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            text = str(body.get_content()) if body else ""
            links.extend(re.findall(rf"Try again: (\S*{_token(order_url)}\S*)", text))
        return bool(links)

    def set_back() -> None:
        _let_the_time_to_pay_be_over(shop, order_url)

    set_back()
    way.until(has_come, otherwise=set_back, what="the mail about the payment")
    return links[0]

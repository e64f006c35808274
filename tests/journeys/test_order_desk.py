"""The owner ships an order and gives the money back; the buyer sees both on the order's page."""

import pytest
from playwright.sync_api import expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_owner_ships_and_refunds_an_order(visit: Visit, assert_accessible: Check, javascript: bool) -> None:
    buyer, staff = visit(javascript=javascript), visit(javascript=javascript)
    way.go_to_payment(buyer, "illimani-charango")
    way.pay(buyer)
    number = buyer.get_by_role("region", name="Order").get_by_role("heading").inner_text().split()[-1]

    way.sign_in(staff, "owner", STAFF_PASSWORD)
    way.follow(staff.get_by_role("link", name="to ship"))
    way.follow(staff.get_by_role("link", name=f"#{number}"))
    staff.get_by_label("Carrier").fill("Deutsche Post")
    staff.get_by_label("Tracking number").fill("RR123456785DE")
    way.follow(staff.get_by_role("button", name="Mark shipped"))
    expect(staff.locator("#content")).to_contain_text("RR123456785DE")
    assert_accessible(staff, has_scripts=javascript)
    buyer.reload()
    expect(buyer.locator("main")).to_contain_text("RR123456785DE")
    assert_accessible(buyer, has_scripts=javascript)

    way.follow(staff.get_by_role("button", name="Refund everything"))
    expect(staff.locator("#content")).to_contain_text("This cannot be taken back")
    assert_accessible(staff, has_scripts=javascript)
    way.follow(staff.get_by_role("button", name="Refund"))
    refunded = buyer.locator("[data-status=refunded]")
    way.until(lambda: refunded.count() == 1, otherwise=buyer.reload, what="the refund")
    assert_accessible(buyer, has_scripts=javascript)


def test_moderator_sees_comments_and_no_orders(visit: Visit) -> None:
    page = visit()
    way.sign_in(page, "moderator", STAFF_PASSWORD)
    expect(page.locator("#content")).to_contain_text("Comments")
    expect(page.locator("#content")).not_to_contain_text("Orders")

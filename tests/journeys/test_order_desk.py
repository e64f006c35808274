"""The owner ships an order, refunds it in part and whole, cancels one, and meets a dispute."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD, Shop, manage

pytestmark = pytest.mark.journey
DISPUTE = """
from shop.payments.demo import doings
from shop.payments.models import Payment
payment = Payment.objects.get(order__number={number})
doings.open_dispute(payment.intent_id, payment.amount_minor, "product_not_received")
"""


def buy(buyer: Page, slug: str) -> str:
    """Buy one of a product; return the order's number."""
    way.go_to_payment(buyer, slug)
    way.pay(buyer)
    heading = buyer.get_by_role("region", name="Order").get_by_role("heading")
    return heading.inner_text().split()[-1].removeprefix("#")


def open_order(staff: Page, number: str) -> None:
    """Sign in as the owner and find the order."""
    way.sign_in(staff, "owner", STAFF_PASSWORD)
    way.follow(staff.get_by_role("link", name="to ship"))
    way.follow(staff.get_by_role("link", name=f"#{number}"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_owner_ships_and_refunds_an_order(visit: Visit, assert_accessible: Check, javascript: bool) -> None:
    buyer, staff = visit(javascript=javascript), visit(javascript=javascript)
    open_order(staff, buy(buyer, "illimani-charango"))
    staff.get_by_label("Carrier").fill("Deutsche Post")
    staff.get_by_label("Tracking number").fill("RR123456785DE")
    way.follow(staff.get_by_role("button", name="Mark shipped"))
    expect(staff.locator("#content")).to_contain_text("RR123456785DE")
    assert_accessible(staff, has_scripts=javascript)
    buyer.reload()
    expect(buyer.get_by_role("region", name="Parcels")).to_contain_text("RR123456785DE")
    assert_accessible(buyer, has_scripts=javascript)

    way.follow(staff.get_by_role("button", name="Refund"))
    expect(staff.locator("#content")).to_contain_text("This cannot be taken back")
    assert_accessible(staff, has_scripts=javascript)
    way.follow(staff.get_by_role("button", name="Refund"))
    refunded = buyer.locator("[data-status=refunded]")
    way.until(lambda: refunded.count() == 1, otherwise=buyer.reload, what="the refund")
    assert_accessible(buyer, has_scripts=javascript)


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_owner_refunds_a_part(visit: Visit, assert_accessible: Check, javascript: bool) -> None:
    staff = visit(javascript=javascript)
    open_order(staff, buy(visit(javascript=javascript), "atlas-frame-drum"))
    expect(staff.get_by_label("Another amount")).to_be_hidden()
    staff.get_by_label("a part").check()
    refund = staff.get_by_role("region", name="Refund", exact=True)
    refund.get_by_label("Atlas Frame Drum").fill("2")
    staff.get_by_label("Another amount").fill("10 EUR")
    way.follow(staff.get_by_role("button", name="Refund"))
    expect(staff.get_by_label("Another amount")).to_have_value("10 EUR")
    expect(staff.locator(".field-error")).to_have_count(2)
    assert_accessible(staff, has_scripts=javascript)

    refund.get_by_label("Atlas Frame Drum").fill("1")
    staff.get_by_label("Another amount").fill("")
    way.follow(staff.get_by_role("button", name="Refund"))
    expect(staff.locator("#content")).to_contain_text("1 × Atlas Frame Drum")
    assert_accessible(staff, has_scripts=javascript)
    way.follow(staff.get_by_role("button", name="Refund"))
    badge = staff.get_by_text("Partly refunded", exact=True)
    way.until(lambda: badge.count() == 1, otherwise=staff.reload, what="the refund")
    expect(staff.locator("#content")).to_contain_text("1 refunded · 1 back in stock")
    assert_accessible(staff, has_scripts=javascript)


def test_owner_cancels_an_order_before_shipment(visit: Visit, assert_accessible: Check) -> None:
    buyer, staff = visit(), visit()
    open_order(staff, buy(buyer, "atlas-frame-drum"))
    way.follow(staff.get_by_role("link", name="Cancel the order"))
    expect(staff.locator("#content")).to_contain_text("1 × Atlas Frame Drum")
    assert_accessible(staff)
    way.follow(staff.get_by_role("button", name="Cancel order"))
    expect(staff.locator("#content")).to_contain_text("Called off by the shop")
    assert_accessible(staff)
    refunded = buyer.locator("[data-status=refunded]")
    way.until(lambda: refunded.count() == 1, otherwise=buyer.reload, what="the refund")


def test_a_dispute_takes_the_place_of_the_parcel(shop: Shop, visit: Visit, assert_accessible: Check) -> None:
    staff = visit()
    number = buy(visit(), "elqui-rainstick")
    open_order(staff, number)
    manage(shop, "shell", "--verbosity", "0", "--command", DISPUTE.format(number=number))
    notice = staff.get_by_role("region", name="The bank disputes")
    way.until(lambda: notice.count() == 1, otherwise=staff.reload, what="the dispute")
    expect(notice).to_contain_text("The buyer says that nothing arrived.")
    expect(notice).to_contain_text("8 days left")
    expect(staff.get_by_role("button", name="Mark shipped")).to_have_count(0)
    assert_accessible(staff)
    staff.goto("/admin/shop/order/?queue=disputed")
    expect(staff.locator("#result_list")).to_contain_text("Do not ship")
    assert_accessible(staff)


def test_moderator_sees_comments_and_no_orders(visit: Visit) -> None:
    page = visit()
    way.sign_in(page, "moderator", STAFF_PASSWORD)
    expect(page.locator("#content")).to_contain_text("Comments")
    expect(page.locator("#content")).not_to_contain_text("Orders")

"""A word or an address of any length stays within its page, at 320 and at 1440 pixels."""

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page

from foundation.identity import SiteIdentity
from tests.journeys import looks, way
from tests.journeys.conftest import Visit
from tests.journeys.shop_server import STAFF_PASSWORD

pytestmark = pytest.mark.journey

NAME = "W" * 80
EMAIL = f"{'m' * 64}@{'w' * 60}.{'w' * 60}.example"
BODY = f"{'W' * 600} https://a.example/{'w' * 300} `{'M' * 300}`\n\n- {'W' * 300}\n\n> {'M' * 300}"


def assert_fits(page: Page, name: str) -> None:
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        looks.assert_fits(page, f"{name} at {width}")


def test_a_long_name_address_or_text_widens_neither_article_nor_desk(visit: Visit) -> None:
    reader, staff = visit(), visit()
    reader.goto("/blog/tuning-a-kalimba/")
    reader.get_by_label("Name", exact=True).fill(NAME)
    reader.get_by_label("E-mail").fill(EMAIL)
    reader.get_by_role("textbox", name="Comment").fill(BODY)
    way.follow(reader.get_by_role("button", name="Post comment"))
    reader.locator("[data-waiting]").wait_for()
    assert_fits(reader, "own comment")

    way.sign_in(staff, "moderator", STAFF_PASSWORD)
    staff.goto("/admin/comments/comment/")
    assert_fits(staff, "list")
    way.follow(staff.get_by_role("row").filter(has_text=NAME).get_by_role("button", name="Approve"))
    staff.goto("/admin/comments/comment/?q=WWWWWW")
    way.follow(staff.locator(".moderation-head a"))
    assert_fits(staff, "one comment")
    reader.goto("/blog/tuning-a-kalimba/")
    reader.locator(".comment").filter(has_text=NAME).wait_for()
    assert_fits(reader, "published comment")


def test_a_long_title_address_or_line_widens_no_mail(visit: Visit) -> None:
    page = visit()
    shop = SiteIdentity(name="W" * 80, legal_name="W" * 120, line1="W" * 120, city="W" * 80, email=EMAIL)
    long = {"title": "W" * 160, "url": f"https://a.example/{'w' * 200}", "identity": shop}
    lines = [{"quantity": 1, "title": "W" * 160, "total": "$1,000,000.00"}]
    totals = [{"label": "W" * 80, "amount": "$1,000,000.00"}]
    page.set_content(render_to_string("emails/comment_published/body.html", long))
    assert_fits(page, "comment published")
    page.set_content(render_to_string("emails/order_lines.html", {"lines": lines, "totals": totals}))
    frame = page.content()
    page.set_content(render_to_string("emails/comment_published/body.html", long))
    page.evaluate("html => document.querySelector('p').insertAdjacentHTML('afterend', html)", frame)
    assert_fits(page, "order lines")

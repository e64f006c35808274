"""The page it all started from, to the end: read, buy, comment, moderate, with and without scripts."""

import email
import re
from collections.abc import Callable
from email import policy

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD, Shop

pytestmark = pytest.mark.journey

ARTICLE = "What Is Music Therapy?"
BOTH = pytest.mark.parametrize(
    ("javascript", "product"),
    [(True, "Antares Bamboo Panpipes"), (False, "Kuta Thumb Piano Kalimba 7 note - Natural")],
    ids=["with-scripts", "without-scripts"],
)


@BOTH
def test_reader_buys_a_featured_product_and_its_badge_falls(
    shop: Shop, visit: Visit, assert_accessible: Check, javascript: bool, product: str
) -> None:
    page = visit(javascript=javascript)

    def look() -> None:
        assert_accessible(page, has_scripts=javascript)

    product_url = _find_in_the_article(page, product, look)
    _fill_the_cart(page, look)
    charged = _check_out_to_america(page, look)
    _pay(page, charged, look)
    _assert_mailed(shop, page.url, page)

    page.goto(product_url)
    one_left = page.locator("main").get_by_text("Only 1 unit left")
    way.until(lambda: one_left.count() > 0, otherwise=page.reload, what="the badge to fall")
    look()


def _find_in_the_article(page: Page, product: str, look: Callable[[], None]) -> str:
    page.goto("/")
    look()
    page.goto("/blog/")
    look()
    way.follow(page.get_by_role("link", name=ARTICLE).first)
    look()
    featured = (
        page.get_by_role("region", name="Featured products").get_by_role("listitem").filter(has_text=product)
    )
    expect(featured).to_contain_text("Only 2 units left")
    way.follow(featured.get_by_role("link", name=product))
    expect(page.locator("main")).to_contain_text("Only 2 units left")
    look()
    return page.url


def _fill_the_cart(page: Page, look: Callable[[], None]) -> None:
    way.put_into_cart(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your cart")
    look()
    _change_quantity(page, "3")
    expect(page.locator("main")).to_contain_text("Only 2 units left.")
    look()
    _change_quantity(page, "2")
    expect(page.locator("[data-cart-count]")).to_have_text("2")
    _change_quantity(page, "1")
    expect(page.locator("[data-cart-count]")).to_have_text("1")


def _check_out_to_america(page: Page, look: Callable[[], None]) -> str:
    way.follow(page.get_by_role("button", name="Go to checkout"))
    look()
    before = _total(page)
    way.fill_address(page)
    if not way.has_scripts(page):
        way.order(page)
        expect(page.locator("main")).to_contain_text("The total for this address is")
    expect(page.get_by_label("City")).to_have_value("San Francisco")
    expect(page.locator("main")).to_contain_text("Sales tax 7.25%")
    charged = _total(page)
    assert charged != before
    look()
    way.order(page)
    return charged


def _pay(page: Page, charged: str, look: Callable[[], None]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Demo payment")
    expect(page.get_by_role("button", name=re.compile(r"^Pay \S*\d"))).to_contain_text(charged)
    look()
    way.follow(page.get_by_role("button", name=re.compile(r"^Pay \S*\d")))
    page.wait_for_url("**/orders/*/")
    way.until(lambda: page.locator("[data-status=paid]").count() == 1, otherwise=page.reload, what="paid")
    expect(page.locator("main")).to_contain_text(charged)
    expect(page.locator("main")).to_contain_text("San Francisco, CA 94103")
    expect(page.locator("[data-cart-count]")).to_have_text("0")
    look()


@BOTH
def test_abandoned_payment_is_taken_up_again_from_the_order_page(
    visit: Visit, assert_accessible: Check, javascript: bool, product: str
) -> None:
    page = visit(javascript=javascript)
    way.go_to_payment(page, "elqui-rainstick")
    way.follow(page.get_by_role("button", name=re.compile("^Decline")))
    expect(page.locator("[data-status=pending]")).to_be_visible()
    assert_accessible(page, has_scripts=javascript)
    way.follow(page.get_by_role("button", name="Pay now"))
    expect(page.locator("main")).to_contain_text("declined")
    assert_accessible(page, has_scripts=javascript)
    way.follow(page.get_by_role("button", name=re.compile("^Abandon")))
    way.follow(page.get_by_role("button", name="Pay now"))
    way.follow(page.get_by_role("button", name=re.compile(r"^Pay \S*\d")))
    expect(page.locator("[data-status=paid]")).to_be_visible()


@BOTH
def test_comment_is_seen_by_its_author_alone_until_a_moderator_approves_it(
    visit: Visit, assert_accessible: Check, javascript: bool, product: str
) -> None:
    author, other, staff = (visit(javascript=javascript) for _browser in range(3))
    words = f"My daughter hums along to the {product} every evening now."

    author.goto("/blog/what-is-music-therapy/")
    author.get_by_label("Name", exact=True).fill("Ines Duarte")
    author.get_by_label("E-mail").fill("ines@reader.example")
    author.get_by_role("textbox", name="Comment").fill(words)
    way.follow(author.get_by_role("button", name="Post comment"))
    waiting = author.locator(".comment").filter(has_text=words)
    expect(waiting).to_contain_text("awaiting moderation")
    assert_accessible(author, has_scripts=javascript)
    other.goto("/blog/what-is-music-therapy/")
    expect(other.locator("main")).to_contain_text("Leave a comment")
    expect(other.locator("main")).not_to_contain_text(words)

    staff.goto("/admin/")
    assert_accessible(staff, has_scripts=javascript)
    way.sign_in(staff, "moderator", STAFF_PASSWORD)
    assert_accessible(staff, has_scripts=javascript)
    way.follow(staff.get_by_role("region", name="What waits for you").get_by_role("link", name="comment"))
    row = staff.get_by_role("row").filter(has_text=words)
    expect(row).to_contain_text("Ines Duarte")
    assert_accessible(staff, has_scripts=javascript)
    way.follow(row.get_by_role("link", name=re.compile(r"20\d\d")))
    expect(staff.locator("#content")).to_contain_text(words)
    assert_accessible(staff, has_scripts=javascript)
    staff.go_back()
    way.follow(row.get_by_role("button", name="Approve"))
    expect(staff.locator(".messagelist")).to_contain_text("Approved")
    assert_accessible(staff, has_scripts=javascript)

    published = other.locator(".comment").filter(has_text=words)
    way.until(lambda: published.count() == 1, otherwise=other.reload, what="the comment to be public")
    expect(published).not_to_contain_text("awaiting moderation")
    assert_accessible(other, has_scripts=javascript)


def _change_quantity(page: Page, quantity: str) -> None:
    page.get_by_label("Quantity").fill(quantity)
    way.follow(page.get_by_role("button", name="Update cart"))


def _total(page: Page) -> str:
    return page.locator(".summary .is-total dd").inner_text()


def _assert_mailed(shop: Shop, order_url: str, page: Page) -> None:
    """Look for the buyer's mail that says paid and leads to this order; the worker sends it."""

    def was_mailed() -> bool:
        files = shop.mail_folder.glob("*") if shop.mail_folder.is_dir() else []
        mails = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        texts = [mail.get_body(("plain",)) for mail in mails if way.US_ADDRESS["E-mail"] in str(mail["To"])]
        return any(order_url in str(text.get_content()) for text in texts if text)

    way.until(was_mailed, otherwise=lambda: None, what="the buyer's mail")

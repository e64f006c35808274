"""A clerk swaps variants of a product that has many, and loses nothing when a cookie is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.shop_server import STAFF_PASSWORD, Shop, manage

pytestmark = pytest.mark.journey
MAKE = """
from shop.catalogue.models import Product, Variant
product = Product.objects.create(title="{title}", slug="{slug}", option1_name="Size", status="draft")
for number in range(56):
    sku, size = f"{slug}-{{number}}", f"Size {{number}}"
    Variant.objects.create(product=product, sku=sku, option1=size, price_minor=5000, position=number)
"""


def open_product(staff: Page, shop: Shop, slug: str) -> None:
    """Make a product of 56 variants and open its form as the owner."""
    manage(shop, "shell", "-c", MAKE.format(title=slug.title(), slug=slug))
    way.sign_in(staff, "owner", STAFF_PASSWORD)
    staff.goto(f"/admin/shop/product/?q={slug}")
    way.follow(staff.locator("#result_list").get_by_role("link", name=slug.title()))


def swap_sizes(staff: Page) -> None:
    """Let the first two variants change their sizes."""
    first, second = (staff.locator(f"#id_variants-{place}-option1") for place in (0, 1))
    one, other = first.input_value(), second.input_value()
    first.fill(other)
    second.fill(one)


def save(staff: Page) -> None:
    """Save and stay."""
    way.follow(staff.get_by_role("button", name="Save and continue editing"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_after_a_lost_cookie_a_press_saves_what_was_typed(visit: Visit, shop: Shop, javascript: bool) -> None:
    staff = visit(javascript=javascript, is_watched=False)  # the refusal is a 403, as it should be
    open_product(staff, shop, f"lost-cookie-{javascript}".lower())
    swap_sizes(staff)
    staff.context.clear_cookies(name="kora_csrf")
    save(staff)
    expect(staff.get_by_role("heading", name="This form has grown old")).to_be_visible()
    way.follow(staff.get_by_role("button", name="Send it again"))
    expect(staff.locator(".messagelist")).to_contain_text("was changed successfully")
    expect(staff.locator("#id_variants-0-option1")).to_have_value("Size 1")

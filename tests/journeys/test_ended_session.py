"""A session ends while staff write: the password is asked for in place, and the form comes back as typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.foundation.images import image_bytes
from tests.journeys import way
from tests.journeys.conftest import Check, Visit
from tests.journeys.shop_server import STAFF_PASSWORD

pytestmark = pytest.mark.journey
EDITOR = ".prose-editor [contenteditable=true]"
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])


def open_form(visit: Visit, path: str, *, javascript: bool) -> Page:
    """Sign in and open a form of the admin."""
    page = visit(javascript=javascript)
    way.sign_in(page, "owner", STAFF_PASSWORD)
    page.goto(path)
    return page


def end_session(page: Page) -> None:
    """Let the session end, as it does after twelve hours: the browser keeps all its other cookies."""
    page.context.clear_cookies(name=re.compile("kora_staff$"))


def save_and_sign_in(page: Page) -> None:
    """Press Save, be asked for the password, and give it."""
    way.follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()
    page.get_by_label("Username").fill("owner")
    page.get_by_label("Password").fill(STAFF_PASSWORD)
    way.follow(page.get_by_role("button", name="Sign in"))
    expect(page.locator("#content")).to_contain_text("Nothing is saved yet")


@BOTH
def test_an_article_survives_the_end_of_its_session(
    visit: Visit, assert_accessible: Check, javascript: bool
) -> None:
    page = open_form(visit, "/admin/blog/article/add/", javascript=javascript)
    name = f"Written late {javascript}"
    page.locator("#id_title").fill(name)
    page.locator("#id_slug").fill(f"written-late-{javascript}".lower())
    if javascript:
        page.locator(EDITOR).click()
        page.keyboard.type("Two hours of work")
    else:
        page.locator("#id_body").fill("<p>Two hours of work</p>")
    page.locator("#id_cover").set_input_files(
        {"name": "night.png", "mimeType": "image/png", "buffer": image_bytes(size=(64, 40))}
    )
    page.locator("#id_cover_alt").fill("The bench at night")
    page.locator("#id_author").select_option(index=1)
    page.locator("#id_category").select_option(index=1)
    end_session(page)
    save_and_sign_in(page)
    expect(page.locator("#id_title")).to_have_value(name)
    expect(page.locator("#content")).to_contain_text("“night.png” is kept")
    if javascript:
        expect(page.locator(EDITOR)).to_contain_text("Two hours of work")
    assert_accessible(page, has_scripts=javascript)
    way.follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")


@BOTH
def test_a_product_and_its_variants_survive_the_end_of_their_session(visit: Visit, javascript: bool) -> None:
    page = open_form(visit, "/admin/shop/product/2/change/", javascript=javascript)
    weight = "911" if javascript else "912"
    page.locator("#id_summary").fill(f"Weighed anew: {weight}")
    page.locator("#id_variants-0-weight_grams").fill(weight)
    end_session(page)
    save_and_sign_in(page)
    expect(page.locator("#id_variants-0-weight_grams")).to_have_value(weight)
    way.follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    page.goto("/admin/shop/product/2/change/")
    expect(page.locator("#id_variants-0-weight_grams")).to_have_value(weight)


@BOTH
def test_one_forgotten_alt_text_loses_no_file(visit: Visit, javascript: bool) -> None:
    page = open_form(visit, "/admin/blog/article/2/change/", javascript=javascript)
    side = 71 if javascript else 72
    page.locator("#id_cover").set_input_files(
        {"name": "drum.png", "mimeType": "image/png", "buffer": image_bytes(size=(side, 50))}
    )
    page.locator("#id_cover_alt").fill("")
    way.follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("#content")).to_contain_text("Please say what the cover shows.")
    expect(page.locator("#content")).to_contain_text("“drum.png” is kept")
    page.locator("#id_cover_alt").fill("A drum")
    way.follow(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")

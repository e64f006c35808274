"""Staff write in the text editor under the strict policy, and readers see what they wrote."""

import pytest

from tests.journeys import way
from tests.journeys.conftest import Visit
from tests.journeys.shop_server import STAFF_PASSWORD

pytestmark = pytest.mark.journey


def test_moderator_writes_bold_words_that_readers_see(visit: Visit) -> None:
    page = visit()
    way.sign_in(page, "moderator", STAFF_PASSWORD)
    page.goto("/admin/blog/article/add/")
    page.locator("#id_title").fill("Notes from the bench")
    editor = page.locator(".prose-editor [contenteditable=true]")
    editor.click()
    page.keyboard.type("Written by ")
    page.keyboard.press("Control+b")
    page.keyboard.type("hand")
    page.locator("#id_status").select_option("published")
    page.locator("#id_published_at_0").fill("2020-01-01")  # the newest posts stay those of the demo
    page.locator("#id_published_at_1").fill("12:00:00")
    page.locator("#id_author").select_option(index=1)
    page.locator("#id_category").select_option(index=1)
    way.follow(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("was added successfully").wait_for()
    reader = visit(javascript=False)
    reader.goto("/blog/notes-from-the-bench/")
    assert "Written by <strong>hand</strong>" in reader.locator(".prose").inner_html()

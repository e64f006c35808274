"""Staff write in the text editor under the strict policy, and readers see what they wrote."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

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


ADD = "/admin/blog/article/add/"
EDITOR = ".prose-editor [contenteditable=true]"
PASTE = """([html, text, hasFile]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  if (text) data.setData("text/plain", text);
  if (hasFile) data.items.add(new File([new Uint8Array(8)], "a.png", { type: "image/png" }));
  const editor = document.querySelector(".prose-editor [contenteditable=true]");
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def new_article(visit: Visit) -> Page:
    page = visit()
    way.sign_in(page, "owner", STAFF_PASSWORD)
    page.goto(ADD)
    page.locator(EDITOR).click()
    return page


def copied(program: str) -> str:
    """Return what a program puts on the clipboard as HTML; written by us in its manner."""
    return (Path(__file__).parent / "clipboards" / f"{program}.html").read_text().strip()


def text_in(page: Page) -> str:
    """Return the HTML that would be sent, without what only the editor itself adds to lists."""
    return str(re.sub(r"<ol [^>]*>", "<ol>", page.locator("#id_body").input_value()))


def test_a_paste_from_google_docs_keeps_its_structure_and_nothing_of_its_looks(visit: Visit) -> None:
    page = new_article(visit)
    page.evaluate(PASTE, [copied("google_docs"), "Tuning by ear", False])
    expect(page.locator(EDITOR)).to_contain_text("Tuning by ear")
    assert text_in(page) == (
        "<h2>Tuning by ear</h2><p>Plain, <strong>bold</strong><em>, slanted</em>"
        "<strong><em> both</em></strong>"
        ' and under <a href="https://example.org/a?b=1">a link</a></p>'
        "<ul><li><p>one</p><ul><li><p>one a</p></li></ul></li><li><p>two</p></li></ul>"
        "<ol><li><p>first</p></li></ol><p>cell</p>"
    )


def test_a_paste_from_word_keeps_its_lists(visit: Visit) -> None:
    page = new_article(visit)
    page.evaluate(PASTE, [copied("word"), "Strings", True])
    expect(page.locator(EDITOR)).to_contain_text("Strings")
    assert text_in(page) == (
        "<h2>Strings</h2><p>Some <strong>bold</strong> and <em>slanted</em> words</p>"
        "<ul><li><p>gut</p><ul><li><p>thick gut</p></li></ul></li><li><p><strong>silk</strong></p></li></ul>"
        "<p>Then:</p><ol><li><p>tune</p></li><li><p>play</p></li></ol>"
    )
    assert page.locator(".editor-note").count() == 0


@pytest.mark.parametrize("html", ["", '<img src="https://elsewhere.example/a.png">'])
def test_a_pasted_picture_is_refused_with_a_sentence(visit: Visit, html: str) -> None:
    page = new_article(visit)
    page.keyboard.type("Words")
    page.evaluate(PASTE, [html, "", True])
    expect(page.get_by_role("alert")).to_contain_text("Pictures cannot be pasted into the text.")
    assert text_in(page) == "<p>Words</p>"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_buttons_of_the_editor_stay_in_view(visit: Visit, width: int) -> None:
    page = visit(width=width)
    way.sign_in(page, "owner", STAFF_PASSWORD)
    page.goto("/admin/blog/article/1/change/")
    page.locator(EDITOR).evaluate("editor => editor.lastElementChild.scrollIntoView({ block: 'end' })")
    expect(page.locator(".prose-menubar").first).to_be_in_viewport(ratio=1)


def test_leaving_a_form_asks_only_when_something_was_changed(visit: Visit) -> None:
    page = visit()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    way.sign_in(page, "owner", STAFF_PASSWORD)
    page.goto("/admin/blog/article/1/change/")
    page.locator(EDITOR).click()
    page.goto("/admin/")
    assert asked == []
    page.goto("/admin/blog/article/1/change/")
    page.locator(EDITOR).click()
    page.keyboard.type("A")
    page.goto("/admin/")
    assert asked == ["beforeunload"]
    page.goto("/admin/shop/shippingzone/1/change/")
    page.locator("#id_name").fill("Elsewhere")
    page.goto("/admin/")
    assert asked == ["beforeunload"] * 2
    page.goto("/admin/blog/article/1/change/")
    page.locator("#id_subtitle").fill("Another subtitle")
    way.follow(page.get_by_role("button", name="Save", exact=True))
    assert asked == ["beforeunload"] * 2

"""From typed text to harmless HTML."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.rendering import to_html

ALLOWED = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
PIECES = [
    "<script>", "</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "[a](", ")", "<", ">",
    "&#106;avascript:", "data:text/html,x", "`", "```\n", "*", "**", "> ", "- ", "1. ", "\n",
    "\n\n", "![", "]", "\x00", "é",
    "https://a.example/", '"onmouseover="x', "<https://a.example>", "<svg/onload=x>", "\\", "&lt;",
]  # fmt: skip


class Tags(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note one element."""
        self.found.append((tag, dict(attrs)))


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_output_holds_only_harmless_elements_and_links(body):
    for tag, attrs in Tags(to_html(body)).found:
        assert tag in ALLOWED
        assert set(attrs) <= {"a": {"href", "rel"}, "ol": {"start"}}.get(tag, set())
        assert re.match("https?://", attrs.get("href", "https://"))


def test_markdown_becomes_html():
    html = to_html("*a* **b** `c`\nnext\n\n- x\n- y\n\n> quoted")

    assert "<em>a</em> <strong>b</strong> <code>c</code><br>" in html
    assert "<ul>\n<li>x</li>" in html
    assert "<blockquote>\n<p>quoted</p>" in html


def test_links_pass_no_credit_on():
    assert to_html("[here](https://a.example/)") == (
        '<p><a href="https://a.example/" rel="nofollow ugc noopener">here</a></p>'
    )


@pytest.mark.parametrize(
    "link", ["[x](javascript:alert(1))", "[x](//a.example)", "[x](/cart/)", "[x](mailto:a@b.c)"]
)
def test_links_lead_nowhere_but_to_web_addresses(link):
    assert "href" not in to_html(link)


def test_raw_html_headings_and_images_stay_text():
    html = to_html("<b>bold</b>\n\n# loud\n\n![cat](https://a.example/cat.png)")

    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<h1" not in html
    assert "<img" not in html


@pytest.mark.parametrize("piece", ["[", "> ", "*a ", "`", "**", "- ", "<", "[a](", "*_", "![["])
def test_hostile_nesting_of_the_greatest_length_is_rendered(piece, settings):
    html = to_html(piece * (settings.COMMENT_MAX_LENGTH // len(piece)))

    assert "<script" not in html

"""Tests of blog.rendering: what a stored text becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog import rendering
from tests.blog.builders import make_article
from tests.pages import admin_form


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<p onclick="alert(1)">Hi</p>',
        '<a href="javascript:alert(1)">Hi</a>',
        '<a href="JaVaScRiPt&#58;alert(1)">Hi</a>',
        '<a href="data:text/html,alert(1)">Hi</a>',
        '<p style="color:red;background:url(//evil.example)">Hi</p>',
        '<iframe src="//evil.example">alert</iframe>',
        "<svg><script>alert(1)</script></svg>",
        '<form action="/cart/add/"><button>Hi</button></form>',
        "<style>p { color: red }</style>",
        '<math><a href="javascript:alert(1)">Hi</a></math>',
    ],
)
def test_scripts_handlers_styles_and_foreign_elements_are_removed(hostile):
    safe = rendering.safe_html(f"<p>Before</p>{hostile}<p>After</p>").lower()
    assert "before" in safe
    assert "after" in safe
    for trace in (
        "<script",
        "onerror",
        "onclick",
        "javascript",
        "style",
        "<iframe",
        "<svg",
        "<form",
        "data:",
    ):
        assert trace not in safe


def test_what_the_editor_makes_is_kept():
    made = (
        "<p>a <strong>b</strong> <em>c</em> <s>d</s><br></p><ul><li><p>e</p></li></ul>"
        '<ol start="3"><li>f</li></ol>'
        "<blockquote><p>g</p></blockquote><hr>"
        '<table><tbody><tr><th colspan="2"><p>h</p></th></tr><tr><td><p>i</p></td></tr></tbody></table>'
    )
    assert rendering.safe_html(made) == made


def test_links_to_other_hosts_get_noopener_and_our_own_do_not():
    safe = rendering.safe_html(
        '<a href="https://drums.example/?a=1&amp;b=2" rel="me" target="_blank">out</a>'
        '<a href="//drums.example/">out</a><a href="/blog/">in</a><a href="http://testserver/blog/">in</a>'
    )
    assert safe == (
        '<a href="https://drums.example/?a=1&amp;b=2" rel="noopener">out</a>'
        '<a href="//drums.example/" rel="noopener">out</a>'
        '<a href="/blog/">in</a><a href="http://testserver/blog/">in</a>'
    )


def test_a_title_that_looks_like_a_tag_cannot_hide_a_foreign_link():
    safe = rendering.safe_html('<a title="a>b" href="https://drums.example/">out</a>')
    assert 'rel="noopener"' in safe


def test_headings_get_ids_that_are_unique_on_the_page():
    safe = rendering.safe_html("<h2>Strings &amp; skins</h2><h3>Strings, skins</h3><h2>音</h2>")
    assert 'id="section-strings-skins"' in safe
    assert 'id="section-strings-skins-2"' in safe
    assert 'id="section"' in safe


def test_cleaning_twice_changes_nothing():
    once = rendering.safe_html('<h2>Why</h2><p>a<a href="https://drums.example/">b</a></p>')
    assert rendering.safe_html(once) == once


@given(st.text())
def test_cleaning_any_text_is_stable_and_never_fails(text):
    once = rendering.safe_html(text)
    assert rendering.safe_html(once) == once
    assert "<script" not in once.lower()


@pytest.mark.parametrize("nothing", ["", "<p></p>", " <p> </p><p></p>", "<script>x</script>"])
def test_a_text_without_words_or_lines_is_empty(nothing):
    assert rendering.safe_html(nothing) == ""


def test_plain_text_parts_blocks_and_decodes_entities():
    assert (
        rendering.plain_text("<h2>A</h2><p>b &lt;i&gt; <em>c</em>d</p><ul><li>e</li></ul>") == "A b <i> cd e"
    )


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (400, 2), (401, 3)])
def test_reading_time_is_200_words_a_minute_rounded_up(words, minutes):
    assert rendering.reading_minutes(f"<p>{'word ' * words}</p>") == minutes


def test_an_excerpt_is_cut_between_words_with_an_ellipsis():
    assert rendering.excerpt("one two three four", 12) == "one two…"
    assert rendering.excerpt("one two three", 13) == "one two three"
    assert rendering.excerpt("one two, three four", 10) == "one two…"
    assert rendering.excerpt("abcdefghij", 5) == "abcd…"


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_an_excerpt_is_never_longer_than_its_limit(text, limit):
    assert len(rendering.excerpt(text, limit)) <= limit


def test_links_into_the_shop_become_absolute_for_feeds():
    html = '<a href="/blog/">a</a><a href="//drums.example/">b</a><a href="#top">c</a>'
    assert rendering.absolute_links(html) == (
        '<a href="http://testserver/blog/">a</a><a href="//drums.example/">b</a><a href="#top">c</a>'
    )


def test_the_contents_are_the_main_headings_in_words():
    html = "<h2>Skin &amp; <em>wood</em></h2><h3>Goat</h3><h2>Wood</h2><p>a</p><h2>Wood</h2>"
    found = rendering.contents(rendering.safe_html(html))
    assert [(heading.anchor, heading.title) for heading in found] == [
        ("section-skin-wood", "Skin & wood"), ("section-wood", "Wood"), ("section-wood-2", "Wood"),
    ]  # fmt: skip


def test_a_text_with_two_headings_needs_no_contents():
    assert rendering.contents(rendering.safe_html("<h2>a</h2><h2>b</h2><h3>c</h3>")) == []


@pytest.mark.django_db
def test_the_same_text_is_cleaned_once_while_a_form_saves_it(owner_client, monkeypatch):
    cleaned = []

    class Counting:
        def clean(self, html, real=rendering._CLEANER):
            cleaned.append(html)
            return real.clean(html)

    monkeypatch.setattr(rendering, "_CLEANER", Counting())
    article = make_article(body="<p>before</p>")
    cleaned.clear()
    address = f"/admin/blog/article/{article.pk}/change/"
    sent = admin_form(owner_client.get(address)) | {"body": "<h2>Once</h2><p>only</p>"}
    owner_client.post(address, sent)
    article.refresh_from_db()
    assert article.body == '<h2 id="section-once">Once</h2><p>only</p>'
    assert len(cleaned) == len(set(cleaned)) <= 2

"""Tests of blog.figures: where figures stand on a page, in feeds and for machines, and what they cost."""

import json
import re
from xml.etree import ElementTree

import pytest

from blog import rendering
from blog.figures import passages
from blog.models import Article, ArticleFigure
from shop import search
from tests.blog.builders import make_article, make_figure

pytestmark = pytest.mark.django_db
BODY = "<p>Tap it.</p><p>[figure 2]</p><p>Then wait.</p><p>[figure 1]</p>"


def page_of(client, article: Article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def test_figures_stand_where_the_text_names_them_and_the_others_after_it(client):
    article = make_article(body=BODY)
    for number in (1, 2, 3):
        make_figure(article, alt=f"View {number}", caption=f"Caption {number}")
    html = page_of(client, article).partition('class="prose"')[2]
    words = ["Tap it.", 'alt="View 2"', "Caption 2", "Then wait.", 'alt="View 1"', 'alt="View 3"']
    assert [html.index(word) for word in words] == sorted(html.index(word) for word in words)
    assert html.count("<figure") == 3
    assert html.index("Caption 3") < html.index('id="comments')
    assert "[figure" not in html


def test_a_figure_has_its_size_words_and_maker_and_loads_when_it_comes_near(client):
    article = make_article(body="<p>Tap it.</p>")
    make_figure(article, alt='A "log"', caption="A <log> & beaters.", credit="Ada Lund")
    [figure] = re.findall(r"<figure.*?</figure>", page_of(client, article), re.DOTALL)
    for text in (
        'alt="A &quot;log&quot;"', "A &lt;log&gt; &amp; beaters.", "Ada Lund", 'width="1920"',
        'height="1200"', 'loading="lazy"',
    ):  # fmt: skip
        assert text in figure
    assert "is-upright" not in figure


def test_a_figure_without_caption_and_credit_has_no_empty_caption(client):
    article = make_article(body="<p>Tap it.</p>")
    make_figure(article, caption="", credit="")
    html = page_of(client, article)
    assert "<figure" in html
    assert "<figcaption" not in html


def test_an_upright_picture_stays_narrow(client):
    article = make_article(body="<p>Tap it.</p>")
    make_figure(article, size=(1600, 2000))
    assert "is-upright" in page_of(client, article)


@pytest.mark.parametrize(
    "body", ["<p>a</p><p>[figure 7]</p>", "<p>a [Figure 7] b</p>", "<ul><li><p>[figure 7]</p></li></ul>"]
)
def test_a_name_without_a_figure_is_never_shown(client, body):
    article = make_article(body=f"<p>Open</p>{body}")
    html = page_of(client, article)
    assert "figure 7]" not in html.lower()
    assert "<figure" not in html
    assert "figure 7]" not in client.get("/blog/feed.atom").content.decode().lower()


def test_excerpts_search_and_reading_time_know_no_names_of_figures():
    article = make_article(body="<p>[figure 1]</p>" * 300 + "<p>Zither</p>")
    assert article.teaser == "Zither"
    assert article.reading_minutes == 1
    assert rendering.word_count(article.body) == 1
    assert search.find("zither", kinds=["article"])
    assert not search.find("figure", kinds=["article"])


@pytest.mark.parametrize(
    "line",
    [
        "<p>[figure 1]</p>", "<p> [Figure 1]&nbsp;</p>", "<p>[figure&nbsp;1]</p>", "<p>[figure 01]</p>",
        "<p><strong>[figure 1]</strong></p>", "<p>[figure  1] </p>",
    ],
)  # fmt: skip
def test_an_editors_small_additions_do_not_hide_a_figure(line):
    html = rendering.safe_html(f"<p>a</p>{line}<p>b</p>")
    assert rendering.stretches(html) == [("<p>a</p>", 1), ("<p>b</p>", None)]


def test_a_figure_in_a_quotation_leaves_the_markup_whole():
    article = make_article(body="<blockquote><p>a</p><p>[figure 1]</p></blockquote>")
    figure = make_figure(article)
    shown = passages(article.body, [figure])
    assert [(passage.html, passage.figure) for passage in shown] == [
        ("<blockquote><p>a</p>", figure), ("</blockquote>", None),
    ]  # fmt: skip


def test_figures_get_the_next_number_of_their_article():
    first, second = make_article(), make_article()
    assert [make_figure(article).number for article in (first, first, second)] == [1, 2, 1]


@pytest.mark.parametrize(("path", "element"), [
    ("/blog/feed.atom", "{http://www.w3.org/2005/Atom}content"),
    ("/blog/feed.rss", "{http://purl.org/rss/1.0/modules/content/}encoded"),
])  # fmt: skip
def test_feeds_show_figures_with_full_addresses(client, path, element):
    article = make_article(body="<p>Tap it.</p><p>[figure 1]</p><p>Wait.</p>")
    figure = make_figure(article, alt="A log", caption="Gueni & friends", credit="Ada")
    feed = ElementTree.fromstring(client.get(path).content)
    [content] = [found.text for found in feed.iter(element)]
    assert content == (
        f'<p>Tap it.</p><figure><img src="http://testserver{figure.picture.src}" width="1920" height="1200"'
        ' alt="A log"><figcaption>Gueni &amp; friends Ada</figcaption></figure><p>Wait.</p>'
    )


def test_machines_see_the_figures(client):
    article = make_article(body=BODY)
    addresses = [f"http://testserver{make_figure(article).picture.url(1280)}" for _ in range(2)]
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page_of(client, article))
    assert json.loads(block)["@graph"][0]["image"] == addresses
    sitemap = client.get("/sitemap.xml").content.decode()
    assert all(f"<image:loc>{address}</image:loc>" in sitemap for address in addresses)


def test_deleting_an_article_takes_its_figures_and_leaves_the_pictures():
    figure = make_figure(make_article())
    figure.article.delete()
    assert not ArticleFigure.objects.exists()
    figure.picture.refresh_from_db()

"""What readers of feeds get: texts as texts, covers, tags, and nothing twice."""

from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from blog.models import Tag
from foundation import freshness
from foundation.models import Picture, SiteIdentity
from tests.blog.builders import make_article, make_category
from tests.builders import make_product, make_variant

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
FEEDS = ["/blog/feed.atom", "/blog/feed.rss"]
MACHINES = [*FEEDS, "/feeds/google-merchant.xml", "/sitemap.xml", "/llms.txt"]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "a & b &amp; c &lt;b&gt;",
    "]]> <!-- x",
    "'\"",
    "1 < 2 > 0",
    "&#60;i&#62;",
]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=60)


class Texts(HTMLParser):
    """The texts and the elements of HTML, as a feed reader sees them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the name of an element."""
        self.tags.append(tag)


def summary_and_title(client, path):
    """Return an only entry's summary as readers show it, and its title."""
    root = ElementTree.fromstring(client.get(path).content)
    if path.endswith("rss"):
        item = root.find("channel/item")
        return Texts(item.findtext("description")), item.findtext("title")
    entry = root.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    return Texts(entry.findtext(f"{ATOM}summary")), entry.findtext(f"{ATOM}title")


@pytest.mark.parametrize("path", FEEDS)
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(text=TEXT)
@example(text=HOSTILE[0])
@example(text=HOSTILE[1])
@example(text=HOSTILE[2])
@example(text=HOSTILE[5])
def test_any_text_stays_text_in_summaries_and_titles(client, path, text):
    words = " ".join(text.split()) or "x"
    article = make_article(title=words[:100], excerpt=words)
    summary, title = summary_and_title(client, path)
    assert (summary.text, summary.tags) == (article.teaser, [])
    assert title == words[:100]
    article.delete()


@pytest.mark.parametrize("path", FEEDS)
def test_a_tag_that_was_typed_as_text_runs_nowhere(client, path):
    make_article(body="<p>Write &lt;img src=x onerror=alert(1)&gt; like this.</p>")
    summary, _title = summary_and_title(client, path)
    assert summary.text == "Write <img src=x onerror=alert(1)> like this."
    assert summary.tags == []


@pytest.mark.parametrize("path", FEEDS)
def test_an_entry_has_its_category_its_tags_and_its_cover(client, path):
    renditions = {"jpeg": [[1280, "renditions/cover.jpg"]]}
    cover = Picture.objects.create(
        original="originals/c.png", width=1600, height=900, sha256="c", renditions=renditions
    )
    article = make_article(category=make_category(name="Music & more"), cover=cover, cover_alt="A <drum>")
    for name in ("Drums", "Wood & wire"):
        article.tags.add(Tag.objects.create(name=name, slug=name.lower().replace(" & ", "-")))
    freshness.bump()
    root = ElementTree.fromstring(client.get(path).content)
    address = "http://testserver/media/renditions/cover.jpg"
    if path.endswith("rss"):
        item = root.find("channel/item")
        names = [category.text for category in item.findall("category")]
        assert item.find("enclosure").attrib == {"url": address, "length": "0", "type": "image/jpeg"}
    else:
        item = root.find(f"{ATOM}entry")
        names = [category.get("term") for category in item.findall(f"{ATOM}category")]
        links = {link.get("rel"): link.get("href") for link in item.findall(f"{ATOM}link")}
        assert links["enclosure"] == address
    assert names == ["Music & more", "Drums", "Wood & wire"]
    assert item.find(f"{MEDIA}content").get("url") == address
    assert item.findtext(f"{MEDIA}content/{MEDIA}description") == "A <drum>"


@pytest.fixture
def shop(db):
    make_variant(make_product(title="Kora", slug="kora"))
    return make_article(title="Harps", slug="harps")


@pytest.mark.parametrize("path", MACHINES)
def test_what_did_not_change_is_not_sent_again(client, shop, path, time_machine):
    first = client.get(path)
    assert (first.status_code, bool(first.content)) == (200, True)
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    for asked in (
        {"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]},
        {"If-None-Match": f'"x", W/{first["ETag"]}'}, {"If-None-Match": "*"},
        {"If-None-Match": first["ETag"], "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):  # fmt: skip
        again = client.get(path, headers=asked)
        assert (again.status_code, again.content) == (304, b""), asked
        assert again["ETag"] == first["ETag"]
    assert client.head(path, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", MACHINES)
def test_what_changed_is_sent_whoever_asks_and_however(client, shop, path, time_machine):
    first = client.get(path)
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    if path in FEEDS:
        shop.delete()  # leaves an older text: its date alone would say that nothing is new
    else:
        SiteIdentity.objects.update_or_create(pk=1, defaults={"name": "Other name"})
        make_variant(make_product(title="Quena", slug="quena"))
    freshness.bump()
    for asked in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert client.get(path, headers=asked).status_code == 200, asked


@pytest.mark.parametrize("path", FEEDS)
def test_a_reader_hears_of_an_article_that_came_out_by_its_date(client, shop, path, time_machine):
    make_article(title="Later", published_at=timezone.now() + timedelta(minutes=2))
    first = client.get(path)
    assert b"Later" not in first.content
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    for asked in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert b"Later" in client.get(path, headers=asked).content


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_differ_in_their_tags_and_an_empty_one_has_a_lasting_one(client, path, time_machine):
    first = client.get(path)
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    (other,) = [feed for feed in FEEDS if feed != path]
    assert client.get(other)["ETag"] != first["ETag"]
    assert unescape(first["ETag"]).startswith('"')

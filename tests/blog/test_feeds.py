"""Tests of blog.feeds: valid Atom and RSS with whole texts and absolute addresses."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests.blog.builders import make_article, make_author, make_category, make_draft

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def parsed(client, path: str) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def make_sample():
    return make_article(
        title="Slit drums & friends",
        slug="slit-drums",
        body='<p>Try <a href="/products/krin/">the krin</a>.</p>',
        author=make_author(name="Ada"),
        category=make_category(name="Music"),
        published_at=datetime(2026, 5, 3, 8, tzinfo=UTC),
    )


def test_the_atom_feed_tells_all_of_an_article(client):
    make_sample()
    feed = parsed(client, "/blog/feed.atom")
    assert feed.tag == f"{ATOM}feed"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": "http://testserver/blog/", "self": "http://testserver/blog/feed.atom"}
    assert feed.findtext(f"{ATOM}id")
    assert feed.findtext(f"{ATOM}updated")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Slit drums & friends"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ada"
    assert entry.find(f"{ATOM}category").get("term") == "Music"
    assert entry.find(f"{ATOM}link").get("href") == "http://testserver/blog/slit-drums/"
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}published")) == datetime(2026, 5, 3, 8, tzinfo=UTC)
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}updated")).tzinfo
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert content.text == '<p>Try <a href="http://testserver/products/krin/">the krin</a>.</p>'


def test_the_rss_feed_tells_all_of_an_article(client):
    make_sample()
    channel = parsed(client, "/blog/feed.rss").find("channel")
    assert channel.findtext("link") == "http://testserver/blog/"
    assert channel.find(f"{ATOM}link").get("href") == "http://testserver/blog/feed.rss"
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Slit drums & friends"
    assert item.findtext("link") == "http://testserver/blog/slit-drums/"
    assert item.findtext(CREATOR) == "Ada"
    assert item.findtext("category") == "Music"
    assert parsedate_to_datetime(item.findtext("pubDate")) == datetime(2026, 5, 3, 8, tzinfo=UTC)
    assert item.find("guid").get("isPermaLink") == "false"
    assert "http://testserver/products/krin/" in item.findtext(CONTENT)


@pytest.mark.parametrize("path", ["/blog/feed.atom", "/blog/feed.rss"])
def test_feeds_say_what_they_are_and_hold_public_articles_alone(client, path):
    make_article(title="Open")
    make_draft(title="Hidden")
    make_article(title="Hidden too", published_at=timezone.now() + timedelta(hours=1))
    response = client.get(path)
    kind = path.rpartition(".")[2]
    assert response["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
    assert b"Open" in response.content
    assert b"Hidden" not in response.content


@pytest.mark.parametrize("path", ["/blog/feed.atom", "/blog/feed.rss"])
def test_control_characters_in_a_text_do_not_break_a_feed(client, path):
    make_article(
        title="Slit\x0b drums", body="<p>To\x08day</p>", excerpt="\x1f", author=make_author(name="A\x01da")
    )
    parsed(client, path)


@pytest.mark.parametrize("path", ["/blog/feed.atom", "/blog/feed.rss"])
def test_an_empty_feed_is_valid(client, path):
    parsed(client, path)


def test_an_entry_keeps_its_id_when_the_article_moves(client):
    article = make_sample()
    before = parsed(client, "/blog/feed.atom").findtext(f"{ATOM}entry/{ATOM}id")
    article.slug = "log-drums"
    article.save()
    assert parsed(client, "/blog/feed.atom").findtext(f"{ATOM}entry/{ATOM}id") == before


def test_a_feed_holds_the_newest_twenty(client):
    made = [make_article() for _ in range(21)]
    titles = [entry.text for entry in parsed(client, "/blog/feed.atom").iter(f"{ATOM}title")][1:]
    assert titles == [article.title for article in reversed(made[1:])]

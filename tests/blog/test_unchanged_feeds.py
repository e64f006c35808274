"""Who has a feed already hears so for two queries, and nothing is made; whatever changes it is heard of."""

from datetime import timedelta

import pytest
from django.template import loader
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from blog import feeds, publishing
from blog.models import Article, ArticleFigure, Author, Category, Tag
from config import machines
from foundation import freshness
from foundation.models import Picture, SiteIdentity
from shop.catalogue import merchant_feed
from tests.blog.builders import make_article, make_category, make_figure
from tests.builders import make_product, make_variant

pytestmark = pytest.mark.django_db
FEEDS = ["/blog/feed.atom", "/blog/feed.rss"]
OTHERS = ["/feeds/google-merchant.xml", "/sitemap.xml", "/llms.txt"]
LONG_AGO = timezone.now() - timedelta(days=900)


@pytest.fixture
def article():
    """An article with everything that a feed shows."""
    cover = Picture.objects.create(
        original="originals/c.png", width=1600, height=900, sha256="c",
        renditions={"jpeg": [[1280, "renditions/cover.jpg"]]},
    )  # fmt: skip
    made = make_article(
        category=make_category(name="Harps"),
        cover=cover,
        cover_alt="A harp",
        body="<p>[figure 1]</p><p>Play.</p>",
    )
    made.tags.add(Tag.objects.create(name="Strings", slug="strings"))
    make_figure(made, number=1, caption="By hand")
    freshness.bump()
    return made


@pytest.fixture
def never_made(monkeypatch):
    """Return what fails when anything of a feed or a list is written."""

    def forbid():
        def fail(*args, **kwargs):
            raise AssertionError("made in vain")

        for kind in (Atom1Feed, Rss201rev2Feed):
            monkeypatch.setattr(kind, "writeString", fail)
        monkeypatch.setattr(feeds, "passages", fail)
        monkeypatch.setattr(merchant_feed, "write", fail)
        monkeypatch.setattr(machines, "render_to_string", fail)
        monkeypatch.setattr(loader, "render_to_string", fail)

    return forbid


@pytest.mark.parametrize("path", [*FEEDS, *OTHERS])
@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
def test_a_reader_who_has_it_costs_two_queries_and_nothing_is_made(
    client, article, path, name, never_made, time_machine, django_assert_max_num_queries
):
    make_variant(make_product(title="Kora", slug="kora"))
    freshness.bump()
    first = client.get(path)
    told = first["ETag"] if name == "If-None-Match" else first["Last-Modified"]
    time_machine.move_to(timezone.now() + timedelta(minutes=3))  # so that every look is a new one
    never_made()
    with django_assert_max_num_queries(2):
        assert client.get(path, headers={name: told}).status_code == 304


@pytest.mark.parametrize("path", FEEDS)
def test_a_change_elsewhere_makes_no_feed_new_and_none_is_made(client, article, path, never_made):
    first = client.get(path)
    freshness.bump()  # such as by an order
    never_made()
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304


def _edit(**changes):
    def edit(article):
        for name, value in changes.items():
            setattr(article, name, value)
        publishing.save_article(article=article)

    return edit


def _update(model, **changes):
    def update(article):
        model.objects.update(**changes)
        freshness.bump()

    return update


def _tag(article):
    article.tags.add(Tag.objects.create(name="Wood", slug="wood"))
    freshness.bump()


def _untag(article):
    article.tags.clear()
    freshness.bump()


def _figure(article):
    make_figure(article, number=2, caption="Another")
    freshness.bump()


def _name_shop(article):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"name": "Other name"})
    freshness.bump()


CHANGES = {
    "title": _edit(title="Another title"), "text": _edit(body="<p>Other words.</p>"),
    "text written past the forms": _update(Article, body="<p>Past the forms.</p>"),
    "excerpt": _edit(excerpt="In short"), "address": _edit(slug="elsewhere"),
    "date": _edit(published_at=LONG_AGO), "draft": _edit(status="draft"),
    "schedule": _edit(published_at=timezone.now() + timedelta(days=900)),
    "cover": _edit(cover=None), "words of the cover": _edit(cover_alt="Another harp"),
    "author": _update(Author, name="Grace"), "category": _update(Category, name="Lyres"),
    "tag": _update(Tag, name="Gut"), "one tag more": _tag, "no tag": _untag,
    "caption": _update(ArticleFigure, caption="By machine"), "one figure more": _figure,
    "renditions": _update(Picture, renditions={"jpeg": [[1280, "renditions/new.jpg"]]}),
    "deletion": lambda article: publishing.delete_article(article=article),
    "another article": lambda article: make_article(published_at=timezone.now()), "shop": _name_shop,
}  # fmt: skip


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_feed_changes_its_tag(client, article, path, change):
    before = client.get(path)
    CHANGES[change](article)
    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, after["ETag"] != before["ETag"]) == (200, True)
    assert after.content != before.content


@pytest.mark.parametrize("path", FEEDS)
def test_an_article_that_comes_out_by_its_date_changes_the_tag_without_any_write(
    client, article, path, time_machine
):
    make_article(title="Later", published_at=timezone.now() + timedelta(minutes=2))
    before = client.get(path)
    time_machine.move_to(timezone.now() + timedelta(minutes=3))
    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert b"Later" in after.content


@pytest.mark.parametrize("path", FEEDS)
def test_another_release_that_writes_feeds_differently_is_heard_of(client, article, path, monkeypatch):
    before = client.get(path)
    monkeypatch.setattr(feeds.conditional, "code_of", lambda *modules: "other code")
    assert client.get(path, headers={"If-None-Match": before["ETag"]}).status_code == 200

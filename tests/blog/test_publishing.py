"""Tests of blog.publishing: search and freshness follow every change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog import publishing
from blog.models import Article
from foundation import freshness
from shop import search
from tests.blog.builders import make_article, make_author, make_draft, make_page

pytestmark = pytest.mark.django_db


def found(words: str) -> list[str]:
    return [hit.title for hit in search.find(words, kinds=["article"])]


def test_a_published_article_is_found_by_title_text_and_author():
    make_article(title="Slit drums", body="<p>Gueni wood</p>", author=make_author(name="Jonas Achterberg"))
    assert found("slit") == found("gueni") == found("achterberg") == ["Slit drums"]


def test_markup_is_not_found():
    make_article(body="<blockquote><p>Quiet</p></blockquote>")
    assert found("blockquote") == []


def test_a_draft_is_not_found():
    make_draft(title="Secret zither")
    assert found("zither") == []


def test_taking_an_article_back_takes_it_out_of_the_search():
    article = make_article(title="Zither")
    article.status = Article.Status.DRAFT
    publishing.save_article(article=article)
    assert found("zither") == []
    assert not article.is_announced


def test_a_deleted_article_is_not_found():
    publishing.delete_article(article=make_article(title="Zither"))
    assert found("zither") == []
    assert not Article.objects.exists()


def test_a_new_title_replaces_the_old_one():
    article = make_article(title="Zither")
    article.title = "Psaltery"
    publishing.save_article(article=article)
    assert found("zither") == []
    assert found("psaltery") == ["Psaltery"]


def test_a_scheduled_article_is_found_when_its_time_has_come(time_machine):
    due = timezone.now() + timedelta(hours=1)
    make_article(title="Zither", published_at=due)
    assert publishing.announce_due() == 0
    assert found("zither") == []
    version = freshness.current()
    time_machine.move_to(due + timedelta(seconds=1))
    assert publishing.announce_due() == 1
    assert found("zither") == ["Zither"]
    assert freshness.current() != version
    assert publishing.announce_due() == 0


def test_a_renamed_author_is_found_by_the_new_name():
    author = make_author(name="Ada")
    make_article(title="Zither", author=author)
    author.name = "Grace"
    author.save()
    publishing.announce_author(author=author)
    assert found("ada") == []
    assert found("grace") == ["Zither"]


def test_every_change_makes_public_pages_fresh():
    article, page = make_article(), make_page()
    for change in (
        lambda: publishing.save_article(article=article),
        lambda: publishing.save_page(page=page),
        lambda: publishing.announce_author(author=article.author),
        lambda: publishing.delete_article(article=article),
    ):
        version = freshness.current()
        change()
        assert freshness.current() != version


def test_the_worker_announces_scheduled_articles():
    from foundation import jobs

    make_article(title="Zither", published_at=timezone.now() + timedelta(hours=1))
    Article.objects.update(published_at=timezone.now() - timedelta(minutes=1))
    jobs.run_due()
    assert found("zither") == ["Zither"]

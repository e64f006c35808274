"""Pages of tags and authors: what was published, and nothing else."""

import pytest

from blog import publishing
from blog.models import Tag
from tests.blog.builders import make_article, make_author, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rhythm():
    return Tag.objects.create(name="Rhythm", slug="rhythm")


def test_a_tags_page_lists_its_public_articles(client, rhythm):
    shown, other, draft = make_article(), make_article(), make_draft()
    for article in (shown, draft):
        article.tags.add(rhythm)
    html = client.get("/blog/tag/rhythm/").content.decode()
    assert shown.get_absolute_url() in html
    assert other.get_absolute_url() not in html
    assert draft.get_absolute_url() not in html


def test_a_tag_that_no_reader_can_see_an_article_of_is_not_found(client, rhythm):
    make_draft().tags.add(rhythm)
    assert client.get("/blog/tag/rhythm/").status_code == 404
    assert client.get("/blog/tag/nothing/").status_code == 404


def test_an_authors_page_says_who_it_is_and_lists_the_articles(client):
    author = make_author(name="Inés Paredes", slug="ines", bio="Plays the quena.")
    article = make_article(author=author)
    html = client.get("/blog/author/ines/").content.decode()
    assert "<h1>Inés Paredes</h1>" in html
    assert "Plays the quena." in html
    assert article.get_absolute_url() in html
    make_author(slug="silent")
    assert client.get("/blog/author/silent/").status_code == 404


def test_an_article_links_to_its_author_and_tags(client, rhythm):
    article = make_article(author=make_author(slug="ines"))
    article.tags.add(rhythm)
    publishing.save_article(article=article)
    html = client.get(article.get_absolute_url()).content.decode()
    assert 'href="/blog/author/ines/"' in html
    assert 'href="/blog/tag/rhythm/"' in html


@pytest.mark.parametrize("path", ["/blog/tag/rhythm/", "/blog/author/ines/"])
def test_an_archive_costs_four_queries_however_many_articles(
    client, rhythm, path, django_assert_max_num_queries
):
    author = make_author(slug="ines")
    for _ in range(15):
        make_article(author=author).tags.add(rhythm)
    client.get(path)
    with django_assert_max_num_queries(4):
        assert client.get(path).status_code == 200

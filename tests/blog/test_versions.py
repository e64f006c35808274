"""Bringing back an earlier version: words and what stood around them, never status, date or address."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog.models import Article, ArticleFigure, ArticleProduct, Tag
from foundation.models import Picture
from tests.blog.article_forms import article_form, change_path
from tests.blog.builders import make_article
from tests.builders import make_product

pytestmark = pytest.mark.django_db


def make_picture(n):
    return Picture.objects.create(original=f"originals/{n}.jpg", width=1600, height=1000, sha256=f"{n:064x}")


@pytest.fixture
def article():
    article = make_article(title="One", body="<p>First words</p><p>[figure 2]</p>")
    article.tags.set(
        [Tag.objects.create(name="wood", slug="wood"), Tag.objects.create(name="bow", slug="bow")]
    )
    for position, title in enumerate(["Lute", "Lyre"]):
        ArticleProduct.objects.create(article=article, product=make_product(title=title), position=position)
    for number in (1, 2):
        ArticleFigure.objects.create(
            article=article,
            number=number,
            picture=make_picture(number),
            alt=f"Alt {number}",
            caption="Old",
            credit="Ada",
        )
    return article


def change(client, article, **fields):
    path = change_path(article)
    response = client.post(path, article_form(client, path, **fields))
    assert response.status_code == 302, response.context["errors"]


def version_path(article, version):
    return f"/admin/blog/article/{article.pk}/history/{version.history_id}/"


def bring_back(client, article, version, **changes):
    """Press "Revert" on a version's page, with what a browser would send."""
    path = version_path(article, version)
    form = client.get(path).context["adminform"].form
    files = ("cover",)
    data = {f.html_name: f.value() for f in form if f.value() is not None and f.html_name not in files}
    return client.post(path, data | changes)


def around(article):
    return (
        sorted(article.tags.values_list("slug", flat=True)),
        list(article.article_products.values_list("product__title", flat=True)),
        list(article.figures.values_list("number", "alt", "caption", "credit", "picture__sha256")),
    )


def test_words_figures_featured_products_and_tags_come_back(owner_client, article):
    before, first = around(article), article.history.latest()
    kept = {f"figures-{n}-DELETE": "on" for n in range(2)} | {"article_products-0-DELETE": "on"}
    change(owner_client, article, title="Two", body="<p>Other words</p>", tags=[], **kept)
    assert around(article) != before

    assert bring_back(owner_client, article, first).status_code == 302

    article.refresh_from_db()
    assert (article.title, article.body) == ("One", "<p>First words</p><p>[figure 2]</p>")
    assert around(article) == before


def test_status_date_and_address_stay(owner_client, article):
    first = article.history.latest()
    Article.objects.filter(pk=article.pk).update(status="draft", published_at=None)
    change(owner_client, article, slug="another-address", title="Two")
    stays = (
        Article.objects.filter(pk=article.pk).values("slug", "status", "published_at", "comments_open").get()
    )

    sent = {"status": "published", "published_at_0": "2020-01-01", "published_at_1": "00:00", "slug": "one"}
    bring_back(owner_client, article, first, **sent)

    assert Article.objects.filter(pk=article.pk).values(*stays).get() == stays
    assert Article.objects.get(pk=article.pk).title == "One"


def test_bringing_back_is_a_version_that_can_be_brought_back_itself(owner_client, article):
    first = article.history.latest()
    change(owner_client, article, title="Two", tags=[])
    second = article.history.latest()
    bring_back(owner_client, article, first)

    bring_back(owner_client, article, second)

    article.refresh_from_db()
    assert article.title == "Two"
    assert around(article)[0] == []


def test_what_was_deleted_since_stays_away(owner_client, article):
    first = article.history.latest()
    change(owner_client, article, title="Two")
    article.article_products.first().product.delete()
    Tag.objects.get(slug="bow").delete()

    assert bring_back(owner_client, article, first).status_code == 302

    assert around(article)[:2] == (["wood"], ["Lyre"])


def test_a_version_that_knows_nothing_around_it_brings_back_its_words_alone(owner_client, article):
    first = article.history.latest()
    change(owner_client, article, title="Two")
    article.history.filter(pk=first.pk).update(surroundings=None)
    before = around(article)

    bring_back(owner_client, article, first)

    article.refresh_from_db()
    assert article.title == "One"
    assert around(article) == before


def test_words_can_be_mended_before_they_come_back(owner_client, article):
    first = article.history.latest()
    change(owner_client, article, title="Two")

    bring_back(owner_client, article, first, title="One, mended")

    article.refresh_from_db()
    assert article.title == "One, mended"


def test_looking_at_a_version_writes_nothing(owner_client, article):
    first = article.history.latest()

    owner_client.get(version_path(article, first))

    assert article.history.count() == 1


def test_a_version_of_another_article_is_not_found(owner_client, article):
    other = make_article(title="Other")

    assert owner_client.get(version_path(article, other.history.latest())).status_code == 404


def test_who_may_not_change_articles_brings_nothing_back(stranger, article):
    first = article.history.latest()
    Article.objects.filter(pk=article.pk).update(title="Two")

    packer = Client()
    packer.force_login(User.objects.create_user("packer", is_staff=True))
    stranger.post(version_path(article, first), {"title": "Three"})

    assert packer.post(version_path(article, first), {"title": "Three"}).status_code == 403
    assert Article.objects.get(pk=article.pk).title == "Two"


def test_an_empty_version_does_not_empty_a_published_article(owner_client):
    article = make_article(title="One", body="", status="draft", published_at=None)
    empty = article.history.latest()
    article.body, article.status = "<p>Words</p>", "published"
    article.save()

    response = bring_back(owner_client, article, empty)

    assert "This version has no text" in response.content.decode()
    assert Article.objects.get(pk=article.pk).body == "<p>Words</p>"


def later():
    moment = timezone.now() + timedelta(days=3)
    return {"published_at_0": f"{moment:%Y-%m-%d}", "published_at_1": f"{moment:%H:%M:%S}"}


def test_a_date_in_the_future_never_takes_a_public_article_offline(owner_client, stranger):
    article = make_article(body="<p>Read me</p>")
    path = change_path(article)

    response = owner_client.post(path, article_form(owner_client, path, title="Renamed", **later()))

    assert "Readers see this article now" in response.content.decode()
    assert "Renamed" in response.content.decode()
    assert stranger.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("was", [{"status": "draft"}, {"published_at": timezone.now() + timedelta(days=9)}])
def test_what_nobody_reads_yet_can_be_scheduled(owner_client, was):
    article = make_article(body="<p>Soon</p>", **was)

    change(owner_client, article, status="published", **later())

    assert Article.objects.get(pk=article.pk).is_scheduled


def test_a_public_article_can_still_be_made_a_draft_with_a_date_for_later(owner_client):
    article = make_article(body="<p>Back soon</p>")

    change(owner_client, article, status="draft", **later())

    assert Article.objects.get(pk=article.pk).status == "draft"


def test_a_version_never_replaces_what_a_colleague_saved_meanwhile(owner_client, colleague, article):
    first = article.history.latest()
    change(owner_client, article, title="Two")
    address = f"{change_path(article).removesuffix('change/')}history/{first.history_id}/"
    page = owner_client.get(address).content.decode()
    opened = re.search(r'name="_opened" value="([^"]+)"', page)[1]
    change(colleague, article, title="Three")
    sent = {"title": "One", "body": "<p>First words</p>", "_opened": opened}

    page = owner_client.post(address, sent, follow=True).content.decode()

    article.refresh_from_db()
    assert article.title == "Three"
    assert "Amara saved this at" in page
    assert "Title: was “Two”, is now “Three”." in page
    opened = re.search(r'name="_opened" value="([^"]+)"', page)[1]
    owner_client.post(address, sent | {"_opened": opened})
    article.refresh_from_db()
    assert article.title == "One"

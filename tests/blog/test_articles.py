"""Tests of blog.articles and blog.pages: what saving a row does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Article, ArticleProduct
from tests.blog.builders import make_article, make_draft, make_page
from tests.builders import make_product

pytestmark = pytest.mark.django_db


def test_a_body_is_made_safe_also_when_it_is_saved_outside_a_form():
    article = make_article(body="<p onclick='x()'>Hi<script>alert(1)</script></p>")
    page = make_page(body="<p style='color:red'>Hi</p>")
    article.refresh_from_db()
    page.refresh_from_db()
    assert article.body == "<p>Hi</p>"
    assert page.body == "<p>Hi</p>"


def test_saving_counts_the_minutes_and_writes_the_teaser():
    article = make_article(body=f"<p>{'word ' * 401}</p>")
    assert article.reading_minutes == 3
    assert article.teaser.startswith("word word")
    assert article.teaser.endswith("…")
    assert make_article(excerpt="Own words.").teaser == "Own words."


def test_publishing_without_a_time_means_now():
    before = timezone.now()
    article = make_article(published_at=None)
    assert before <= article.published_at <= timezone.now()


def test_the_database_refuses_a_published_article_without_a_time():
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(published_at=None)


def test_published_leaves_out_drafts_and_what_is_scheduled():
    shown = make_article()
    draft = make_draft()
    scheduled = make_article(published_at=timezone.now() + timedelta(hours=1))
    assert list(Article.objects.published()) == [shown]
    assert [a.is_public for a in (shown, draft, scheduled)] == [True, False, False]
    assert [a.is_scheduled for a in (shown, draft, scheduled)] == [False, False, True]


def test_a_featured_product_without_a_place_comes_last():
    article = make_article(make_product(), make_product())
    third = ArticleProduct.objects.create(article=article, product=make_product())
    assert [row.position for row in article.article_products.all()] == [1, 2, 3]
    third.save()
    assert third.position == 3


def test_every_version_of_an_article_is_kept():
    article = make_article(title="One")
    article.title = "Two"
    article.save()
    assert [version.title for version in article.history.all()] == ["Two", "One"]

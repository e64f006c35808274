"""Tests of blog.cards and blog.panels: what lists show of an article."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog import cards, panels
from tests.blog.builders import make_article, make_author, make_category, make_draft
from tests.builders import make_product

pytestmark = pytest.mark.django_db


def test_a_card_is_ready_to_print():
    make_article(
        title="Slit drums",
        slug="slit-drums",
        category=make_category(name="Music", slug="music"),
        author=make_author(name="Ada"),
        published_at=datetime(2026, 5, 3, 8, tzinfo=UTC),
        excerpt="word " * 60,
    )
    (card,) = cards.latest(3)
    assert (card.url, card.title, card.author) == ("/blog/slit-drums/", "Slit drums", "Ada")
    assert (card.category, card.category_url) == ("Music", "/blog/category/music/")
    assert card.date == "3 May 2026"
    assert card.excerpt.endswith("word…")
    assert len(card.excerpt) <= 160
    assert card.picture is None


def test_latest_shows_the_newest_public_articles_first():
    made = [make_article() for _ in range(4)]
    make_draft()
    make_article(published_at=timezone.now() + timedelta(days=1))
    assert [card.title for card in cards.latest(3)] == [article.title for article in reversed(made[1:])]


def test_the_current_article_is_marked():
    first, second = make_article(), make_article()
    assert [card.is_current for card in cards.latest(3, current_id=first.pk)] == [False, True]
    assert second.pk != first.pk


def test_keys_of_the_search_give_cards_in_their_order_without_hidden_ones():
    first, second, draft = make_article(), make_article(), make_draft()
    keys = [str(second.pk), str(draft.pk), "999999", "no number", str(first.pk)]
    assert [card.title for card in cards.for_keys(keys)] == [second.title, first.title]


@pytest.mark.parametrize("number", [1, 9])
def test_cards_cost_one_query_however_many(number, django_assert_num_queries):
    made = [make_article() for _ in range(number)]
    with django_assert_num_queries(1):
        assert len(cards.latest(20)) == number
    with django_assert_num_queries(1):
        assert len(cards.for_keys(str(article.pk) for article in made)) == number


def test_a_product_names_the_articles_that_feature_it(django_assert_num_queries):
    product = make_product()
    article = make_article(product)
    make_article(make_product())
    make_article(product, published_at=timezone.now() + timedelta(days=1))
    with django_assert_num_queries(1):
        ((title, template, context),) = panels.read_about_it(product)
    assert title == "Read about it"
    assert [card.title for card in context["cards"]] == [article.title]
    assert template == "blog/mentions.html"


def test_a_product_that_no_article_features_has_no_panel():
    assert panels.read_about_it(make_product()) == []

"""What stands under an article."""

import re

import pytest
import time_machine
from django.test import Client

from comments import panel, targets
from comments.models import State
from tests.comments.builders import form_data, make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article()


def read(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def test_only_approved_comments_are_public_oldest_first(stranger, article):
    for state in State:
        make_comment(article, name=f"{state} one", state=state)
    make_comment(article, name="approved two", state=State.APPROVED)

    page = read(stranger, article)

    assert page.index("approved one") < page.index("approved two")
    assert not re.search("(pending|spam|rejected) one", page)
    assert "2 comments" in page


def test_no_address_and_no_origin_is_ever_shown(stranger, article):
    make_comment(article, email="private@example.com", ip_hash="feed" * 16, state=State.APPROVED)

    page = read(stranger, article)

    assert "private@example.com" not in page
    assert "feed" * 16 not in page


def test_the_form_stands_under_the_promise(stranger, article):
    page = read(stranger, article)

    assert "Leave a comment" in page
    assert "All comments are moderated before being published." in page
    assert '<form class="form comment-form" action="/comments/post/" method="post">' in page
    for name in ("name", "email", "target"):
        assert f'name="{name}"' in page
    assert '<textarea name="body"' in page


def test_the_trap_is_reached_by_robots_only(stranger, article):
    page = read(stranger, article)

    [trap] = re.findall(r'<input[^>]*name="website"[^>]*>', page)
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    assert "style=" not in page
    assert '<label for="comment-website">Leave this field empty</label>' in page


def test_every_id_on_the_page_is_used_once(customer, article):
    make_comment(article, state=State.APPROVED)
    customer.post("/comments/post/", form_data(article))

    ids = re.findall(r'\sid="([^"]+)"', read(customer, article))

    assert len(ids) == len(set(ids))


def test_a_closed_article_shows_its_comments_without_a_form(stranger):
    article = make_article(comments_open=False)
    make_comment(article, name="Early bird", state=State.APPROVED)

    page = read(stranger, article)

    assert "Early bird" in page
    assert "Comments are closed here." in page
    assert "/comments/post/" not in page


@time_machine.travel("2026-11-14 12:00Z", tick=False)
def test_visitors_without_own_comments_get_the_same_bytes():
    article = make_article()
    make_comment(article, state=State.APPROVED)
    with_cookies = Client()
    with_cookies.cookies["unrelated"] = "1"

    pages = {
        re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", read(client, article))
        for client in (Client(), with_cookies)
    }

    assert len(pages) == 1


def test_the_panel_costs_one_query_and_two_with_own_comments(
    customer, article, rf, django_assert_num_queries
):
    for _ in range(3):
        make_comment(article, state=State.APPROVED)
    customer.post("/comments/post/", form_data(article))
    request = rf.get("/")
    with django_assert_num_queries(1):
        panel.for_target(request, article)

    request.COOKIES["kora_comments"] = customer.cookies["kora_comments"].value
    with django_assert_num_queries(2):
        shown = panel.for_target(request, article)

    assert len(shown["waiting"]) == 1


def test_own_comments_stay_on_the_page_they_were_left_on(customer, article):
    customer.post("/comments/post/", form_data(article, body="Elsewhere"))

    assert "Elsewhere" not in read(customer, make_article())


def test_what_is_no_target_takes_no_comments(article):
    with pytest.raises(targets.UnknownTarget):
        targets.policy_for(article.author)
    for key in ("blog.author:1", "blog.article:x", "blog.article:999999", "nonsense", ""):
        with pytest.raises(targets.UnknownTarget):
            targets.find(key)

"""A text that was sent before: its author's browser hears it, and nobody else learns anything."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, State
from tests.comments.builders import form_data, make_article, make_comment

pytestmark = pytest.mark.django_db
POST = "/comments/post/"


@pytest.fixture
def article():
    return make_article(title="How to tune a drum")


def post(client, article, **overrides):
    return client.post(POST, form_data(article, **overrides))


def answer(client, article, **fields):
    """Return everything a browser is told about a comment it sent, without the numbers that rise anyhow."""
    response = post(client, article, **fields)
    page = client.get(response["Location"]).content.decode()
    page = page.replace(fields["email"], "")
    told = [response.status_code, response["Location"], response.content, sorted(response.headers), page]
    return [re.sub(r"\d+", "9", str(one)) for one in told], sorted(client.cookies)


def without_tokens(told):
    parts, cookies = told
    return [re.sub(r'value="[^"]*"|datetime="[^"]*"', "", part) for part in parts], cookies


@pytest.mark.parametrize("state", State.values)
def test_a_stranger_never_learns_whose_address_stands_behind_a_comment(article, state, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    make_comment(article, email="ruth@example.com", body="Said once", state=state)

    right = without_tokens(answer(Client(), article, email="ruth@example.com", body="Said once"))
    wrong = without_tokens(answer(Client(), article, email="rita@example.com", body="Said once"))

    assert right == wrong
    assert "sent this text before" not in str(right)


def test_a_guess_of_the_address_leaves_the_comment_and_its_browser_alone(customer, stranger, article):
    post(customer, article, body="Said once")
    post(stranger, article, body="Said once", name="Somebody else")

    first, second = Comment.objects.order_by("pk")
    assert (first.name, second.name) == ("Ruth", "Somebody else")
    assert "Somebody else" not in customer.get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", State.values)
def test_the_browser_that_sent_a_text_hears_that_it_did_so_before(customer, article, state):
    post(customer, article)
    Comment.objects.update(state=state)

    again = post(customer, article, body="LOVELY   article.")

    assert again.status_code == 303
    assert "sent this text before" in customer.get(again["Location"]).content.decode()
    assert Comment.objects.count() == 1


def test_a_link_to_that_sentence_says_it_to_nobody_else(customer, stranger, article):
    post(customer, article)
    link = post(customer, article)["Location"]

    assert "sent this text before" not in stranger.get(link).content.decode()


def test_a_forged_memory_is_told_nothing(stranger, article):
    comment = make_comment(article, email="ruth@example.com", body="Said once")
    stranger.cookies["kora_comments"] = f"{comment.pk}:forged:signature"

    told = post(stranger, article, body="Said once")

    assert "sent=before" not in told["Location"]


def test_a_form_pressed_twice_before_the_answer_came_is_one_comment(article):
    browser = Client()
    browser.get(article.get_absolute_url())
    data = form_data(article)
    for _press in range(2):
        browser.cookies.pop("kora_comments", None)  # the first answer has not arrived
        assert browser.post(POST, data).status_code == 303

    assert Comment.objects.count() == 1

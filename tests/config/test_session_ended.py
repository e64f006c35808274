"""A form that arrives when its session has ended loses no word and is not saved unseen."""

import json

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from blog.models import Article, Category
from shop.shipping.models import ShippingZone
from tests.blog.article_forms import article_form, change_path
from tests.blog.builders import make_article
from tests.pages import Forms

pytestmark = pytest.mark.django_db
WORDS = "<p>Two hours of “work”\r\n & <b>tea</b></p>"


@pytest.fixture
def article():
    return make_article(title="Before", body="<p>Before</p>")


@pytest.fixture
def typed(owner_client, article):
    """Return what a browser sends of the article's form, some words typed into it."""
    return article_form(owner_client, change_path(article), title="After", body=WORDS)


def hidden(response, form_id):
    """Return the fields of the one form with this id, as a browser would send them."""
    html = response.content.decode().partition(f'id="{form_id}"')[2]
    controls = Forms(f"<form>{html}").forms[0][2]
    return [
        (c["name"], c.get("value") or "") for c in controls if c.get("type") == "hidden" and c.get("name")
    ]


def end_session():
    Session.objects.all().delete()


def sign_in_again(client, path, asked, *, name="owner", password="owner-password"):
    sent = dict(hidden(asked, "sign-in-again")) | {"username": name, "password": password}
    return client.post(path, sent)


def send(client, path, fields):
    data = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(path, data)


def test_an_ended_session_asks_for_the_password_and_keeps_what_was_typed(owner_client, article, typed):
    end_session()

    asked = owner_client.post(change_path(article), typed)

    assert asked.status_code == 200
    assert json.loads(dict(hidden(asked, "sign-in-again"))["_typed"])["body"] == [WORDS]
    assert 'type="password"' in asked.content.decode()
    assert "no-store" in asked["Cache-Control"]
    article.refresh_from_db()
    assert article.title == "Before"


def test_after_signing_in_the_words_are_shown_and_saved_when_told_to(owner_client, article, typed):
    end_session()
    path = change_path(article)
    asked = owner_client.post(path, typed)

    shown = sign_in_again(owner_client, path, asked)

    assert "Nothing is saved yet" in shown.content.decode()
    assert ("body", WORDS) in hidden(shown, "typed-form")
    article.refresh_from_db()
    assert article.title == "Before"
    assert send(owner_client, path, hidden(shown, "typed-form")).status_code == 302
    article.refresh_from_db()
    assert article.title == "After"
    assert "Two hours of “work”" in article.body


def test_a_wrong_password_keeps_the_words_and_signs_nobody_in(owner_client, article, typed):
    end_session()
    path = change_path(article)
    asked = owner_client.post(path, typed)

    again = sign_in_again(owner_client, path, asked, password="wrong")

    assert json.loads(dict(hidden(again, "sign-in-again"))["_typed"])["body"] == [WORDS]
    assert owner_client.get("/admin/").status_code == 302
    assert sign_in_again(owner_client, path, again).status_code == 200
    assert owner_client.get("/admin/").status_code == 200


def test_values_that_were_sent_more_than_once_all_come_back(owner_client, article, typed):
    end_session()
    path = change_path(article)

    shown = sign_in_again(owner_client, path, owner_client.post(path, typed | {"tags": ["3", "4"]}))

    assert [value for name, value in hidden(shown, "typed-form") if name == "tags"] == ["3", "4"]


@pytest.mark.parametrize("address", ["/admin/blog/category/add/", "/admin/shop/shippingzone/add/"])
def test_every_form_of_the_admin_keeps_what_was_typed(stranger, owner, address):
    asked = stranger.post(address, {"name": "Far away", "slug": "far-away"})

    assert "Far away" in asked.content.decode()
    assert not Category.objects.exists()
    assert not ShippingZone.objects.filter(name="Far away").exists()


def test_passwords_are_not_carried_on(stranger, owner):
    asked = stranger.post("/admin/auth/user/add/", {"username": "ada", "password1": "secret-words-1"})

    assert "secret-words-1" not in asked.content.decode()


def test_who_signs_in_without_the_right_saves_nothing(owner_client, article, typed):
    User.objects.create_user("packer", password="packer-password", is_staff=True)
    end_session()
    path = change_path(article)
    asked = owner_client.post(path, typed)

    shown = sign_in_again(owner_client, path, asked, name="packer", password="packer-password")

    assert send(owner_client, path, hidden(shown, "typed-form")).status_code == 403
    assert Article.objects.get().title == "Before"


def test_a_customer_cannot_sign_in_there(owner_client, article, typed):
    User.objects.create_user("reader", password="reader-password")
    end_session()
    path = change_path(article)

    again = sign_in_again(
        owner_client, path, owner_client.post(path, typed), name="reader", password="reader-password"
    )

    assert "Sign in again" in again.content.decode()
    assert owner_client.get("/admin/").status_code == 302


def test_a_form_from_elsewhere_is_refused_before_anything_is_shown(article):
    careful = Client(enforce_csrf_checks=True)

    assert careful.post(change_path(article), {"title": "Theirs"}).status_code == 403


@pytest.mark.parametrize("carried", ["", "nonsense", "[]", "[" * 5000, '{"a": 1}', '{"a": [[1]]}', "null"])
def test_a_garbled_memory_is_no_error(stranger, owner, article, carried):
    sent = {"_typed": carried, "username": "owner", "password": "owner-password"}

    assert stranger.post(change_path(article), sent).status_code in {200, 302}


def test_a_bare_button_leads_to_the_sign_in_as_before(stranger, article):
    assert stranger.post(change_path(article))["Location"].startswith("/admin/login/")


def test_guesses_are_slowed_down_here_too(stranger, owner, article):
    sent = {"_typed": '{"title": ["x"]}', "username": "owner", "password": "wrong"}
    answers = [stranger.post(change_path(article), sent).status_code for _guess in range(30)]

    assert 429 in answers

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
from tests.builders import make_product, make_variant
from tests.pages import Forms, admin_form, errors_in, shown_form
from tests.shop.order_builders import make_order

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


def test_after_signing_in_the_form_itself_holds_the_words_and_one_press_saves_them(
    owner_client, article, typed
):
    end_session()
    path = change_path(article)
    asked = owner_client.post(path, typed)

    shown = sign_in_again(owner_client, path, asked)

    assert "Nothing is saved yet" in shown.content.decode()
    assert (shown_form(shown)["title"], shown_form(shown)["body"]) == ("After", WORDS)
    article.refresh_from_db()
    assert article.title == "Before"
    assert owner_client.post(path, shown_form(shown)).status_code == 302
    article.refresh_from_db()
    assert article.title == "After"
    assert "Two hours of “work”" in article.body


def test_rows_on_the_page_come_back_as_well(owner_client):
    product = make_product(title="Krin", option1_name="Size")
    make_variant(product, sku="KRIN-S", option1="Small", price_minor=7800)
    path = f"/admin/shop/product/{product.pk}/change/"
    form = admin_form(owner_client.get(path)) | {"variants-0-price_minor": "80", "variants-TOTAL_FORMS": "2"}
    row = {"sku": "KRIN-L", "option1": "Large", "price_minor": "90", "weight_grams": "1", "position": "0"}
    form |= {f"variants-1-{name}": value for name, value in row.items()} | {"variants-1-product": product.pk}
    end_session()

    shown = sign_in_again(owner_client, path, owner_client.post(path, form))

    assert product.variants.count() == 1
    assert owner_client.post(path, shown_form(shown)).status_code == 302
    assert set(product.variants.values_list("sku", "price_minor")) == {("KRIN-S", 8000), ("KRIN-L", 9000)}


def test_a_form_knows_also_then_when_it_was_opened(owner_client, colleague, article, typed):
    end_session()
    asked = owner_client.post(change_path(article), typed)
    colleague.force_login(User.objects.get(username="amara"))
    theirs = article_form(colleague, change_path(article), subtitle="Theirs")
    assert colleague.post(change_path(article), theirs).status_code == 302

    shown = sign_in_again(owner_client, change_path(article), asked)
    page = owner_client.post(change_path(article), shown_form(shown))

    assert "amara saved this at" in page.content.decode()
    assert owner_client.post(change_path(article), shown_form(page)).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.subtitle) == ("After", "Theirs")


def test_what_is_wrong_in_the_form_is_said_at_once(owner_client, article, typed):
    end_session()
    path = change_path(article)

    shown = sign_in_again(owner_client, path, owner_client.post(path, typed | {"title": ""}))

    assert "title" in errors_in(shown)


def test_a_form_of_the_order_desk_is_shown_to_be_looked_over(owner_client, transactional_db):
    order = make_order()
    path = f"/admin/shop/order/{order.pk}/note/"
    end_session()

    shown = sign_in_again(owner_client, path, owner_client.post(path, {"text": "Call her back"}))

    assert not order.notes.exists()
    assert send(owner_client, path, hidden(shown, "typed-form")).status_code == 302
    assert order.notes.get().text == "Call her back"


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

    assert shown.context["adminform"].form["tags"].data == ["3", "4"]


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

    assert shown.status_code == 403
    assert "Two hours of" in shown.content.decode()
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

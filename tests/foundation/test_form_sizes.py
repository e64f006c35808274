"""Forms may be so large: more is refused before it is read, and no text is looked at in full length."""

import unicodedata

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.http import multipartparser
from django.test import Client

from blog.models import Article
from foundation import form_sizes, prose
from foundation.form_sizes import MOST_BYTES, MOST_FIELDS, LimitForms
from tests.builders import make_variant

pytestmark = pytest.mark.django_db
PUBLIC = ["/cart/add/", "/cart/update/", "/checkout/", "/comments/post/", "/admin/login/", "/nothing/"]
DESK = ["/admin/shop/product/add/", "/admin/", "/admin/blog/article/1/change/", "/admin/nothing/"]
URLENCODED = "application/x-www-form-urlencoded"
TYPED = {
    "email": "ada@customer.example",
    "name": "Ada",
    "country": "DE",
    "username": "ada",
    "password": "guess",
}
FIELDS = {
    "/checkout/": ["email", "name", "line1", "city", "postal_code", "region", "phone", "company",
                   "vat_number", "country", "billing_name", "billing_postal_code", "code"],
    "/comments/post/": ["name", "email", "body", "target", "website"],
    "/cart/add/": ["sku", "quantity"], "/cart/code/": ["code"],
    "/admin/login/": ["username", "next"], "/admin/blog/article/add/": ["title", "_typed"],
}  # fmt: skip


def many(count):
    return {f"f{number}": "1" for number in range(count)}


@pytest.fixture
def signed_in_once(owner, settings):
    """Return the browser of an owner whose session is over."""
    owner.set_password("owner-password")
    owner.save()
    client = Client()
    client.post("/admin/login/", {"username": owner.username, "password": "owner-password"})
    del client.cookies[settings.SESSION_COOKIE_NAME]
    return client


@pytest.mark.parametrize("address", [*PUBLIC, *DESK])
def test_very_many_fields_of_a_stranger_are_refused_before_they_are_read(address, monkeypatch):
    def read(*args):
        raise AssertionError

    monkeypatch.setattr(multipartparser.MultiPartParser, "parse", read)
    assert Client().post(address, many(MOST_FIELDS + 2)).status_code == 400
    text = "&".join(f"{name}=1" for name in many(MOST_FIELDS + 2))
    assert Client().post(address, text, content_type=URLENCODED).status_code == 400


def test_who_is_signed_in_but_no_staff_is_a_stranger_to_the_admin(client):
    client.force_login(User.objects.create_user("buyer"))
    assert client.post(DESK[0], many(MOST_FIELDS + 2)).status_code == 400


def test_a_thousand_fields_are_read():
    assert Client().post("/cart/update/", many(MOST_FIELDS)).status_code == 302


def test_forms_of_the_staff_may_be_longer(owner_client):
    assert owner_client.post("/admin/shop/product/add/", many(5000)).status_code == 200


def test_a_long_form_whose_session_has_ended_is_kept_in_the_browser_of_the_staff(signed_in_once):
    answer = signed_in_once.post("/admin/shop/product/add/", many(5000) | {"title": "Not lost"})
    assert (answer.status_code, "Not lost" in answer.content.decode()) == (200, True)


def test_a_cookie_that_nobody_signed_makes_no_staff(client):
    client.cookies["kora_device"] = "1:forged"
    assert client.post(DESK[0], many(MOST_FIELDS + 2)).status_code == 400


def test_a_stranger_is_not_shown_a_form_of_megabytes_again(client):
    texts = {f"f{number}": '"' * 90_000 for number in range(MOST_BYTES // 90_000 + 1)}
    assert client.post(DESK[0], texts).status_code == 400
    assert client.post(DESK[0], {"title": "Kept"}).status_code == 200


@pytest.mark.parametrize(("address", "name"), [(to, name) for to, names in FIELDS.items() for name in names])
def test_no_text_of_a_stranger_is_normalised_in_full_length(client, address, name, monkeypatch):
    client.post("/cart/add/", {"sku": make_variant().sku, "quantity": 1})
    seen = [0]

    def normalize(form, text, real=unicodedata.normalize):
        seen.append(len(text))
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    answer = client.post(address, TYPED | {name: "\ufdfa" * 900_000})
    assert answer.status_code < 500
    assert max(seen) <= 10_000


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"a": 1_000_000, "b": 50_000}, {"a": 1_000_000, "b": 50_000}),
        ({"a": 2_000_000, "b": 50_000}, {"a": 1_000_000, "b": 50_000}),
        ({"a": 900_000, "b": 900_000, "c": 9}, {"a": 100_000, "b": 100_000, "c": 9}),
        (dict.fromkeys(map(str, range(20)), 100_000), dict.fromkeys(map(str, range(20)), 10_000)),
    ],
)
def test_all_texts_of_a_form_together_have_a_million_characters(sent, kept, rf):
    request = rf.post("/nothing/", {name: "x" * length for name, length in sent.items()})
    LimitForms(lambda request: None).process_view(request, lambda: None, (), {})
    assert {name: len(text) for name, text in request.POST.items()} == kept


@pytest.mark.parametrize("name", ["name", "body"])
def test_a_long_text_is_refused_at_its_field_and_still_there(client, name):
    answer = client.post("/comments/post/", TYPED | {"body": "Hello", name: "word " * 10_000})
    page = answer.content.decode()
    assert (f'id="comment-{name}_error"' in page, page.count("word") > 9_000) == (True, True)


def test_a_name_that_nobody_can_have_costs_no_look_at_a_password(client, owner, monkeypatch):
    looks = []
    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "encode", lambda *args, **kwargs: looks.append(1))
    answer = client.post("/admin/login/", {"username": "\ufdfa" * 151, "password": "guess"})
    assert "correct username and password" in answer.content.decode()
    assert looks == []


def test_a_name_that_nobody_can_have_counts_as_a_guess(client, settings):
    settings.LIMIT_SIGN_IN = (2, 600)
    guesses = [client.post("/admin/login/", {"username": "a" * 200, "password": "x"}) for _guess in range(3)]
    assert [guess.status_code for guess in guesses] == [200, 200, 429]


def test_a_text_of_the_staff_is_kept_far_beyond_what_a_field_takes(owner_client):
    text = "<p>word</p>" * 30_000
    answer = owner_client.post("/admin/blog/article/add/", {"title": "Long", "body": text})
    assert "Please divide it." in answer.content.decode()
    assert answer.content.decode().count("word&lt;/p") == 30_000
    assert not Article.objects.exists()


def test_a_form_of_the_staff_with_more_than_fits_is_shown_and_not_saved(owner_client):
    fields = {"title": "Kept", "body": "<p>word</p>" * 120_000}
    answer = owner_client.post("/admin/blog/article/add/", fields)
    page = answer.content.decode()
    assert (answer.status_code, "This form was too large" in page, "Kept" in page) == (400, True, True)
    assert not Article.objects.exists()


def test_a_text_that_is_too_long_is_not_looked_at_for_its_nesting(monkeypatch):
    monkeypatch.setattr(prose, "_is_well_nested", lambda html: pytest.fail("looked at"))
    prose.refuse_tangled("<h2></h2>" * (prose.MOST_CHARACTERS // 9 + 1))


def test_webhooks_are_read_as_they_are_sent(client, monkeypatch):
    monkeypatch.setattr(form_sizes, "_cut", lambda fields, most: pytest.fail("cut"))
    body = "a=" + "1" * 200_000
    assert client.post("/payments/stripe/webhook/", body, content_type=URLENCODED).status_code == 400

"""A form of the admin that could not be taken is given back to the staff, and to nobody else."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from blog.models import Page
from tests.pages import forms_to, submitted

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/page/add/"
TYPED = {
    "title": "Hours of <b>work</b>",
    "slug": "hours",
    "body": "<p>x</p>",
    "position": "0",
    "password": "pw",
}


@pytest.fixture
def strict(owner):
    """Open a browser of the owner's in which tokens are looked at."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    return client


def test_after_a_token_has_changed_the_form_can_be_sent_again_by_a_press(strict):
    page = strict.post(ADD, TYPED)
    text = page.content.decode()
    assert page.status_code == 403
    assert "Hours of &lt;b&gt;work&lt;/b&gt;" in text
    assert "<b>work</b>" not in text
    assert "pw" not in text
    assert not Page.objects.filter(slug="hours").exists()
    (controls,) = forms_to(page, ADD)
    token = submitted(controls)["csrfmiddlewaretoken"]
    sent = {name: value for name, value in TYPED.items() if name != "password"}
    assert strict.post(ADD, sent | {"csrfmiddlewaretoken": token}).status_code != 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_from_another_site_is_not_carried_on(strict, headers):
    page = strict.post(ADD, TYPED, headers=headers)
    assert page.status_code == 403
    assert "Hours of" not in page.content.decode()


def test_strangers_get_nothing_back():
    page = Client(enforce_csrf_checks=True).post(ADD, TYPED)
    assert page.status_code == 403
    assert "Hours of" not in page.content.decode()


@pytest.mark.parametrize("is_multipart", [True, False])
def test_a_form_with_too_many_fields_is_given_back(owner_client, settings, is_multipart):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    many = TYPED | {f"field-{place}": "x" for place in range(20)}
    if is_multipart:
        page = owner_client.post(ADD, many)
    else:
        page = owner_client.post(ADD, urlencode(many), content_type="application/x-www-form-urlencoded")
    assert page.status_code == 400
    assert "Hours of &lt;b&gt;work" in page.content.decode()


@pytest.mark.parametrize("is_multipart", [True, False])
def test_a_form_of_too_many_bytes_is_given_back_as_far_as_it_was_read(owner_client, settings, is_multipart):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    large = {"title": "Hours of work", "slug": "hours", "body": f"<p>{'Kora ' * 800}</p>"}
    if is_multipart:
        page = owner_client.post(ADD, large)
    else:
        page = owner_client.post(ADD, urlencode(large), content_type="application/x-www-form-urlencoded")
    text = page.content.decode()
    assert page.status_code == 400
    assert "Hours of work" in text
    assert is_multipart or text.count("Kora ") > 300
    assert not Page.objects.filter(slug="hours").exists()


def test_who_may_not_save_gets_back_what_was_typed(moderator_client):
    page = moderator_client.post("/admin/shop/product/add/", {"title": "Hours of work"})
    assert page.status_code == 403
    assert "Hours of work" in page.content.decode()

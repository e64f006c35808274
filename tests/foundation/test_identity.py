"""The shop's identity: one row, read from memory, edited in one form."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation import freshness
from foundation.models import SiteIdentity
from tests.pages import admin_form

pytestmark = pytest.mark.django_db
FORM = {"name": "Andes & Co", "country": "DE", "city": "Bremen"}


def change_url() -> str:
    return reverse("admin:foundation_siteidentity_change", args=[1])


def test_there_is_one_row_only():
    SiteIdentity.load()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteIdentity.objects.create(pk=2)


def test_reading_it_for_a_page_writes_nothing_and_is_free_when_warm(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(freshness.time, "monotonic", lambda: 100.0)
    assert SiteIdentity.current().name == "Kora"
    assert not SiteIdentity.objects.exists()
    with django_assert_num_queries(0):
        SiteIdentity.current()


def test_the_address_has_no_blank_lines():
    identity = SiteIdentity(name="Kora", city="Bremen", country="DE")
    assert identity.address_lines == ["Kora", "Bremen", "Germany"]


def test_the_owner_changes_it_and_pages_show_it_at_once(owner_client):
    SiteIdentity.load()
    assert SiteIdentity.current().name == "Kora"
    response = owner_client.post(change_url(), admin_form(owner_client.get(change_url())) | FORM)
    assert response.status_code == 302
    assert SiteIdentity.current().name == "Andes & Co"


def test_the_form_opens_before_anything_was_saved(owner_client):
    assert owner_client.get(change_url()).status_code == 200


def test_the_list_leads_to_the_one_form(owner_client):
    response = owner_client.get(reverse("admin:foundation_siteidentity_changelist"))
    assert response.url == change_url()
    assert owner_client.get(change_url()).status_code == 200


def test_nobody_adds_or_deletes_a_second_identity(owner_client):
    SiteIdentity.load()
    assert owner_client.get(reverse("admin:foundation_siteidentity_add")).status_code == 403
    assert owner_client.post(reverse("admin:foundation_siteidentity_delete", args=[1])).status_code == 403


def test_the_moderator_has_no_say_in_it(moderator_client):
    assert moderator_client.get(change_url()).status_code == 403

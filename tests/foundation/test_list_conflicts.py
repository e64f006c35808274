"""An action on a list leaves out what a colleague changed since the list was shown, and says so."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from blog.articles import Article
from shop.catalogue.models import Product
from shop.shipping.models import Carrier
from tests.blog.builders import make_article
from tests.builders import make_product, make_variant
from tests.foundation.test_edit_conflicts import opened, page_of

pytestmark = pytest.mark.django_db


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def shown_list(client, model):
    """Open a list; return what an action on it carries along."""
    html = client.get(list_of(model)).content.decode()
    return re.search(r'name="_opened" value="([^"]+)"', html)[1]


def act(client, action, rows, token, **more):
    sent = {"action": action, "_selected_action": [row.pk for row in rows], "_opened": token} | more
    answer = client.post(list_of(type(rows[0])), sent, follow="post" in more or action != "delete_selected")
    said = [str(message) for message in answer.context["messages"]] if answer.context else []
    return answer, said


def save(client, row, **changes):
    assert client.post(page_of(row), opened(client, row) | changes).status_code == 302


@pytest.fixture
def drums():
    rows = [make_product(title=title, slug=title.lower(), status="draft") for title in ("Krin", "Djembe")]
    for row in rows:
        make_variant(row)
    return rows


def test_an_action_leaves_out_what_a_colleague_saved_since(owner_client, colleague, drums):
    token = shown_list(owner_client, Product)
    save(colleague, drums[0], status="archived")
    _answer, said = act(owner_client, "activate", drums, token)
    assert [Product.objects.get(pk=row.pk).status for row in drums] == ["archived", "active"]
    assert any("“Krin” was left out: amara saved it at" in text for text in said)
    assert "1 product changed." in said


def test_words_and_choices_that_no_list_shows_count_as_well(owner_client, colleague):
    article = make_article(title="Reeds", status="draft", body="<p>x</p>")
    token = shown_list(owner_client, Article)
    save(colleague, article, body="<p>Half a sen</p>")
    _answer, said = act(owner_client, "publish", [article], token)
    assert Article.objects.get().status == "draft"
    assert len(said) == 1
    assert "“Reeds” was left out" in said[0]


def test_an_action_of_a_colleague_counts(owner_client, colleague, drums):
    token = shown_list(owner_client, Product)
    act(colleague, "archive", drums[:1], shown_list(colleague, Product))
    _answer, said = act(owner_client, "activate", drums[:1], token)
    assert Product.objects.get(pk=drums[0].pk).status == "archived"
    assert "amara saved it" in said[0]


def test_what_nobody_changed_is_done_and_again_after_a_look(owner_client, colleague, drums):
    save(colleague, drums[0], status="archived")
    _answer, said = act(owner_client, "activate", drums, shown_list(owner_client, Product))
    assert said == ["2 products changed."]


def test_all_rows_of_a_list_leave_out_what_was_changed(owner_client, colleague, drums):
    token = shown_list(owner_client, Product)
    save(colleague, drums[0], summary="Theirs", status="archived")
    act(owner_client, "activate", drums, token, select_across="1")
    assert [Product.objects.get(pk=row.pk).status for row in drums] == ["archived", "active"]


def test_a_garbled_list_does_nothing(owner_client, drums):
    act(owner_client, "activate", drums, "nonsense")
    assert set(Product.objects.values_list("status", flat=True)) == {"draft"}


def test_many_are_not_deleted_once_a_colleague_has_changed_them(owner_client, colleague):
    rows = [Carrier.objects.create(name=name) for name in ("Post", "Boat")]
    page, _said = act(owner_client, "delete_selected", rows, shown_list(owner_client, Carrier))
    token = re.search(r'name="_opened" value="([^"]+)"', page.content.decode())[1]
    save(colleague, rows[0], name="Post & parcels")
    _page, said = act(owner_client, "delete_selected", rows, token, post="yes")
    assert [row.name for row in Carrier.objects.all()] == ["Post & parcels"]
    assert any("was left out" in text for text in said)


def test_one_is_not_deleted_once_a_colleague_has_changed_it(owner_client, colleague):
    row = Carrier.objects.create(name="Post")
    address = reverse("admin:shop_carrier_delete", args=[row.pk])
    html = owner_client.get(address).content.decode()
    token = re.search(r'name="_opened" value="([^"]+)"', html)[1]
    save(colleague, row, name="Post & parcels")
    answer = owner_client.post(address, {"post": "yes", "_opened": token}, follow=True)
    assert "Amara saved this at" in answer.content.decode()
    assert "was “Post”, is now “Post &amp; parcels”" in answer.content.decode()
    token = re.search(r'name="_opened" value="([^"]+)"', answer.content.decode())[1]
    owner_client.post(address, {"post": "yes", "_opened": token})
    assert not Carrier.objects.exists()


def test_no_list_is_edited_in_place():
    assert not [desk for desk in admin.site._registry.values() if desk.list_editable]

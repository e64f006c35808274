"""Tests of blog.admin: writing, previewing and publishing, and who may do it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from blog.models import Article, Author, Page
from foundation import freshness
from shop import search
from tests.blog.article_forms import ADD, article_form, change_path
from tests.blog.builders import make_article, make_author, make_category, make_draft, make_page
from tests.builders import make_product, make_variant
from tests.foundation.images import image_bytes, png_bomb
from tests.pages import admin_form

pytestmark = pytest.mark.django_db
LIST = "/admin/blog/article/"


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_moderator_writes_and_publishes_an_article(moderator_client, client):
    product = make_product(title="Zither")
    make_variant(product)
    data = article_form(
        moderator_client,
        author=make_author().pk,
        category=make_category().pk,
        status="published",
        **{"article_products-0-product": product.pk},
    )
    response = moderator_client.post(ADD, data)
    assert response.status_code == 302, response.context["errors"]
    html = client.get("/blog/slit-drums/").content.decode()
    assert "Tap softly." in html
    assert "Zither" in html
    assert [hit.title for hit in search.find("slit", kinds=["article"])] == ["Slit drums"]


def test_a_change_in_the_admin_shows_at_once_and_keeps_the_old_address(owner_client, client):
    article = make_article(slug="first")
    version = freshness.current()
    data = article_form(owner_client, change_path(article), slug="second", title="Harps")
    assert owner_client.post(change_path(article), data).status_code == 302
    assert freshness.current() != version
    assert client.get("/blog/first/")["Location"] == "/blog/second/"
    assert search.find("harps", kinds=["article"])[0].url == "/blog/second/"
    assert article.history.latest().history_user == User.objects.get(username="owner")
    assert b"former addresses" in owner_client.get(change_path(article)).content.lower()


def test_a_hostile_body_is_made_safe_by_the_form(owner_client):
    article = make_article()
    data = article_form(owner_client, change_path(article), body="<p>Hi<script>alert(1)</script></p>")
    owner_client.post(change_path(article), data)
    article.refresh_from_db()
    assert article.body == "<p>Hi</p>"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "This field is required."),
        ("title", "a\x00b", "Null characters are not allowed."),
        ("title", "x" * 161, "at most 160 characters"),
        ("slug", "no slug!", "Enter a valid “slug”"),
        ("slug", "taken", "Article with this Slug already exists."),
        ("body", "", "Please write a text before you publish the article."),
        ("body", "<p> </p>", "Please write a text before you publish the article."),
        ("body", "a\x00b", "Null characters are not allowed."),
        ("author", "999999", "Select a valid choice."),
        ("author", "x", "Select a valid choice."),
        ("published_at_0", "31.31.2026", "Enter a valid date."),
        ("status", "gone", "Select a valid choice."),
        ("article_products-0-product", "999999", "Select a valid choice."),
        ("article_products-0-position", "9" * 30, "less than or equal to"),
        ("article_products-0-position", "-1", "greater than or equal to 0"),
    ],
)
def test_bad_input_gets_a_message_and_keeps_what_was_typed(owner_client, field, value, message):
    make_article(slug="taken")
    data = article_form(
        owner_client,
        author=make_author().pk,
        category=make_category().pk,
        status="published",
        subtitle="What was typed",
        **{"article_products-0-product": make_product().pk},
    )
    response = owner_client.post(ADD, data | {field: value})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert "What was typed" in response.content.decode()


def test_a_cover_is_uploaded_shown_in_the_list_and_needs_an_alt_text(owner_client):
    article = make_article()
    path = change_path(article)
    upload = SimpleUploadedFile("cover.png", image_bytes(size=(960, 600)), "image/png")
    refused = owner_client.post(path, article_form(owner_client, path, cover=upload))
    assert "Please say what the cover shows." in refused.content.decode()
    upload.seek(0)
    data = article_form(owner_client, path, cover=upload, cover_alt="A log drum")
    assert owner_client.post(path, data).status_code == 302
    article.refresh_from_db()
    assert article.cover.width == 960
    assert article.cover.url(320) in owner_client.get(LIST).content.decode()
    owner_client.post(path, article_form(owner_client, path))
    article.refresh_from_db()
    assert article.cover is not None
    owner_client.post(path, article_form(owner_client, path, **{"cover-clear": "on"}))
    article.refresh_from_db()
    assert article.cover is None


@pytest.mark.parametrize("data", [b"no picture", png_bomb(30_000, 30_000)])
def test_a_cover_that_is_no_picture_or_far_too_large_is_refused(owner_client, data):
    path = change_path(make_article())
    upload = SimpleUploadedFile("cover.png", data, "image/png")
    response = owner_client.post(path, article_form(owner_client, path, cover=upload, cover_alt="x"))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["cover"]


def test_staff_preview_a_draft_that_readers_cannot_see(moderator_client, client):
    draft = make_draft(title="Half a thought")
    path = f"/admin/blog/article/{draft.pk}/preview/"
    response = moderator_client.get(path)
    html = response.content.decode()
    assert "Half a thought" in html
    assert "This is a preview" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "no-store" in response["Cache-Control"]
    assert f'href="{path}"' in moderator_client.get(change_path(draft)).content.decode()
    assert client.get(path).status_code == 302
    assert moderator_client.get("/admin/blog/article/999999/preview/").status_code == 404


def test_staff_without_the_right_see_neither_articles_nor_previews(client):
    user = User.objects.create_user("packer", "packer@shop.example", "packer-password", is_staff=True)
    client.force_login(user)
    draft = make_draft()
    assert client.get(LIST).status_code == 403
    assert client.get(f"/admin/blog/article/{draft.pk}/preview/").status_code == 404


def test_a_moderator_sees_articles_and_no_orders(moderator_client):
    assert moderator_client.get(LIST).status_code == 200
    assert moderator_client.get("/admin/shop/order/").status_code == 403


def test_a_stranger_is_sent_to_the_login(stranger):
    assert stranger.get(LIST)["Location"].startswith("/admin/login/")


def test_the_list_is_searched_and_filtered_and_names_the_state(owner_client):
    shown = make_article(title="Of harps")
    make_draft(title="Of drums")
    make_article(title="Of bells", published_at=timezone.now() + timedelta(days=1))
    everything = owner_client.get(LIST).content.decode()
    assert all(word in everything for word in ("Draft", "Scheduled", "Published"))
    for query in (
        "q=harps",
        f"author__id__exact={shown.author_id}",
        f"category__id__exact={shown.category_id}",
    ):
        html = owner_client.get(f"{LIST}?{query}").content.decode()
        assert "Of harps" in html
        assert "Of drums" not in html
    assert "Of drums" not in owner_client.get(f"{LIST}?status__exact=published").content.decode()


@pytest.mark.parametrize("query", ["q=%00", "q=%22C%23", "p=99999", "status__exact=x", "nothing=1"])
def test_a_nonsense_address_of_the_list_is_no_crash(owner_client, query):
    assert owner_client.get(f"{LIST}?{query}", follow=True).status_code == 200


def act(client: Client, action: str, *articles: Article) -> str:
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, data, follow=True).content.decode()


def test_articles_are_published_and_taken_back_in_bulk(moderator_client):
    first, second, empty = make_draft(), make_draft(), make_draft(body="")
    html = act(moderator_client, "publish", first, second, empty)
    assert "2 articles were changed." in html
    assert "1 draft has no text yet." in html
    assert set(Article.objects.published()) == {first, second}
    act(moderator_client, "take_back", first)
    assert set(Article.objects.published()) == {second}
    assert len(search.find("play", kinds=["article"])) == 1


def test_deleting_takes_articles_out_of_the_search(owner_client):
    first, second = make_article(title="Zither one"), make_article(title="Zither two")
    owner_client.post(f"/admin/blog/article/{first.pk}/delete/", {"post": "yes"})
    assert len(search.find("zither")) == 1
    data = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    owner_client.post(LIST, data)
    assert search.find("zither") == []
    assert not Article.objects.exists()


def test_an_earlier_version_can_be_brought_back(owner_client):
    article = make_article(title="One")
    article.title = "Two"
    article.save()
    history = owner_client.get(f"/admin/blog/article/{article.pk}/history/").content.decode()
    assert "Title" in history
    assert "style=" not in history
    path = f"/admin/blog/article/{article.pk}/history/{article.history.earliest().pk}/"
    form = owner_client.get(path).context["adminform"].form
    data = {field.html_name: field.value() for field in form if field.value() is not None}
    data |= {"published_at_0": "2026-01-01", "published_at_1": "12:00:00", "tags": []}
    data.pop("cover", None)
    assert owner_client.post(path, data).status_code == 302
    article.refresh_from_db()
    assert article.title == "One"


def test_pages_authors_and_categories_are_changed_and_shown_at_once(owner_client, client):
    page, author = make_page(slug="about"), make_author()
    article = make_article(author=author)
    for path, changes in (
        (f"/admin/blog/page/{page.pk}/change/", {"slug": "about-us", "body": "<p>New<script></script></p>"}),
        (f"/admin/blog/author/{author.pk}/change/", {"name": "Grace"}),
        (f"/admin/blog/category/{article.category_id}/change/", {"name": "Percussion"}),
    ):
        version = freshness.current()
        response = owner_client.post(path, admin_form(owner_client.get(path)) | changes)
        assert response.status_code == 302, response.context["errors"]
        assert freshness.current() != version
    assert client.get("/pages/about/")["Location"] == "/pages/about-us/"
    assert Page.objects.get().body == "<p>New</p>"
    assert Author.objects.get().name == "Grace"
    assert search.find("grace")[0].kind == "article"
    assert b"Percussion" in client.get(article.get_absolute_url()).content


@pytest.mark.parametrize("model", ["category", "author"])
def test_a_category_or_author_in_use_cannot_be_deleted(owner_client, model):
    article = make_article()
    path = f"/admin/blog/{model}/{getattr(article, model).pk}/delete/"
    owner_client.post(path, {"post": "yes"})
    assert Article.objects.filter(pk=article.pk).exists()

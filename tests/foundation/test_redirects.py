"""Addresses that moved lead on, for every kind of thing with a page; what was public is never another's."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from blog import publishing
from blog.models import Article, Tag
from foundation import redirects
from foundation.models import Redirect
from shop.catalogue.models import Collection, Product
from tests.blog.builders import make_article, make_author, make_category, make_draft, make_page
from tests.builders import make_collection, make_product, make_variant
from tests.pages import admin_form

pytestmark = pytest.mark.django_db


def make_public_product(**fields):
    return make_variant(make_product(**fields)).product


def make_used_author(**fields):
    return make_article(author=make_author(**fields)).author


def make_used_tag(slug):
    tag = Tag.objects.create(name=f"About {Tag.objects.count()}", slug=slug)
    make_article().tags.add(tag)
    return tag


KINDS = {
    "product": (make_public_product, "/products/{}/", "/admin/shop/product/"),
    "collection": (make_collection, "/collections/{}/", "/admin/shop/collection/"),
    "article": (make_article, "/blog/{}/", "/admin/blog/article/"),
    "page": (make_page, "/pages/{}/", "/admin/blog/page/"),
    "category": (make_category, "/blog/category/{}/", "/admin/blog/category/"),
    "tag": (make_used_tag, "/blog/tag/{}/", "/admin/blog/tag/"),
    "author": (make_used_author, "/blog/author/{}/", "/admin/blog/author/"),
}
HIDDEN = {
    "product": lambda slug: make_product(slug=slug, status=Product.Status.DRAFT),
    "article": lambda slug: make_draft(slug=slug),
    "page": lambda slug: make_page(slug=slug, is_published=False),
    "tag": lambda slug: Tag.objects.create(name=f"About {Tag.objects.count()}", slug=slug),
    "author": lambda slug: make_author(slug=slug),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def hide(thing):
    """Take a thing from readers as its staff would."""
    if isinstance(thing, Product):
        thing.status = Product.Status.ARCHIVED
        thing.save()
    elif hasattr(thing, "is_published"):
        thing.is_published = False
        thing.save()
    else:
        for article in [thing] if isinstance(thing, Article) else thing.articles.all():
            article.status = Article.Status.DRAFT
            publishing.save_article(article=article)


def move(thing, *slugs):
    for slug in slugs:
        thing.slug = slug
        thing.save()
    return thing


def answer(client, path, **extra):
    response = client.get(path, **extra)
    return response.status_code, response.headers.get("Location")


def test_every_former_address_leads_straight_to_the_present_one(kind, client):
    make, path, _admin = KINDS[kind]
    move(make(slug="first"), "second", "third")
    for old in ("first", "second", "First"):
        assert answer(client, path.format(old)) == (301, path.format("third"))
    assert answer(client, path.format("first").rstrip("/")) == (301, path.format("third"))
    assert client.get(path.format("third")).status_code == 200


def test_a_redirect_keeps_the_question_of_the_address(kind, client):
    make, path, _admin = KINDS[kind]
    move(make(slug="first"), "second")
    query = "variant=A%26B%231&page=2&q=%C3%A9"
    assert answer(client, f"{path.format('first')}?{query}") == (301, f"{path.format('second')}?{query}")
    assert client.head(path.format("first")).status_code == 301
    assert client.post(path.format("first")).status_code in {404, 405}


def test_a_thing_that_moves_back_stands_at_its_own_address_again(kind, client):
    make, path, _admin = KINDS[kind]
    move(make(slug="first"), "second", "first")
    assert client.get(path.format("first")).status_code == 200
    assert answer(client, path.format("second")) == (301, path.format("first"))


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_no_reader_ever_saw_leaves_no_redirect(hidden, client):
    thing = move(HIDDEN[hidden]("first"), "second")
    assert not Redirect.objects.filter(thing=thing._meta.label_lower).exists()
    assert client.get(KINDS[hidden][1].format("first")).status_code == 404
    KINDS[hidden][0](slug="first")  # free for another


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_hidden_things_former_address_gives_nothing_away(hidden, client):
    make, path, _admin = KINDS[hidden]
    thing = move(make(slug="first"), "second")
    hide(thing)
    move(thing, "third")
    for slug in ("first", "second", "third"):
        assert client.get(path.format(slug)).status_code == 404


@pytest.mark.parametrize("hidden", HIDDEN)
def test_an_address_stays_reserved_while_its_thing_is_hidden_and_renamed(hidden):
    make, _path, _admin = KINDS[hidden]
    thing = make(slug="first")
    hide(thing)
    move(thing, "second")
    for other in (lambda: make(slug="first"), lambda: HIDDEN[hidden]("first")):
        with pytest.raises(ValidationError, match="belongs to the"):
            other()


def test_no_other_thing_takes_an_address_that_was_public(kind):
    make, _path, _admin = KINDS[kind]
    owner = move(make(slug="first"), "second")
    for attempt in (lambda: make(slug="first"), lambda: move(make(slug="other"), "first")):
        with pytest.raises(ValidationError, match="belongs to the"):
            attempt()
    other = type(owner).objects.get(slug="other")
    with pytest.raises(ValidationError, match="belongs to the"):
        type(owner).objects.filter(pk=other.pk).update(slug="first")
    other.slug = "FIRST"
    with pytest.raises(ValidationError, match="belongs to the"), transaction.atomic():
        type(owner).objects.bulk_update([other], ["slug"])
    assert type(owner).objects.get(pk=other.pk).slug == "other"


def test_the_form_names_the_thing_that_an_address_belongs_to_and_keeps_what_was_typed(kind, owner_client):
    make, _path, admin = KINDS[kind]
    owner = move(make(slug="first"), "second")
    path = f"{admin}{make(slug='other').pk}/change/"
    sent = admin_form(owner_client.get(path)) | {"slug": "first"}
    response = owner_client.post(path, sent)
    form = response.context["adminform"].form
    assert str(owner) in form.errors["slug"][0]
    assert "Please choose another one." in form.errors["slug"][0]
    assert form["slug"].value() == "first"


def test_staff_sees_the_former_addresses(kind, owner_client):
    make, path, admin = KINDS[kind]
    thing = make(slug="first")
    page = f"{admin}{thing.pk}/change/"
    assert "former addresses" not in owner_client.get(page).content.decode().lower()
    move(thing, "second")
    html = owner_client.get(page).content.decode()
    assert "former addresses" in html.lower()
    assert path.format("first") in html


def test_many_rows_written_at_once_keep_their_addresses_too(client):
    product = make_public_product(slug="first")
    Product.objects.filter(pk=product.pk).update(slug="second")
    assert answer(client, "/products/first/") == (301, "/products/second/")
    Product.objects.filter(pk=product.pk).update(status=Product.Status.ARCHIVED)
    Product.objects.filter(pk=product.pk).update(slug="third")
    with pytest.raises(ValidationError):
        Product.objects.bulk_create([Product(title="Other", slug="second")])
    assert not Product.objects.filter(slug="second").exists()


def test_a_deleted_things_address_is_not_found_and_free_for_what_is_public_next(client):
    product = move(make_product(slug="first"), "second")
    make_variant(product, on_hand=0)
    move(product, "third")
    product.delete()
    for slug in ("second", "third"):
        assert client.get(f"/products/{slug}/").status_code == 404
    draft = make_product(slug="second", status=Product.Status.DRAFT)
    assert redirects.former(draft) == []
    next_one = move(make_public_product(slug="third"), "fourth")
    assert answer(client, "/products/third/") == (301, "/products/fourth/")
    assert redirects.former(next_one) == ["/products/third/"]


def test_an_article_that_came_out_by_its_date_reserved_its_address(client, time_machine):
    article = make_article(slug="first", published_at=timezone.now() + timezone.timedelta(hours=1))
    assert not Redirect.objects.filter(thing="blog.article").exists()
    time_machine.move_to(timezone.now() + timezone.timedelta(hours=2))
    publishing.announce_due()
    article.refresh_from_db()
    hide(article)
    move(article, "second")
    article.status = Article.Status.PUBLISHED
    publishing.save_article(article=article)
    assert answer(client, "/blog/first/") == (301, "/blog/second/")


@pytest.mark.parametrize("slug", ["all", "ALL"])
def test_no_thing_takes_the_address_of_a_page_of_the_program(slug):
    with pytest.raises(ValidationError, match="a page of its own here"):
        Collection(title="All", slug="all").full_clean()
    with pytest.raises(ValidationError, match="a page of its own here"):
        make_collection(slug=slug)


def test_the_picture_of_a_shared_link_leads_on_with_its_page(client):
    move(make_article(slug="first"), "second")
    assert answer(client, "/blog/first/share.jpg?v=1") == (301, "/blog/second/share.jpg?v=1")


def test_a_row_without_a_thing_leads_to_its_target_on_this_site_alone(client):
    Redirect.objects.create(path="/2019/05/flutes/", target="/collections/")
    Redirect.objects.create(path="/evil/", target="//evil.example/")
    Redirect.objects.create(path="/self/", target="/self/")
    assert answer(client, "/2019/05/flutes") == (301, "/collections/")
    assert client.get("/evil/").status_code == 404
    assert client.get("/self/").status_code == 404


@pytest.mark.parametrize("path", ["/%00/", "/products/" + "x" * 3000 + "/", "/%FF%FE/", "/%ED%A0%80/", "/é/"])
def test_hostile_paths_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_page_that_is_there_asks_for_no_redirect(client, django_assert_num_queries):
    make_page(slug="about")
    client.get("/pages/about/")
    with django_assert_num_queries(1):
        client.get("/pages/about/")


def test_a_former_address_costs_one_query_beyond_the_look_for_it(client, django_assert_num_queries):
    move(make_page(slug="first"), "second")
    client.get("/pages/first/")
    with django_assert_num_queries(2):
        client.get("/pages/first/")


@pytest.mark.django_db(transaction=True)
def test_former_addresses_of_before_are_taken_along():
    executor = MigrationExecutor(connection)
    before = [("blog", "0002_figures")]
    executor.migrate(before)
    apps = executor.loader.project_state(before).apps
    try:
        page = apps.get_model("blog", "Page").objects.create(title="About", slug="about", body="")
        apps.get_model("blog", "OldSlug").objects.create(slug="who-we-are", page=page)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    row = Redirect.objects.get(path="/pages/who-we-are/")
    assert (row.thing, row.thing_id) == ("blog.page", page.pk)

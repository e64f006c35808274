"""Products in the admin: write, price, picture, archive, and never lose what orders need."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation import freshness
from shop import search
from shop.catalogue import documents
from shop.catalogue.models import Maker, Product, Variant
from shop.stock.models import StockMovement
from tests.builders import make_collection, make_picture, make_product, make_variant
from tests.foundation.images import image_bytes, png_bomb
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/shop/product/", "/admin/shop/product/add/"


@pytest.fixture
def krin():
    product = make_product(title="Krin", slug="krin")
    make_variant(product, sku="KRIN-S", price_minor=7800, on_hand=2)
    make_picture(product, alt="A drum")
    documents.changed(Product.objects.all())
    return product


def url_of(product: Product) -> str:
    return reverse("admin:shop_product_change", args=[product.pk])


@pytest.mark.parametrize(
    "page",
    ["product", "collection", "maker", "region", "stockmovement", "shippingzone", "taxrate", "swatch"],
)
@pytest.mark.parametrize("view", ["changelist", "add"])
def test_owner_sees_every_page_and_moderator_none(owner_client, moderator_client, krin, page, view):
    url = reverse(f"admin:shop_{page}_{view}")
    assert owner_client.get(url).status_code == 200
    if (page, view) != ("product", "changelist"):  # a moderator chooses products for articles
        assert moderator_client.get(url).status_code == 403


def test_moderator_may_look_at_products_but_not_change_them(moderator_client, krin):
    assert moderator_client.get(LIST).status_code == 200
    assert moderator_client.post(url_of(krin), {}).status_code == 403


def test_stranger_is_sent_to_the_login(client, krin):
    for url in (LIST, ADD, url_of(krin)):
        assert client.get(url).headers["Location"].startswith("/admin/login/")


def test_the_list_shows_picture_price_and_stock_in_few_queries(
    owner_client, krin, django_assert_max_num_queries
):
    make_variant(krin, option1="L", price_minor=9000)
    page = owner_client.get(LIST).content.decode()
    for text in ("<img", "$78.00 to $90.00", ">7<"):
        assert text in page
    for _ in range(20):
        make_picture(make_variant().product)
    with django_assert_max_num_queries(14):
        owner_client.get(LIST)


@pytest.mark.parametrize("query", ["?q=KRIN-S", "?q=krin", "?status__exact=active", "?is_featured__exact=0"])
def test_products_are_searched_and_filtered(owner_client, krin, query):
    make_variant(make_product(title="Other", is_featured=True, status=Product.Status.DRAFT))
    page = owner_client.get(LIST + query)
    assert list(page.context["cl"].result_list) == [krin]


def test_a_new_product_with_price_picture_and_opening_stock(owner_client, owner):
    sent = admin_form(owner_client.get(ADD)) | {
        "title": "Kora", "slug": "kora", "status": "active", "low_stock_threshold": "3", "position": "0",
        "description": "<p>A harp<script>alert(1)</script></p>",
        "variants-0-sku": "KORA-21", "variants-0-price_minor": "690.00", "variants-0-weight_grams": "5400",
        "variants-0-opening_stock": "2",
        "pictures-0-picture": SimpleUploadedFile("kora.png", image_bytes()), "pictures-0-alt": "A kora",
    }  # fmt: skip
    page = owner_client.post(ADD, sent)
    assert page.status_code == 302, errors_in(page)
    variant = Variant.objects.get(sku="KORA-21")
    assert (variant.price_minor, variant.on_hand, variant.product.description) == (69000, 2, "<p>A harp</p>")
    movement = StockMovement.objects.get()
    assert (movement.delta, movement.kind, movement.staff) == (2, "opening", owner)
    assert [hit.url for hit in search.find("kora")] == ["/products/kora/"]
    assert owner_client.get("/products/kora/").status_code == 200


def test_an_active_product_without_variant_is_saved_with_a_warning(owner_client, krin):
    sent = admin_form(owner_client.get(url_of(krin)))
    sent.pop("variants-0-is_active")
    page = owner_client.post(url_of(krin), sent, follow=True)
    assert "Customers do not see this product yet" in page.content.decode()
    assert search.find("krin") == []


def test_saving_renews_search_and_public_pages(owner_client, krin):
    before = freshness.current()
    sent = admin_form(owner_client.get(url_of(krin))) | {"title": "Slit drum"}
    assert owner_client.post(url_of(krin), sent).status_code == 302
    assert search.find("krin") != []  # its slug is in no text, its SKU is
    assert [hit.title for hit in search.find("slit")] == ["Slit drum"]
    assert freshness.current() != before


def test_saving_untouched_changes_no_price_and_no_stock(owner_client, krin):
    assert owner_client.post(url_of(krin), admin_form(owner_client.get(url_of(krin)))).status_code == 302
    variant = krin.variants.get()
    assert (variant.price_minor, variant.on_hand, StockMovement.objects.count()) == (7800, 2, 1)


def test_opening_stock_cannot_be_given_twice(owner_client, krin):
    sent = admin_form(owner_client.get(url_of(krin))) | {
        "variants-0-opening_stock": "50", "variants-0-weight_grams": "1",
    }  # fmt: skip
    assert owner_client.post(url_of(krin), sent).status_code == 302
    assert krin.variants.get().on_hand == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("variants-0-price_minor", "44.001"), ("variants-0-price_minor", "-1"),
        ("variants-0-price_minor", "NaN"),
        ("variants-0-price_minor", ""), ("variants-0-compare_at_minor", "1e99"), ("variants-0-sku", ""),
        ("variants-0-weight_grams", "99999999999999999999"), ("variants-0-opening_stock", "-1"),
        ("title", "a\x00b"), ("slug", "not a slug"), ("low_stock_threshold", "many"), ("pictures-0-alt", ""),
    ],
)  # fmt: skip
def test_bad_input_is_refused_next_to_its_field_and_the_rest_is_kept(owner_client, krin, field, value):
    if field == "variants-0-opening_stock":
        url, sent = ADD, admin_form(owner_client.get(ADD)) | {"title": "Kept title", "slug": "kept"}
        sent |= {"variants-0-sku": "NEW", "variants-0-price_minor": "1"}
    else:
        url, sent = url_of(krin), admin_form(owner_client.get(url_of(krin))) | {"summary": "Kept title"}
    page = owner_client.post(url, sent | {field: value})
    assert page.status_code == 200
    assert list(errors_in(page)) == [field]
    assert "Kept title" in page.content.decode()
    assert Product.objects.count() == 1


def test_a_compare_at_price_must_be_higher(owner_client, krin):
    sent = admin_form(owner_client.get(url_of(krin))) | {"variants-0-compare_at_minor": "78.00"}
    page = owner_client.post(url_of(krin), sent)
    assert "The compare-at price must be higher than the price." in page.content.decode()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("text.png", b"this is no picture", "no whole JPEG, PNG, WebP or AVIF"),
        ("bomb.png", png_bomb(30_000, 30_000), "more than 25 million pixels"),
        ("empty.png", b"", "empty"),
    ],
)
def test_an_upload_that_is_no_picture_is_refused_and_nothing_else_is_lost(
    owner_client, krin, name, data, message
):
    sent = admin_form(owner_client.get(url_of(krin))) | {
        "summary": "Kept summary",
        "pictures-1-picture": SimpleUploadedFile(name, data), "pictures-1-alt": "New",
    }  # fmt: skip
    page = owner_client.post(url_of(krin), sent)
    assert page.status_code == 200
    assert message in errors_in(page)["pictures-1-picture"][0]
    assert "Kept summary" in page.content.decode()
    assert krin.pictures.count() == 1


def test_a_new_file_replaces_a_picture_and_none_keeps_it(owner_client, krin):
    before = krin.pictures.get().picture
    sent = admin_form(owner_client.get(url_of(krin))) | {"pictures-0-alt": "Other words"}
    owner_client.post(url_of(krin), sent)
    assert (krin.pictures.get().picture, krin.pictures.get().alt) == (before, "Other words")
    sent = admin_form(owner_client.get(url_of(krin)))
    sent["pictures-0-picture"] = SimpleUploadedFile("new.png", image_bytes())
    owner_client.post(url_of(krin), sent)
    assert krin.pictures.get().picture != before


def test_archiving_hides_and_showing_brings_back(owner_client, krin):
    chosen = {"_selected_action": [krin.pk]}
    owner_client.post(LIST, chosen | {"action": "archive"})
    assert owner_client.get("/products/krin/").status_code == 404
    assert search.find("krin") == []
    owner_client.post(LIST, chosen | {"action": "activate"})
    assert owner_client.get("/products/krin/").status_code == 200
    assert len(search.find("krin")) == 1


def test_a_product_with_a_history_of_stock_is_not_deleted(owner_client, krin):
    answer = owner_client.post(reverse("admin:shop_product_delete", args=[krin.pk]), {"post": "yes"})
    assert answer.status_code == 200
    assert "would require deleting the following protected related objects" in answer.content.decode()
    chosen = {"_selected_action": [krin.pk], "action": "delete_selected", "post": "yes"}
    assert owner_client.post(LIST, chosen).status_code == 200
    sent = admin_form(owner_client.get(url_of(krin))) | {"variants-0-DELETE": "on"}
    assert owner_client.post(url_of(krin), sent).status_code == 200
    assert Product.objects.filter(pk=krin.pk, variants__sku="KRIN-S").exists()


def test_a_product_without_any_history_is_deleted_and_no_longer_found(owner_client):
    product = make_variant(make_product(title="Mistake"), on_hand=0).product
    documents.changed(Product.objects.all())
    owner_client.post(reverse("admin:shop_product_delete", args=[product.pk]), {"post": "yes"})
    assert search.find("mistake") == []
    assert not Product.objects.exists()


def test_price_changes_are_remembered(owner_client, krin, owner):
    sent = admin_form(owner_client.get(url_of(krin))) | {"variants-0-price_minor": "80"}
    owner_client.post(url_of(krin), sent)
    latest = krin.variants.get().history.first()
    assert (latest.price_minor, latest.history_user) == (8000, owner)
    assert (
        owner_client.get(reverse("admin:shop_variant_history", args=[krin.variants.get().pk])).status_code
        == 200
    )
    assert owner_client.get(reverse("admin:shop_product_history", args=[krin.pk])).status_code == 200


def test_a_renamed_maker_is_found_by_the_new_name(owner_client, krin):
    maker = Maker.objects.create(name="Old name", slug="old")
    Product.objects.update(maker=maker)
    url = reverse("admin:shop_maker_change", args=[maker.pk])
    owner_client.post(url, admin_form(owner_client.get(url)) | {"name": "Sankaran"})
    assert len(search.find("sankaran")) == 1


def test_a_deleted_collection_leaves_its_products_and_their_documents(owner_client, krin):
    collection = make_collection(krin, title="Slitdrums")
    documents.changed(Product.objects.all())
    assert len(search.find("slitdrums")) == 1
    owner_client.post(reverse("admin:shop_collection_delete", args=[collection.pk]), {"post": "yes"})
    assert search.find("slitdrums") == []
    assert len(search.find("krin")) == 1


def test_the_list_of_variants_to_choose_from(owner_client, krin):
    answer = owner_client.get(
        "/admin/autocomplete/?term=KRIN&app_label=shop&model_name=stockmovement&field_name=variant"
    )
    assert [row["text"] for row in answer.json()["results"]] == ["Krin"]


def test_two_hundred_variants_are_shown_and_saved_with_queries_for_what_changed_alone(
    owner_client, krin, django_assert_max_num_queries
):
    Variant.objects.bulk_create(
        Variant(product=krin, sku=f"K{size}", option1=str(size), price_minor=500) for size in range(199)
    )
    with django_assert_max_num_queries(40):
        sent = admin_form(owner_client.get(url_of(krin)))
    sent |= {"variants-7-price_minor": "6.00", "variants-8-price_minor": "7.00"}
    with django_assert_max_num_queries(100):
        assert owner_client.post(url_of(krin), sent).status_code == 302
    assert sorted({row.price_minor for row in krin.variants.all()}) == [500, 600, 700, 7800]

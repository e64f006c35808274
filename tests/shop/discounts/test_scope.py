"""A code that was for certain things never becomes one for everything."""

import pytest

from foundation import setup_checks
from shop.discounts import codes
from shop.discounts.codes import CodeRefused, Item
from shop.discounts.models import DiscountCode
from tests.blog.builders import make_article
from tests.builders import make_collection, make_product
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
ADD = "/admin/shop/discountcode/add/"
MIGRATION = "shop.migrations.0019_scope_of_discount_codes"


@pytest.fixture
def code():
    return DiscountCode.objects.create(code="NINETY", percent_basis_points=9000)


@pytest.fixture
def drum():
    return make_product(title="Krin")


def takes_off(product):
    return codes.apply("NINETY", [Item(1, product.pk, 5000)]).variant_ids


def page_of(code):
    return f"/admin/shop/discountcode/{code.pk}/change/"


def delete(client, kind, row):
    address = f"/admin/shop/{kind}/{row.pk}/delete/"
    asked = client.get(address).content.decode()
    assert client.post(address, {"post": "yes"}).status_code == 302
    return asked


@pytest.mark.parametrize("kind", ["product", "collection"])
def test_with_none_left_a_code_applies_to_nothing_and_everybody_is_told(owner_client, code, drum, kind):
    chosen = make_product(title="Kora") if kind == "product" else make_collection(title="Harps")
    getattr(code, f"{kind}s").add(chosen)
    asked = delete(owner_client, kind, chosen)
    assert "The discount code NINETY is for this alone: without it, it applies to nothing." in asked
    with pytest.raises(CodeRefused, match="other instruments"):
        takes_off(drum)
    assert "nothing any more" in owner_client.get("/admin/shop/discountcode/").content.decode()
    text = "The discount code NINETY applies to nothing any more: what it was for was deleted."
    assert text in [each.text for each in setup_checks.missing()]


def test_deleting_one_of_several_says_what_is_left(owner_client, code, drum):
    flutes = make_collection(title="Flutes")
    code.products.add(drum)
    code.collections.add(flutes)
    asked = delete(owner_client, "collection", flutes)
    assert "The discount code NINETY is for this too; what is left of it: Krin." in asked
    assert takes_off(drum) == {1}


def test_deleting_many_in_the_list_says_it_too(owner_client, code):
    harps = make_collection(title="Harps")
    code.collections.add(harps)
    chosen = {"action": "delete_selected", "_selected_action": [harps.pk]}
    page = owner_client.post("/admin/shop/collection/", chosen).content.decode()
    assert "The discount code NINETY is for this alone" in page


def test_archiving_says_which_codes_and_articles_depend_on_it(owner_client, code, drum):
    article = make_article(title="On drums")
    article.article_products.create(product=drum)
    code.products.add(drum)
    chosen = {"action": "archive", "_selected_action": [drum.pk]}
    page = owner_client.post("/admin/shop/product/", chosen, follow=True).content.decode()
    assert "The discount code NINETY is for this alone" in page
    assert "Articles that feature it: On drums." in page


def test_a_code_without_anything_chosen_is_for_everything(code, drum):
    assert takes_off(drum) == {1}


def test_choosing_things_for_a_code_is_enough_to_limit_it(owner_client, drum):
    sent = admin_form(owner_client.get(ADD)) | {
        "code": "NINETY", "percent_basis_points": "90", "products": [drum.pk],
    }  # fmt: skip
    assert owner_client.post(ADD, sent).status_code == 302
    assert DiscountCode.objects.get().scope == "chosen"
    with pytest.raises(CodeRefused):
        takes_off(make_product())


def test_a_limited_code_grows_wide_by_a_clear_word_alone(owner_client, code, drum):
    code.products.add(drum)
    sent = admin_form(owner_client.get(page_of(code)))
    page = owner_client.post(page_of(code), sent | {"products": []})
    assert errors_in(page) == {"scope": ["Choose at least one product or collection below."]}
    page = owner_client.post(page_of(code), sent | {"scope": "all", "products": [drum.pk]})
    assert list(errors_in(page)) == ["scope"]
    assert owner_client.post(page_of(code), sent | {"scope": "all", "products": []}).status_code == 302
    assert takes_off(make_product()) == {1}


def test_a_code_for_nothing_can_still_be_edited(owner_client, code, drum):
    code.products.add(drum)
    drum.delete()
    sent = admin_form(owner_client.get(page_of(code)))
    assert owner_client.post(page_of(code), sent | {"is_active": ""}).status_code == 302
    assert list(DiscountCode.objects.for_nothing()) == [code]


def test_codes_of_earlier_days_keep_to_what_was_chosen_for_them(code, drum):
    from importlib import import_module

    from django.apps import apps

    wide = DiscountCode.objects.create(code="WIDE", percent_basis_points=100)
    code.products.add(drum)
    DiscountCode.objects.update(scope="all")
    import_module(MIGRATION).narrow(apps, None)
    assert dict(DiscountCode.objects.values_list("code", "scope")) == {"NINETY": "chosen", "WIDE": "all"}
    assert wide.pk

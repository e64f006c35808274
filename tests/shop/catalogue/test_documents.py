"""Products in the search: found by their words while customers may see them."""

import pytest

from foundation import freshness
from shop import search
from shop.catalogue import documents
from shop.catalogue.models import Maker, Product
from tests.builders import make_collection, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def kalimba():
    maker = Maker.objects.create(name="Bengkel Nyoman", slug="nyoman", place="Tegallalang")
    product = make_product(
        title="Kuta Kalimba 7 note", slug="kuta", maker=maker, description="<p>Half a</p><p>coconut</p>"
    )
    make_variant(product, sku="KUTA-7N", option1="Natural")
    make_collection(product, title="Stillness")
    documents.changed(Product.objects.all())
    return product


@pytest.mark.parametrize(
    "query",
    ["kuta", "7-note", "nyoman", "coconut", "KUTA-7N", "natural", "stillness", "tegall", "half a coco"],
)
def test_a_product_is_found_by_all_its_words(kalimba, query):
    assert [hit.key for hit in search.find(query)] == [str(kalimba.pk)]


def test_a_hit_leads_to_the_page(kalimba):
    [hit] = search.find("kuta", kinds=["product"])
    assert (hit.kind, hit.url, hit.maker) == ("product", "/products/kuta/", "Bengkel Nyoman")


@pytest.mark.parametrize("status", [Product.Status.DRAFT, Product.Status.ARCHIVED])
def test_a_hidden_product_is_not_found(kalimba, status):
    kalimba.status = status
    kalimba.save()
    documents.changed(Product.objects.all())
    assert search.find("kuta") == []


def test_a_product_without_active_variants_is_not_found(kalimba):
    kalimba.variants.update(is_active=False)
    documents.changed(Product.objects.all())
    assert search.find("kuta") == []


def test_a_deleted_product_is_not_found(kalimba):
    documents.gone([kalimba.pk])
    assert search.find("kuta") == []


def test_a_change_renews_the_public_pages(kalimba):
    before = freshness.current()
    documents.changed(Product.objects.all())
    assert freshness.current() != before

"""A collection's page: sort, filter, pages, and the same few queries however many products."""

import pytest

from foundation import freshness
from shop.catalogue.models import Product
from tests.builders import make_collection, make_picture, make_product, make_variant
from tests.pages import cards_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection():
    rows = [("Banjo", 9000, 0, 1), ("Cello", 5000, 4, 2), ("Arpa", 7000, 2, 3)]
    products = []
    for title, price, on_hand, position in rows:
        product = make_product(title=title, slug=title.lower(), position=position)
        make_variant(product, price_minor=price, on_hand=on_hand)
        products.append(product)
    hidden = make_variant(make_product(title="Hidden", status=Product.Status.DRAFT)).product
    elsewhere = make_variant(make_product(title="Elsewhere")).product
    assert elsewhere.title == "Elsewhere"
    return make_collection(*products, hidden, title="Strings", slug="strings")


def titles(client, query: str) -> list[str]:
    return [card.title for card in cards_in(client.get(f"/collections/strings/{query}"))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Banjo", "Cello", "Arpa"]),
        ("?sort=featured", ["Banjo", "Cello", "Arpa"]),
        ("?sort=price-up", ["Cello", "Arpa", "Banjo"]),
        ("?sort=price-down", ["Banjo", "Arpa", "Cello"]),
        ("?sort=newest", ["Arpa", "Cello", "Banjo"]),
        ("?sort=name", ["Arpa", "Banjo", "Cello"]),
        ("?sort=name&in_stock=1", ["Arpa", "Cello"]),
        ("?sort=nonsense&in_stock=yes&page=-7", ["Banjo", "Cello", "Arpa"]),
        ("?page=%00&sort=%00", ["Banjo", "Cello", "Arpa"]),
        ("?page=99999999999999999999", ["Banjo", "Cello", "Arpa"]),
    ],
)
def test_sort_and_filter(client, collection, query, expected):
    assert titles(client, query) == expected


def test_the_form_shows_what_was_chosen(client, collection):
    page = client.get("/collections/strings/?sort=name&in_stock=1").content.decode()
    assert '<option value="name" selected>' in page
    assert 'id="id_in_stock" checked' in page


def test_pages_of_24_keep_sort_and_filter(client):
    products = [make_variant(make_product(title=f"P{n:02}", position=n)).product for n in range(30)]
    make_collection(*products, slug="strings")
    assert len(titles(client, "?sort=name")) == 24
    assert titles(client, "?sort=name&page=2") == [f"P{n:02}" for n in range(24, 30)]
    page = client.get("/collections/strings/?sort=name&in_stock=1").content.decode()
    assert "?sort=name&amp;in_stock=1&amp;page=2" in page


def test_an_empty_result_says_so_and_offers_everything(client):
    make_collection(make_variant(on_hand=0).product, slug="strings")
    page = client.get("/collections/strings/?in_stock=1").content.decode()
    assert "Nothing here is all of that right now." in page


def test_unknown_collection_is_404(client):
    assert client.get("/collections/nowhere/").status_code == 404


@pytest.mark.parametrize("size", [3, 30])
def test_as_many_queries_for_three_as_for_thirty(client, django_assert_num_queries, size):
    products = [make_variant().product for _ in range(size)]
    for product in products:
        make_picture(product)
    make_collection(*products, slug="strings")
    address = "/collections/strings/?sort=price-up&price_min=1&in_stock=1"
    client.get(address)
    with django_assert_num_queries(4):
        client.get(address)
    freshness.forget()
    with django_assert_num_queries(4 + 2 + 1 + 4):  # the version, the facets, what every page remembers
        client.get(address)


def test_all_collections_are_tiles_with_a_picture(client, django_assert_num_queries):
    product = make_variant().product
    shown = make_picture(product)
    make_collection(product, title="Strings", slug="strings")
    make_collection(title="Empty", slug="empty")
    client.get("/collections/")
    with django_assert_num_queries(2):
        page = client.get("/collections/")
    tiles = page.context["tiles"]
    assert [(tile.title, tile.url) for tile in tiles] == [("Strings", "/collections/strings/")]
    assert tiles[0].picture == shown.picture

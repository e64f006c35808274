"""Rules of config.views: home, search and the pages for when nothing is there."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Article, Author, Category
from config import searching
from shop import search as index
from shop.catalogue import documents
from shop.catalogue.models import Product
from tests.builders import make_collection, make_product, make_variant

pytestmark = pytest.mark.django_db
MOST_QUERIES = 5


def make_featured(number: int, *, on_hand: int = 5):
    variant = make_variant(make_product(title=f"Flute {number}", is_featured=True), on_hand=on_hand)
    documents.changed(Product.objects.filter(pk=variant.product_id))
    return variant.product


def make_article(title: str = "How to breathe") -> Article:
    author, _ = Author.objects.get_or_create(name="Hanna", slug="hanna")
    category, _ = Category.objects.get_or_create(name="Music", slug="music")
    article = Article.objects.create(
        title=title, slug=title.lower().replace(" ", "-"), author=author, category=category,
        status=Article.Status.PUBLISHED, published_at=timezone.now(), body="<p>Slowly, from below.</p>",
    )  # fmt: skip
    index.put(kind="article", key=str(article.pk), title=title, maker="Hanna", text="", url="/")
    return article


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_home_shows_featured_products_collections_and_articles(client):
    make_collection(make_featured(1), title="Whistling things")
    make_article()
    page = client.get("/").content.decode()
    assert "Flute 1" in page
    assert "Whistling things" in page
    assert "How to breathe" in page
    assert "Sale price" in page


def test_home_of_an_empty_shop_stands(client):
    assert client.get("/").status_code == 200


def test_home_costs_few_queries_however_many_products_there_are(client):
    make_article()
    for number in range(2):
        make_featured(number)
    few = queries_of(client, "/")
    for number in range(2, 20):
        make_featured(number)
    assert queries_of(client, "/") <= few <= MOST_QUERIES


def test_home_is_the_same_for_everybody(client, owner):
    make_featured(1)
    stranger = client.get("/").content
    client.force_login(owner)
    assert client.get("/").content == stranger


def test_hero_shows_something_that_can_be_bought_now(client):
    make_featured(1, on_hand=0)
    assert client.get("/").context["hero"] is None


@pytest.mark.parametrize("address", ["/", "/search/?q=flute", "/no-such-page/"])
def test_public_pages_set_no_cookie_and_read_no_session(client, address):
    make_featured(1)
    response = client.get(address)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("address", ["/", "/search/"])
def test_pages_refuse_to_be_posted_to(client, address):
    assert client.post(address).status_code == 405


def test_search_finds_products_and_articles(client):
    make_featured(1)
    make_article("Choosing a flute")
    page = client.get("/search/", {"q": "flute"}).content.decode()
    assert "Flute 1" in page
    assert "Choosing a flute" in page
    assert "2 results" in page


def test_search_costs_few_queries_however_much_it_finds(client):
    make_featured(1)
    make_article("A flute")
    few = queries_of(client, "/search/?q=flute")
    for number in range(2, 12):
        make_featured(number)
    assert queries_of(client, "/search/?q=flute") <= few <= MOST_QUERIES


def test_search_forgives_a_misspelt_word_and_says_what_it_took_it_for(client):
    product = make_variant(make_product(title="Bansuri <in> E")).product
    documents.changed(Product.objects.filter(pk=product.pk))
    page = client.get("/search/", {"q": "<bansori>"}).content.decode()
    assert "Nothing is called “&lt;bansori&gt;” here. Showing results for <b>bansuri</b>:" in page
    assert "Bansuri &lt;in&gt; E" in page
    assert "Showing results for" not in client.get("/search/", {"q": "bansuris"}).content.decode()


def test_search_without_a_question_asks_for_one_and_looks_nothing_up(client):
    page = client.get("/search/").content.decode()
    assert "Type the name of an instrument" in page
    assert searching.search("   ") == searching.Found("")


def test_search_that_finds_nothing_says_so_keeps_the_words_and_shows_a_way_on(client):
    page = client.get("/search/", {"q": "xylophone"}).content.decode()
    assert "Nothing found for “xylophone”" in page
    assert 'value="xylophone"' in page
    assert "/collections/" in page


@pytest.mark.parametrize(
    "question",
    ['"', "C#", "7-note", "\x00", "a\x00b", "'; --", "*", "NEAR(", "%", "\U0001f941",
     "ä" * 3000, "<script>alert(1)</script>", "- OR -", "\u202e", "flute " * 400],
)  # fmt: skip
def test_no_question_breaks_the_search(client, question):
    make_featured(1)
    response = client.get("/search/", {"q": question})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert b"\x00" not in response.content


def test_a_question_that_is_too_long_is_cut_and_said_so(client):
    page = client.get("/search/", {"q": "flute " * 400}).content.decode()
    assert "first 200 characters" in page


def test_bytes_that_are_no_text_do_not_break_the_search(client):
    assert client.get("/search/?q=%ff%fe%00").status_code == 200


def test_search_results_are_not_for_crawlers(client):
    assert 'content="noindex, follow"' in client.get("/search/?q=flute").content.decode()


def test_health_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.content == b"ok\n"


def test_robots_keeps_crawlers_from_private_pages(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    for private in ("/admin/", "/cart/", "/checkout/", "/orders/", "/search/"):
        assert f"Disallow: {private}\n" in response.content.decode()


def test_missing_page_answers_404_in_the_shops_own_frame(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert b"Page not found" in response.content
    assert b"site-header" in response.content


def test_form_without_token_answers_403_and_says_how_to_go_on():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/cart/add/", {"sku": "X", "quantity": "1"})
    assert response.status_code == 403
    assert b"This form has grown old" in response.content


def test_server_error_page_needs_no_database_and_no_context(rf, django_assert_num_queries):
    from config.views import server_error

    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"A string broke on our side" in response.content


def test_every_link_of_the_frame_leads_somewhere(client):
    make_collection(make_variant().product)
    page = client.get("/").content.decode()
    assert 'href=""' not in page
    links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', page))
    assert {"/", "/collections/", "/cart/", "/blog/", "/pages/terms/", "/search/"} <= links


def test_frame_names_the_shop_and_warns_of_the_demo(client):
    page = client.get("/").content.decode()
    assert "Demo shop: nothing is charged" in page
    assert '<html lang="en">' in page
    assert 'rel="canonical" href="http://testserver/"' in page
    assert 'href="#main"' in page

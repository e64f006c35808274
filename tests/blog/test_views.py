"""Tests of blog.views: what readers see, where old addresses lead, and what a page costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Article, ArticleProduct, Category, Page
from foundation import freshness
from foundation.models import SiteIdentity
from tests.blog.builders import make_article, make_category, make_draft, make_figure, make_page
from tests.builders import make_product, make_variant
from tests.comments.builders import make_comment

pytestmark = pytest.mark.django_db
MOST_QUERIES = 5


def page_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_index_shows_public_articles_newest_first(client):
    old, new = make_article(), make_article()
    draft = make_draft()
    scheduled = make_article(published_at=timezone.now() + timedelta(hours=1))
    html = page_of(client, "/blog/")
    assert html.index(new.title) < html.index(old.title)
    assert draft.title not in html
    assert scheduled.title not in html


def test_the_index_has_twelve_articles_a_page(client):
    for number in range(13):
        make_article(title=f"Article number {number:02}")
    assert page_of(client, "/blog/").count("Article number") == 12
    second = page_of(client, "/blog/?page=2")
    assert second.count("Article number") == 1
    assert '<link rel="canonical" href="http://testserver/blog/?page=2">' in second


def test_the_newest_article_leads_the_first_page_alone(client):
    for number in range(13):
        make_article(title=f"Article number {number:02}")
    first, second = page_of(client, "/blog/"), page_of(client, "/blog/?page=2")
    assert first.count("is-lead") == 1
    assert first.index("is-lead") < first.index("Article number 12")
    assert "is-lead" not in second


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "%00", "9" * 5000, "1e9", ""])
def test_a_nonsense_page_number_shows_a_page(client, page):
    make_article()
    assert client.get(f"/blog/?page={page}").status_code == 200


def test_an_empty_blog_says_so(client):
    assert "No article has been published here yet." in page_of(client, "/blog/")


def test_a_category_shows_its_own_articles_alone(client):
    strings = make_category(name="Strings", slug="strings", description="What is plucked.")
    mine, other = make_article(title="Of harps", category=strings), make_article(title="Of drums")
    html = page_of(client, "/blog/category/strings/")
    assert mine.title in html
    assert "What is plucked." in html
    assert other.title not in html
    assert client.get("/blog/category/nothing/").status_code == 404


def test_an_article_shows_its_text_author_date_and_reading_time(client):
    article = make_article(
        title="Slit drums", subtitle="Two notes and a log", body="<p>Tap <em>softly</em>.</p>"
    )
    html = page_of(client, article.get_absolute_url())
    assert "<h1>Slit drums</h1>" in html
    for text in ("Two notes and a log", "<p>Tap <em>softly</em>.</p>", article.author.name, "1 January 2026"):
        assert text in html
    assert "1 minute to read" in html
    assert "Leave a comment" in html


def test_a_long_article_has_a_table_of_contents_that_leads_to_its_headings(client):
    body = "<h2>Strings</h2><p>a</p><h2>Skins &amp; &lt;b&gt;</h2><p>b</p><h2>Wood</h2><p>c</p>"
    html = page_of(client, make_article(body=body).get_absolute_url())
    assert '<nav class="contents"' in html
    for anchor in re.findall(r'<a href="#(section[^"]*)"', html):
        assert f'<h2 id="{anchor}">' in html
    assert html.count('<a href="#section') == 3
    assert '">Skins &amp; &lt;b&gt;</a>' in html
    assert 'class="contents"' not in page_of(client, make_article(body="<h2>a</h2>").get_absolute_url())


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_a_hidden_article_is_not_found_even_for_the_staff(client, owner_client, state):
    later = timezone.now() + timedelta(hours=1)
    article = make_draft() if state == "draft" else make_article(published_at=later)
    for browser in (client, owner_client):
        assert browser.get(article.get_absolute_url()).status_code == 404


def test_featured_products_stand_in_the_articles_order_with_live_price_and_stock(client):
    first, second = (make_product(title=title) for title in ("Zither", "Alphorn"))
    make_variant(first, on_hand=2, price_minor=4400)
    variant = make_variant(second, on_hand=1, price_minor=9000)
    article = make_article(first, second)
    html = page_of(client, article.get_absolute_url())
    assert html.index("Zither") < html.index("Alphorn")
    for text in ("$44.00", "Only 2 units left", "$90.00", "Only 1 unit left"):
        assert text in html
    type(variant).objects.filter(pk=variant.pk).update(on_hand=0, price_minor=9900)
    freshness.bump()
    later = page_of(client, article.get_absolute_url())
    assert "Sold out" in later
    assert "$99.00" in later


def test_products_that_customers_cannot_see_are_not_featured(client):
    product = make_product(title="Zither", status="draft")
    make_variant(product)
    html = page_of(client, make_article(product).get_absolute_url())
    assert "Zither" not in html
    assert "Featured products" not in html


def test_an_article_shows_the_three_newest_posts_and_marks_itself(client):
    made = [make_article(title=f"Article number {number}") for number in range(4)]
    html = page_of(client, made[3].get_absolute_url())
    posts = html[html.index('id="blog-posts"') :]
    assert re.findall(r"Article number \d", posts) == [f"Article number {number}" for number in (3, 2, 1)]
    assert f'<a href="{made[3].get_absolute_url()}" aria-current="page">' in posts
    assert posts.count('aria-current="page"') == 1
    assert '<a href="/blog/">View all</a>' in posts


def test_comments_are_closed_where_the_editor_said_so(client):
    html = page_of(client, make_article(comments_open=False).get_absolute_url())
    assert 'action="/comments/post/"' not in html
    assert "Comments are closed here." in html


def test_a_moved_article_answers_with_a_permanent_redirect(client):
    article = make_article(slug="first")
    for slug in ("second", "third"):
        article.slug = slug
        article.save()
    for old in ("/blog/first/", "/blog/second/", "/blogs/news/first", "/blogs/news/first/"):
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, "/blog/third/")


def test_a_moved_article_that_is_hidden_gives_nothing_away(client):
    article = make_draft(slug="first")
    article.slug = "second"
    article.save()
    assert client.get("/blog/first/").status_code == 404
    assert client.get("/blogs/news/first").status_code == 404


@pytest.mark.parametrize("path", ["/blogs/news/harps", "/blogs/news/harps/"])
def test_shopifys_addresses_redirect_permanently_to_the_article(client, path):
    make_article(slug="harps")
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, "/blog/harps/")


@pytest.mark.parametrize("path", ["/blogs/news/nothing", "/blog/nothing/", "/pages/nothing/", "/blog/a%00b/"])
def test_what_never_was_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_page_shows_its_text_and_the_shops_details_where_asked(client):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"legal_name": "Kora Ltd", "tax_number": "DE123"})
    freshness.bump()
    plain = make_page(slug="about", body="<h2>Who</h2><p>We build.</p>")
    notice = make_page(slug="legal-notice", shows_shop_details=True)
    assert "<p>We build.</p>" in page_of(client, plain.get_absolute_url())
    assert "DE123" in page_of(client, notice.get_absolute_url())
    assert "DE123" not in page_of(client, plain.get_absolute_url())


def test_a_hidden_page_is_not_found(client):
    assert client.get(make_page(is_published=False).get_absolute_url()).status_code == 404


def test_a_moved_page_redirects_permanently_while_it_is_published(client):
    page = make_page(slug="imprint")
    page.slug = "legal-notice"
    page.save()
    response = client.get("/pages/imprint/")
    assert (response.status_code, response["Location"]) == (301, "/pages/legal-notice/")
    page.is_published = False
    page.save()
    assert client.get("/pages/imprint/").status_code == 404


def test_text_that_staff_typed_into_plain_fields_is_escaped(client):
    article = make_article(title="<b>A & B</b>", subtitle="<i>x</i>", excerpt="<script>y</script>")
    for path in (article.get_absolute_url(), "/blog/"):
        html = page_of(client, path)
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
        assert "<i>x" not in html
        assert "<script>y" not in html


def fill_blog(products: int, articles: int, comments: int) -> Article:
    article = make_article(slug="harps", category=make_category(slug="strings"))
    for _ in range(products):
        product = make_product()
        make_variant(product)
        make_variant(product, option1="Large")
        ArticleProduct.objects.create(article=article, product=product)
    for _ in range(articles):
        make_article(category=article.category)
    for _ in range(comments):
        make_comment(article, state="approved")
        make_figure(article)
    make_page(slug="about")
    return article


PATHS = [
    "/blog/",
    "/blog/harps/",
    "/blog/category/strings/",
    "/pages/about/",
    "/blog/feed.atom",
    "/blog/feed.rss",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_warm_page_costs_at_most_five_queries_and_no_more_when_the_blog_grows(
    client, path, django_assert_max_num_queries
):
    fill_blog(products=1, articles=1, comments=1)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES) as small:
        client.get(path)
    for model in (Article, Category, Page):
        model.objects.all().delete()
    fill_blog(products=9, articles=9, comments=9)
    client.get(path)
    with django_assert_max_num_queries(MOST_QUERIES) as large:
        client.get(path)
    assert len(large) == len(small)


@pytest.mark.parametrize("path", PATHS)
def test_public_pages_are_the_same_bytes_for_everybody(client, owner_client, path):
    fill_blog(products=1, articles=1, comments=1)
    unlike = re.compile(rb'name="(csrfmiddlewaretoken|target|stamp|timestamp|issued)" value="[^"]*"')
    pages = []
    for browser in (client, owner_client):
        response = browser.get(path)
        assert "nonce" not in response["Content-Security-Policy"]
        assert not response.wsgi_request.session.accessed or browser is owner_client
        pages.append(unlike.sub(b"", response.content))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("path", PATHS)
def test_a_get_writes_nothing(client, path):
    fill_blog(products=1, articles=1, comments=1)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(path)
    assert all(query["sql"].startswith(("SELECT", "(SELECT")) for query in seen.captured_queries)

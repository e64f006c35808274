"""Addresses made of data: whatever is in a SKU, a slug or a number comes back out of the address."""

import json
import re
from html import unescape
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from foundation import freshness, links
from shop.catalogue.models import Maker
from shop.shipping.models import Carrier
from tests.blog.builders import make_article, make_page
from tests.builders import make_product, make_variant

HOSTILE = [
    "A&B",
    "A#B",
    "A+B",
    "A B",
    "100%",
    "a/b",
    "ä'ö\"",
    "<b>",
    "?x=1",
    "a=b;c",
    "../x",
    "%2F",
    "é€",
    "\\",
]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(TEXT, TEXT, TEXT)
@example("a&b", "#", "%00")
def test_a_question_comes_back_out_of_an_address_as_it_went_in(name, value, other):
    made = links.address("/products/x/", [(name, value), (name, other)], anchor=value)
    parts = urlsplit(made)
    assert made.isascii()
    assert parts.path == "/products/x/"
    assert parse_qsl(parts.query, keep_blank_values=True) == [(name, value), (name, other)]
    assert QueryDict(parts.query).getlist(name) == [value, other]
    assert unquote(parts.fragment) == value


@given(TEXT)
@example("..")
@example("../../evil")
@example("@evil.example/")
def test_a_number_fills_its_place_in_a_carriers_address_and_no_other(number):
    for pattern in (
        "https://carrier.example/track/{number}/now",
        "https://carrier.example/?id={number}&l=en",
    ):
        made = Carrier(tracking_url=pattern).tracking_address(number)
        parts = urlsplit(made)
        if not made:
            assert set(number) == {"."} or len(number) > 20
            continue
        assert (parts.scheme, parts.netloc) == ("https", "carrier.example")
        place = parts.path.split("/")[2] if "track" in pattern else dict(parse_qsl(parts.query))["id"]
        assert unquote(place) == number if "track" in pattern else place == number


@given(TEXT)
@example("a?cc=evil@x.example&body=hi")
def test_a_mail_goes_to_the_one_recipient_alone(text):
    made = links.mail_to(f"{text}@shop.example")
    assert made.count("?") == made.count("&") == made.count("#") == 0
    assert unquote(made.removeprefix("mailto:")) == f"{text}@shop.example"


def test_half_a_surrogate_pair_breaks_no_address():
    assert links.address("/x/", {"q": "\ud800", "none": None}) == "/x/?q=%3F"
    assert links.mail_to("\ud800@x.example").startswith("mailto:")
    assert links.filled("https://c.example/{number}", "\ud800") == "https://c.example/%3F"


def test_the_address_of_a_page_is_quoted_again_when_it_was_unquoted():
    request = RequestFactory().get("/caf%C3%A9%3F/%23x/")
    assert links.of_request(request, {"page": 2}) == "http://testserver/caf%C3%A9%3F/%23x/?page=2"


@pytest.fixture(params=HOSTILE)
def sku(request):
    return request.param


@pytest.fixture
def chosen(db, sku):
    """A variant with a hostile SKU that is not the first choice."""
    product = make_product(slug="kora")
    make_variant(product, option1="Small")
    return make_variant(product, sku=sku, option1="Large")


def leads_to(client, address, sku):
    """Say whether an address opens the product with this very variant chosen."""
    response = client.get(address.removeprefix("http://testserver"))
    return response.status_code == 200 and response.context["chosen"].sku == sku


def hrefs(html):
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', html)]


def test_the_cart_leads_back_to_the_very_variant(client, chosen, sku):
    client.post("/cart/add/", {"sku": sku, "quantity": "1"})
    (link, *_) = [href for href in hrefs(client.get("/cart/").content.decode()) if "variant=" in href]
    assert leads_to(client, link, sku)


def test_the_structured_data_leads_to_the_very_variant(client, chosen, sku):
    html = client.get("/products/kora/").content.decode()
    graph = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])["@graph"]
    offers = {offer["sku"]: offer["url"] for offer in graph[0]["offers"]}
    assert leads_to(client, offers[sku], sku)


def test_the_product_feed_leads_to_the_very_variant(client, chosen, sku):
    feed = ElementTree.fromstring(client.get("/feeds/google-merchant.xml").content)
    found = {
        item.findtext("{http://base.google.com/ns/1.0}id"): item.findtext("link") for item in feed[0][3:]
    }
    assert leads_to(client, found[sku], sku)


@pytest.mark.django_db
@pytest.mark.parametrize("value", HOSTILE)
def test_filters_and_pages_keep_what_was_chosen(client, value):
    for n in range(26):
        make_variant(make_product(option1_name="Köy & Co", title=f"F{n:02}"), option1=value)
    make_variant(make_product(option1_name="Köy & Co"), option1="Other")
    name = "option-koy-co"
    first = client.get("/collections/all/", {name: value})
    assert first.context["listing"].page.paginator.count == 26
    (second,) = {h for h in hrefs(first.content.decode()) if "page=2" in h}
    answer = client.get(f"/collections/all/{second}")
    assert answer.context["listing"].filters.chosen == {name: [value]}
    assert answer.context["listing"].page.number == 2


@pytest.mark.django_db
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.from_regex(r"\A[-a-zA-Z0-9_]{1,40}\Z"))
def test_every_address_made_of_a_slug_is_answered_by_its_page(client, slug):
    page = make_page(slug=slug)
    assert client.get(page.get_absolute_url()).context["page"] == page
    assert client.get(f"/pages/{slug}/").context["canonical_url"] == links.full(page.get_absolute_url())
    page.delete()


@pytest.mark.django_db
def test_titles_full_of_marks_break_no_link_for_language_models(client):
    make_article(title="Harps](https://evil.example) [x\n# y", slug="harps")
    freshness.bump()
    lines = client.get("/llms.txt").content.decode().splitlines()
    (line,) = [line for line in lines if "/blog/harps/" in line]
    assert line.startswith("- [Harps\\](https://evil.example) \\[x \\# y](http://testserver/blog/harps/)")


@pytest.mark.django_db
def test_a_makers_story_leads_to_all_that_the_maker_built(client):
    maker = Maker.objects.create(name="A", slug="a-b_C")
    other = Maker.objects.create(name="B", slug="other")
    for who in (maker, other):
        make_variant(make_product(maker=who))
    response = client.get(links.address("/collections/all/", {"maker": maker.slug}))
    assert response.context["listing"].page.paginator.count == 1

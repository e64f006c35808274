"""What machines read: the sitemap, robots.txt, llms.txt and the shop's structured data."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
import time_machine

from blog.models import Page
from config import machines
from foundation import freshness
from foundation.models import SiteIdentity
from tests.blog.builders import make_article
from tests.builders import make_variant
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client, path="/sitemap.xml"):
    root = ET.fromstring(client.get(path).content)
    return [node.text for node in root.iterfind(".//s:loc", NAMES)]


def test_the_sitemap_lists_every_public_page_once_and_each_answers(client):
    variant, article = make_variant(), make_article()
    Page.objects.create(title="About", slug="about")
    found = locations(client)
    assert len(found) == len(set(found))
    for path in (
        "/",
        "/blog/",
        variant.product.get_absolute_url(),
        article.get_absolute_url(),
        "/pages/about/",
    ):
        assert f"http://testserver{path}" in found
    assert {client.get(address.removeprefix("http://testserver")).status_code for address in found} == {200}


def test_the_sitemap_hides_what_readers_cannot_see(client):
    hidden = make_variant()
    type(hidden.product).objects.update(status="draft")
    draft = make_article(status="draft")
    page = Page.objects.create(title="Soon", slug="soon", is_published=False)
    text = client.get("/sitemap.xml").content.decode()
    for thing in (hidden.product, draft, page):
        assert thing.get_absolute_url() not in text


def test_many_pages_come_in_sections(client, monkeypatch):
    monkeypatch.setattr(machines, "SECTION_SIZE", 2)
    for _ in range(3):
        make_variant()
    sections = locations(client)
    assert sections[0] == "http://testserver/sitemap-1.xml"
    pages = [page for n in range(1, len(sections) + 1) for page in locations(client, f"/sitemap-{n}.xml")]
    assert len(pages) == len(set(pages)) > 4
    assert client.get(f"/sitemap-{len(sections) + 1}.xml").status_code == 404


def test_a_warm_sitemap_and_llms_file_ask_the_database_nothing_but_the_version(client):
    make_variant()
    for path in ("/sitemap.xml", "/llms.txt", "/feeds/google-merchant.xml"):
        client.get(path)
        assert queries_of(client, path) <= 1


def test_robots_names_the_sitemap(client):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /checkout/" in text


def test_llms_txt_names_products_with_price_and_stock_unescaped(client):
    variant = make_variant(on_hand=0)
    type(variant.product).objects.update(title="Drum & Bell")
    text = client.get("/llms.txt").content.decode()
    assert f"[Drum & Bell](http://testserver{variant.product.get_absolute_url()}): $44.00" in text
    assert "Sold out" in text


def test_the_home_page_says_who_runs_the_shop(client):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"name": "Kora </script>", "city": "Köln"})
    html = client.get("/").content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    shop, site = json.loads(block)["@graph"]
    assert (shop["@type"], shop["name"], site["publisher"]) == (
        "OnlineStore", "Kora </script>", {"@id": shop["@id"]},
    )  # fmt: skip


@pytest.mark.django_db
def test_security_txt_says_whom_to_write_to_and_has_not_expired(client, settings):
    SiteIdentity.objects.update_or_create(pk=1, defaults={"email": "owner@shop.example"})
    freshness.forget()
    with time_machine.travel("2026-11-30 23:30:00Z", tick=False):
        answer = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:owner@shop.example"
    assert lines["Expires"] == "2027-05-29T00:00:00Z"
    assert lines["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"


@pytest.mark.django_db
def test_security_txt_of_a_shop_without_an_address_names_its_contact_page(client, settings):
    SiteIdentity.objects.all().delete()
    freshness.forget()
    assert (
        f"Contact: {settings.SITE_URL}/pages/contact/"
        in client.get("/.well-known/security.txt").content.decode()
    )

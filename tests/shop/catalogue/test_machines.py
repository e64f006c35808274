"""Products as search engines and networks read them."""

import json
import re
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
from PIL import Image

from foundation import freshness, pictures
from shop.catalogue.models import Maker, ProductPicture
from tests.builders import make_picture, make_product, make_variant
from tests.foundation.images import image_bytes
from tests.shop.query_counts import queries_of

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"


def graph(client, product):
    html = client.get(product.get_absolute_url()).content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(block)["@graph"]


def items(client):
    root = ET.fromstring(client.get("/feeds/google-merchant.xml").content)
    return [{node.tag: node.text for node in item} for item in root.iter("item")]


def test_a_product_states_price_currency_and_availability_of_each_variant(client):
    product = make_product(maker=Maker.objects.create(name="Taller", slug="taller"))
    make_variant(product, sku="S", option1="Small", price_minor=4400)
    make_variant(product, sku="L", option1="Large", price_minor=168005, on_hand=0)
    make_variant(product, sku="X", option1="Gone", is_active=False)
    thing, way = graph(client, product)
    assert thing["brand"]["name"] == "Taller"
    facts = [(o["sku"], o["price"], o["priceCurrency"], o["availability"][19:]) for o in thing["offers"]]
    assert facts == [("S", "44.00", "USD", "InStock"), ("L", "1680.05", "USD", "OutOfStock")]
    assert way["itemListElement"][-1]["item"] == f"http://testserver{product.get_absolute_url()}"


def test_the_feed_has_an_item_for_each_variant_that_is_sold(client):
    product = make_product(description="<p>Cut by <b>hand</b>.</p>")
    make_picture(product)
    make_variant(product, sku="S", option1="Small", price_minor=4400, compare_at_minor=5000)
    make_variant(product, sku="L", option1="Large", on_hand=0)
    make_variant(make_product(status="draft"))
    small, large = items(client)
    assert (small[f"{G}id"], small["title"]) == ("S", f"{product.title} - Small")
    assert (small[f"{G}price"], small[f"{G}sale_price"]) == ("50.00 USD", "44.00 USD")
    assert small["description"] == "Cut by hand."
    assert small["link"].endswith("?variant=S")
    assert small[f"{G}image_link"].startswith("http://testserver/media/")
    assert small[f"{G}item_group_id"] == large[f"{G}item_group_id"]
    assert (large[f"{G}availability"], f"{G}sale_price" in large) == ("out_of_stock", False)


def test_the_feed_costs_the_same_queries_for_many_products(client):
    counts = []
    for _ in range(2):
        for _n in range(3):
            make_picture(make_variant().product)
        freshness.forget()
        counts.append(queries_of(client, "/feeds/google-merchant.xml"))
    assert counts[0] == counts[1] <= 5


def test_control_characters_in_a_title_leave_the_feed_readable(client):
    make_variant(make_product(title="Flute \x0b of Köln"))
    assert items(client)[0]["title"] == "Flute  of Köln"


def test_a_shared_link_shows_a_card_of_1200_by_630_that_changes_with_the_price(client):
    variant = make_variant(make_product(title="A very long name of an instrument " * 4))
    picture = pictures.store(BytesIO(image_bytes()), name="flute.jpg")
    ProductPicture.objects.create(product=variant.product, picture=picture, alt="A flute")
    address = variant.product.get_absolute_url()

    def card():
        html = client.get(address).content.decode()
        [url] = re.findall(r'<meta property="og:image" content="http://testserver([^"]+)"', html)
        answer = client.get(url.replace("&amp;", "&"))
        return url, answer

    url, answer = card()
    with Image.open(BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("JPEG", (1200, 630))
    assert len(answer.content) < 200_000
    type(variant).objects.update(price_minor=9900)
    other_url, other = card()
    assert url != other_url
    assert answer.content != other.content


def test_an_unpublished_product_has_no_card(client):
    variant = make_variant(make_product(status="draft"))
    assert client.get(f"{variant.product.get_absolute_url()}share.jpg").status_code == 404

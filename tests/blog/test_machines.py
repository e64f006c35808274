"""Articles as search engines and networks read them."""

import json
import re
from io import BytesIO

import pytest
from PIL import Image

from tests.blog.builders import make_article, make_author, make_draft

pytestmark = pytest.mark.django_db


def test_an_article_names_author_dates_and_publisher(client):
    article = make_article(author=make_author(name="Inés"), title="Kora")
    html = client.get(article.get_absolute_url()).content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    thing, way = json.loads(block)["@graph"]
    assert (thing["@type"], thing["headline"], thing["author"]["name"]) == ("BlogPosting", "Kora", "Inés")
    assert thing["datePublished"] == article.published_at.isoformat()
    assert [item["name"] for item in way["itemListElement"]] == ["Home", "Journal", "Kora"]
    assert '<meta property="og:type" content="article">' in html


def test_a_shared_article_shows_a_card(client):
    answer = client.get(f"{make_article().get_absolute_url()}share.jpg")
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (1200, 630)


def test_a_draft_has_no_card(client):
    assert client.get(f"{make_draft().get_absolute_url()}share.jpg").status_code == 404

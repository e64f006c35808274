"""The demo's texts and pictures as they lie in config/demo/, before they are loaded."""

import re

import pytest
from PIL import Image

from blog import rendering
from config.demo_content import sources
from foundation.models import Picture


def test_the_cleaner_finds_nothing_to_remove_from_the_articles():
    for row in sources.tables("articles")["article"]:
        written = sources.text("articles", row["body"])
        kept = re.sub(r' id="[^"]*"', "", rendering.safe_html(written))
        assert "".join(kept.split()) == "".join(written.split()), row["slug"]


def picture_names() -> list[str]:
    """Return the file name of every picture the demo shows."""
    articles = sources.tables("articles")
    products = sources.tables("instruments")["product"]
    return [
        *(shown["file"] for row in products for shown in row["picture"]),
        *(row["cover"] for row in articles["article"]),
        *(figure["picture"] for row in articles["article"] for figure in row.get("figure", [])),
        *(row["picture"] for row in articles["author"]),
    ]


def test_every_picture_is_there_large_enough_and_shown_once():
    names = picture_names()
    assert len(set(names)) == len(names)
    for name in names:
        with Image.open(sources.FOLDER / "pictures" / name) as image:
            assert min(image.size) >= 800, name


@pytest.mark.django_db
def test_a_picture_is_stored_once():
    name = min(picture_names(), key=lambda name: (sources.FOLDER / "pictures" / name).stat().st_size)
    assert sources.picture(name) == sources.picture(name)
    assert Picture.objects.get().name == name

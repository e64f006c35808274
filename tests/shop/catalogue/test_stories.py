"""The maker's story on the home page."""

import pytest

from shop.catalogue import stories
from shop.catalogue.models import Maker, Product
from tests.builders import make_picture, make_product, make_variant

pytestmark = pytest.mark.django_db


def make_work(slug: str, *, story: str = "", **overrides) -> Product:
    maker = Maker.objects.create(name=f"Taller {slug}", slug=slug, place="Puno", story=story)
    product = make_product(maker=maker, is_featured=True, **overrides)
    make_variant(product)
    make_picture(product, alt="from afar", position=1)
    make_picture(product, alt="from near", position=2)
    return product


def test_the_first_featured_maker_with_a_story_tells_it_with_the_closest_view():
    make_work("silent", position=1)
    make_work("hidden", position=2, story="Never told.", status=Product.Status.DRAFT)
    make_work("antares", position=3, story="They cut cane.")
    make_work("later", position=4, story="They cut wood.")
    story = stories.of_featured_maker()
    assert story is not None
    assert (story.name, story.place, story.text) == ("Taller antares", "Puno", "They cut cane.")
    assert (story.alt, story.url) == ("from near", "/collections/all/?maker=antares")


def test_without_a_story_or_a_picture_there_is_none():
    make_work("silent")
    product = make_work("unseen", story="Nobody saw it.")
    product.pictures.all().delete()
    assert stories.of_featured_maker() is None


def test_a_story_costs_one_query(django_assert_num_queries):
    make_work("antares", story="They cut cane.")
    with django_assert_num_queries(1):
        stories.of_featured_maker()

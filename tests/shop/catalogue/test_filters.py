"""Narrowing a listing: by region, maker, option, price, sale and stock, whatever the address says."""

import pytest

from foundation import freshness
from shop.catalogue.models import Maker, Region
from tests.builders import make_collection, make_product, make_variant
from tests.pages import cards_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def instruments():
    """A large drum on sale from the Andes, a small one sold out, and a flute from Java in two keys."""
    andes, java = (Region.objects.create(name=name, slug=name.lower()) for name in ("Andes", "Java"))
    antares, nyoman = (Maker.objects.create(name=name, slug=name.lower()) for name in ("Antares", "Nyoman"))
    drum = make_product(title="Drum", position=1, region=andes, maker=antares, option1_name="Size")
    make_variant(drum, option1="Small", price_minor=5000, on_hand=0)
    make_variant(drum, option1="Large", price_minor=9000, compare_at_minor=12000)
    bell = make_product(title="Bell", position=2, region=andes, maker=nyoman)
    make_variant(bell, price_minor=2000)
    flute = make_product(title="Flute", position=3, region=java, maker=nyoman, option2_name="Key")
    make_variant(flute, option2="C", price_minor=3000)
    make_variant(flute, option2="D#", price_minor=4000, on_hand=0)
    return make_collection(drum, bell, flute, slug="mixed")


def titles(client, query: str) -> list[str]:
    return [card.title for card in cards_in(client.get(f"/collections/mixed/{query}"))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?region=andes", ["Drum", "Bell"]),
        ("?region=andes&region=java", ["Drum", "Bell", "Flute"]),
        ("?region=andes&maker=nyoman", ["Bell"]),
        ("?on_sale=1", ["Drum"]),
        ("?option-size=Large", ["Drum"]),
        ("?option-size=Small&in_stock=1", []),
        ("?option-key=D%23", ["Flute"]),
        ("?option-key=D%23&in_stock=1", []),
        ("?price_min=30", ["Drum", "Flute"]),
        ("?price_max=29.99", ["Bell"]),
        ("?price_min=45&price_max=60", ["Drum"]),
        ("?price_min=45&price_max=60&in_stock=1", []),
        ("?price_min=20&price_max=20.00", ["Bell"]),
        ("?region=nowhere&maker=%00&option-size=%F0%9F&on_sale=yes", ["Drum", "Bell", "Flute"]),
        ("?price_min=NaN&price_max=1e309", ["Drum", "Bell", "Flute"]),
        ("?price_min=-1", ["Drum", "Bell", "Flute"]),
    ],
)
def test_one_variant_must_be_all_that_was_asked_for(client, query, expected):
    assert titles(client, query) == expected


def test_a_price_that_is_none_is_kept_and_named_beside_its_field(client):
    html = client.get("/collections/mixed/?price_min=cheap").content.decode()
    assert 'value="cheap"' in html
    assert 'id="filter-price_min_error"' in html


def test_a_range_that_is_upside_down_is_named(client):
    html = client.get("/collections/mixed/?price_min=50&price_max=20").content.decode()
    assert "This is lower than the price before it." in html


def test_each_chip_takes_one_choice_away_and_keeps_the_rest(client):
    page = client.get("/collections/mixed/?region=andes&on_sale=1&sort=name&price_max=100")
    chips = {chip.label: chip.query for chip in page.context["listing"].chips}
    assert chips == {
        "On sale": "sort=name&region=andes&price_max=100",
        "Andes": "sort=name&on_sale=1&price_max=100",
        "Up to $100.00": "sort=name&on_sale=1&region=andes",
    }
    assert titles(client, f"?{chips['On sale']}") == ["Bell", "Drum"]


def test_a_group_with_one_choice_is_not_offered(client):
    page = client.get("/collections/mixed/")
    assert [group.name for group in page.context["listing"].groups] == [
        "region", "maker", "option-key", "option-size",
    ]  # fmt: skip
    make_collection(make_variant(make_product(region=Region.objects.first())).product, slug="single")
    assert client.get("/collections/single/").context["listing"].groups == []


def test_a_narrowed_listing_is_left_out_of_search_engines_and_names_its_plain_address(client):
    html = client.get("/collections/mixed/?region=andes").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in html
    assert '<link rel="canonical" href="http://testserver/collections/mixed/">' in html


def test_all_instruments_are_one_listing(client):
    make_variant(make_product(title="Loner", position=9))
    shown = cards_in(client.get("/collections/all/"))
    assert [card.title for card in shown] == ["Drum", "Bell", "Flute", "Loner"]


def test_new_choices_are_offered_as_soon_as_something_public_changes(client, instruments):
    client.get("/collections/mixed/")
    bali = Region.objects.create(name="Bali", slug="bali")
    instruments.products.filter(title="Bell").update(region=bali)
    freshness.bump()
    assert titles(client, "?region=bali") == ["Bell"]

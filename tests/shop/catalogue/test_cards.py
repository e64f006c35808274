"""Product cards: price, badge and picture of the right rows, in two queries."""

import pytest

from shop.catalogue import cards
from shop.catalogue.models import Maker, Product
from tests.builders import make_picture, make_product, make_variant

pytestmark = pytest.mark.django_db


def only_card(product: Product) -> cards.ProductCard:
    [card] = cards.for_ids([product.pk])
    return card


def test_a_single_variant_gives_price_and_badge():
    maker = Maker.objects.create(name="Taller Antares", slug="taller-antares")
    product = make_product(title="Panpipes", slug="panpipes", maker=maker)
    make_variant(product, on_hand=2, price_minor=4400)
    picture = make_picture(product, alt="Nine pipes")
    assert only_card(product) == cards.ProductCard(
        url="/products/panpipes/", title="Panpipes", maker="Taller Antares", price="$44.00", compare_at="",
        badge="Only 2 units left", is_sold_out=False, picture=picture.picture, alt="Nine pipes",
    )  # fmt: skip


def test_the_badge_counts_all_active_variants_together():
    product = make_product()
    make_variant(product, option1="S", on_hand=2, reserved=1)
    make_variant(product, option1="M", on_hand=1)
    make_variant(product, option1="L", on_hand=50, is_active=False)
    assert only_card(product).badge == "Only 2 units left"


def test_sold_out_only_when_every_active_variant_is():
    product = make_product()
    make_variant(product, option1="S", on_hand=0)
    last = make_variant(product, option1="M", on_hand=9)
    assert only_card(product).badge == ""
    last.is_active = False
    last.save()
    assert only_card(product).is_sold_out
    assert only_card(product).badge == "Sold out"


def test_the_price_is_the_lowest_active_one_with_its_own_compare_at():
    product = make_product()
    make_variant(product, option1="L", price_minor=9000, compare_at_minor=9900)
    make_variant(product, option1="M", price_minor=7000, compare_at_minor=9500)
    make_variant(product, option1="S", price_minor=100, is_active=False)
    card = only_card(product)
    assert (card.price, card.compare_at, card.price_note) == ("$70.00", "$95.00", "to $90.00")


def test_a_price_that_the_card_exceeds_is_not_struck_through():
    product = make_product()
    make_variant(product, option1="L", price_minor=8900)
    make_variant(product, option1="S", price_minor=7200, compare_at_minor=8600)
    assert only_card(product).compare_at == ""


def test_one_price_needs_no_note():
    product = make_product()
    make_variant(product, option1="L", price_minor=7000)
    make_variant(product, option1="M", price_minor=7000)
    assert only_card(product).price_note == ""


def test_the_first_picture_by_position_is_shown():
    product = make_product()
    make_variant(product)
    make_picture(product, alt="second", position=2)
    make_picture(product, alt="first", position=1)
    assert only_card(product).alt == "first"


@pytest.mark.parametrize("status", [Product.Status.DRAFT, Product.Status.ARCHIVED])
def test_hidden_products_get_no_card(status):
    product = make_product(status=status, is_featured=True)
    make_variant(product)
    assert cards.for_ids([product.pk]) == []
    assert cards.featured(5) == []


def test_a_product_without_an_active_variant_gets_no_card():
    product = make_product(is_featured=True)
    make_variant(product, is_active=False)
    assert cards.featured(5) == []


def test_featured_takes_the_first_by_position():
    for position in (3, 1, 2):
        make_variant(make_product(title=f"P{position}", position=position, is_featured=True))
    make_variant(make_product(title="not", position=0))
    assert [card.title for card in cards.featured(2)] == ["P1", "P2"]


def test_keys_keep_their_order_and_nonsense_is_left_out():
    first, second = (make_variant().product for _ in range(2))
    found = cards.for_keys([str(second.pk), "x", "999999", "²", str(first.pk)])
    assert [card.title for card in found] == [second.title, first.title]


def test_two_queries_for_three_or_thirty_products(django_assert_num_queries):
    for size in (3, 27):
        for _ in range(size):
            product = make_product(maker=Maker.objects.get_or_create(name="A", slug="a")[0])
            make_variant(product)
            make_picture(product)
        with django_assert_num_queries(2):
            cards.for_products(Product.objects.all())

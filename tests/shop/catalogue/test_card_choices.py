"""What a card says can be chosen: circles for colours, words for the rest."""

import pytest

from foundation import freshness
from shop.catalogue import card_choices, cards
from shop.catalogue.models import Product
from shop.catalogue.swatches import Swatch
from tests.builders import make_picture, make_product, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def woods():
    for name in ("Cedar", "Walnut", "Oak", "Holly", "Ash", "Elm", "Yew"):
        Swatch.objects.create(name=name, colour="#a0422a")


def only_card(product: Product) -> cards.ProductCard:
    [card] = cards.for_ids([product.pk])
    return card


def shown(card: cards.ProductCard) -> list[str]:
    assert card.colours
    return [circle.swatch.name for circle in card.colours.circles]


def test_colours_are_circles_in_the_order_of_the_variants():
    product = make_product(option1_name="Finish")
    make_variant(product, option1="Walnut", position=2)
    make_variant(product, option1="Cedar", position=1)
    make_variant(product, option1="Oak", position=3, is_active=False)
    card = only_card(product)
    assert shown(card) == ["Cedar", "Walnut"]
    assert (card.colours.more, card.colours.text, card.choices) == (0, "Finish: Cedar, Walnut", "")


def test_a_swatch_is_found_without_regard_to_capitals():
    product = make_product(option1_name="Finish")
    make_variant(product, option1="WALNUT")
    make_variant(product, option1="cedar")
    assert shown(only_card(product)) == ["Walnut", "Cedar"]
    assert only_card(product).colours.text == "Finish: WALNUT, cedar"


def test_five_circles_at_most_and_how_many_there_are_beyond():
    product = make_product(option1_name="Finish")
    for name in ("Cedar", "Walnut", "Oak", "Holly", "Ash", "Elm", "Yew"):
        make_variant(product, option1=name)
    card = only_card(product)
    assert (shown(card), card.colours.more) == (["Cedar", "Walnut", "Oak", "Holly", "Ash"], 2)
    assert card.colours.text.endswith("Ash, Elm, Yew")


def test_a_value_without_a_swatch_is_counted_and_named():
    product = make_product(option1_name="Finish")
    for name in ("Cedar", "Raw"):
        make_variant(product, option1=name)
    card = only_card(product)
    assert (shown(card), card.colours.more, card.colours.text) == (["Cedar"], 1, "Finish: Cedar, Raw")


def test_a_colour_is_sold_out_only_when_all_its_variants_are():
    product = make_product(option1_name="Key", option2_name="Finish")
    make_variant(product, option1="C", option2="Cedar", on_hand=2, reserved=2)
    make_variant(product, option1="C", option2="Walnut", on_hand=0)
    make_variant(product, option1="D", option2="Walnut", on_hand=1)
    card = only_card(product)
    assert [circle.is_sold_out for circle in card.colours.circles] == [True, False]
    assert card.colours.text == "Finish: Cedar (sold out), Walnut"


def test_options_beside_the_colours_stay_in_words():
    product = make_product(option1_name="Key", option2_name="Finish", option3_name="Bag")
    for key in ("C", "D"):
        for finish in ("Cedar", "Walnut"):
            make_variant(product, option1=key, option2=finish, option3="Yes")
    card = only_card(product)
    assert (shown(card), card.choices) == (["Cedar", "Walnut"], "Key, Bag: 2 choices")


def test_one_colour_is_no_choice():
    product = make_product(option1_name="Finish", option2_name="Key")
    make_variant(product, option1="Cedar", option2="C")
    assert (only_card(product).colours, only_card(product).choices) == (None, "")
    make_variant(product, option1="Cedar", option2="D")
    assert (only_card(product).colours, only_card(product).choices) == (None, "Finish, Key: 2 choices")


def test_without_swatches_words_alone_tell_what_can_be_chosen():
    product = make_product(option1_name="Size")
    make_variant(product, option1="S")
    assert only_card(product).choices == ""
    make_variant(product, option1="M")
    make_variant(product, option1="L", is_active=False)
    assert (only_card(product).colours, only_card(product).choices) == (None, "Size: 2 choices")


def test_a_value_of_an_option_without_a_name_counts_for_nothing():
    variants = card_choices.offers(["", "Size", ""], [[2, 2, 0, "x", "M", ""], [1, 1, 3, "y", "S", ""]])
    assert variants == [card_choices.Offer(3, {"Size": "S"}), card_choices.Offer(0, {"Size": "M"})]
    assert card_choices.words(variants, but="") == "Size: 2 choices"


def test_circles_cost_no_query_of_their_own(django_assert_num_queries):
    product = make_product(option1_name="Finish")
    for name in ("Cedar", "Walnut"):
        make_variant(product, option1=name)
    make_picture(product)
    freshness.forget()
    with django_assert_num_queries(5):  # products, the version and its moments, swatches, pictures
        cards.for_ids([product.pk])
    for number in range(20):
        other = make_product(option1_name="Finish")
        for name in ("Cedar", "Oak", f"Wood {number}"):
            make_variant(other, option1=name)
        make_picture(other)
    freshness.current()
    with django_assert_num_queries(2):  # products, pictures
        found = cards.for_products(Product.objects.all())
    assert len(found) == 21
    assert all(card.colours for card in found)


def test_a_card_shows_circles_to_the_eye_and_names_them_to_the_ear(client):
    product = make_product(option1_name="Finish", is_featured=True)
    Swatch.objects.filter(name="Oak").update(second_colour="#2f4270")
    make_variant(product, option1="Cedar", on_hand=0)
    make_variant(product, option1="Oak")
    page = client.get("/collections/all/").content.decode()
    assert '<span class="visually-hidden">Finish: Cedar (sold out), Oak</span>' in page
    assert page.count('<svg class="swatch"') == 2
    assert page.count('class="swatch-gap"') == 1
    assert 'fill="#a0422a"' in page
    assert 'fill="#2f4270"' in page
    assert "Finish: 2 choices" not in page

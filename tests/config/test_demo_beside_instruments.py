"""What the demo sells beside instruments: a gift card and a book, which is taxed as one."""

import pytest

from shop.catalogue import cards
from shop.catalogue.models import Collection, Product
from shop.giftcards.cards import find
from shop.tax.models import ClassRate
from tests.config.test_load_demo import load, password, rows_only

__all__ = ["password", "rows_only"]
pytestmark = pytest.mark.django_db


def test_the_gift_card_has_four_values_and_stands_in_no_collection(rows_only):
    load()
    card = Product.objects.get(slug="gift-card")
    values = card.variants.values_list("option1", "sku", "price_minor", "weight_grams", "on_hand")
    assert list(values) == [
        ("$25", "GIFT-25", 2500, 0, 500), ("$50", "GIFT-50", 5000, 0, 500),
        ("$100", "GIFT-100", 10_000, 0, 500), ("$200", "GIFT-200", 20_000, 0, 500),
    ]  # fmt: skip
    assert (card.maker, card.region, card.collections.count()) == (None, None, 0)


def test_the_songbook_lies_beside_the_kalimba_with_its_printer_named(rows_only):
    load()
    [book] = cards.for_products(Product.objects.filter(slug="kalimba-songbook"))
    assert (book.price, book.badge, book.maker) == ("$18.00", "", "Handpresse Zwei Linden")
    stillness = Collection.objects.get(slug="sound-and-stillness")
    titles = Product.objects.in_collection(stillness).values_list("title", flat=True)
    assert {"Kuta Thumb Piano Kalimba 7 note - Natural", "The Kalimba Songbook"} <= set(titles)


def test_instruments_come_first(rows_only):
    load()
    titles = Product.objects.published().values_list("title", flat=True)
    assert list(titles)[24:] == ["Gift Card", "The Kalimba Songbook"]


@pytest.mark.parametrize("slug", ["gift-card", "kalimba-songbook"])
def test_what_has_no_maker_or_region_has_a_page(rows_only, client, slug):
    load()
    assert client.get(f"/products/{slug}/").status_code == 200


def test_only_the_gift_card_is_one(rows_only):
    load()
    assert [product.slug for product in Product.objects.filter(is_gift_card=True)] == ["gift-card"]


def test_only_the_book_is_taxed_as_books_and_less_where_the_law_says_so(rows_only):
    load()
    assert [row.slug for row in Product.objects.exclude(tax_class=None)] == ["kalimba-songbook"]
    assert Product.objects.get(slug="kalimba-songbook").tax_class.name == "Books"
    reduced = ClassRate.objects.values_list("rate__country", "tax_class__name", "rate_millipercent")
    assert set(reduced) == {
        ("AT", "Books", 10000), ("DE", "Books", 7000), ("FR", "Books", 5500), ("NL", "Books", 9000),
    }  # fmt: skip


def test_reduced_rates_that_were_edited_stay(rows_only):
    load()
    ClassRate.objects.filter(rate__country="NL").update(rate_millipercent=9500)
    load(again=True)
    assert ClassRate.objects.get(rate__country="NL").rate_millipercent == 9500


def test_a_gift_card_for_trying_out_has_a_code_that_everybody_may_know(rows_only):
    load()
    assert find("kora demo gift 2026").balance.display() == "$50.00"
    load(again=True)
    assert find("KORA-DEMO-GIFT-2026").movements.count() == 1

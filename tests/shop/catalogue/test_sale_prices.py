"""A sale counts from its start until its end, on every page, without anybody writing."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from foundation import freshness
from shop.catalogue import cards, documents, machines
from shop.catalogue.models import Product, Variant
from tests.builders import make_collection, make_product, make_variant
from tests.pages import admin_form, cards_in, errors_in

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
G = "{http://base.google.com/ns/1.0}"
START, END = dt.datetime(2026, 3, 10, tzinfo=dt.UTC), dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
BEFORE, DURING, AFTER = (dt.datetime(2026, 3, day, 12, tzinfo=dt.UTC) for day in (9, 15, 20))
SECOND = dt.timedelta(seconds=1)


def number(cell: str) -> int | None:
    return None if cell == "–" else int(cell)


def worked_rows():
    prices = r"^\| (\d+) \| ([\d–]+) \| ([\d–]+) \| (\d+ March [\d:]+) \| (\d+) \| ([\d–]+) \|$"
    for price, compare_at, sale, moment, costs, struck in re.findall(prices, DOCS, re.MULTILINE):
        at = dt.datetime.strptime(f"2026 {moment}", "%Y %d %B %H:%M:%S").replace(tzinfo=dt.UTC)
        yield int(price), number(compare_at), number(sale), at, int(costs), number(struck)


def test_there_is_a_worked_table():
    assert len(list(worked_rows())) == 8


@pytest.mark.parametrize(("price", "compare_at", "sale", "at", "costs", "struck"), list(worked_rows()))
def test_a_sale_is_that_of_the_worked_table(price, compare_at, sale, at, costs, struck):
    variant = make_variant(
        price_minor=price, compare_at_minor=compare_at,
        sale_price_minor=sale, sale_starts_at=START, sale_ends_at=END,
    )  # fmt: skip
    assert (variant.price_at(at), variant.compare_at(at)) == (costs, struck)
    with time_machine.travel(at, tick=False):
        assert (variant.current_price_minor, variant.current_compare_at_minor) == (costs, struck)
        assert now_in_database(variant) == (costs, struck)


def now_in_database(variant: Variant, now: dt.datetime | None = None) -> tuple[int, int | None]:
    rows = Variant.objects.with_current_prices(now=now).filter(pk=variant.pk)
    return rows.values_list("now_price_minor", "now_compare_at_minor").get()


moments = st.sampled_from([START - SECOND, START, START + SECOND, DURING, END - SECOND, END, END + SECOND])


@pytest.fixture(scope="module")
def fields():
    """Draw prices and dates as the table's constraints allow them."""

    def sale(draw: st.DrawFn) -> dict[str, object]:
        price = draw(st.integers(1, 2**31 - 2))
        starts_at, ends_at = draw(st.none() | moments), draw(st.none() | moments)
        if starts_at and ends_at and ends_at <= starts_at:
            starts_at = None
        return {
            "price_minor": price,
            "compare_at_minor": draw(st.none() | st.integers(price + 1, 2**31 - 1)),
            "sale_price_minor": draw(st.none() | st.integers(0, price - 1)),
            "sale_starts_at": starts_at,
            "sale_ends_at": ends_at,
        }

    return st.composite(sale)()


@given(data=st.data())
def test_row_and_database_always_say_the_same(fields, data):
    facts, moment = data.draw(fields), data.draw(moments)
    variant = make_variant(on_hand=0, **facts)
    assert now_in_database(variant, moment) == (variant.price_at(moment), variant.compare_at(moment))
    variant.product.delete()


@pytest.fixture
def drum():
    """A drum of $90.00, $70.00 in the sale, between a flute of $80.00 and a bell of $20.00."""
    drum = make_product(title="Drum", slug="drum", position=1, is_featured=True)
    make_variant(
        drum, sku="DRUM", price_minor=9000, sale_price_minor=7000, sale_starts_at=START, sale_ends_at=END
    )
    flute = make_variant(make_product(title="Flute", position=2), price_minor=8000).product
    bell = make_variant(make_product(title="Bell", position=3), price_minor=2000).product
    make_collection(drum, flute, bell, slug="mixed")
    documents.changed(Product.objects.all())
    return drum


@pytest.fixture
def clock():
    """Stand before the sale; move_to() goes on."""
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


def price_of(client, title: str = "Drum") -> tuple[str, str]:
    found = {card.title: card for card in cards_in(client.get("/collections/mixed/"))}
    return found[title].price, found[title].compare_at


def titles(client, query: str) -> list[str]:
    return [card.title for card in cards_in(client.get(f"/collections/mixed/{query}"))]


def test_cards_follow_the_clock_without_a_write(client, drum, clock):
    assert price_of(client) == ("$90.00", "")
    clock.move_to(START)
    assert price_of(client) == ("$70.00", "$90.00")
    clock.move_to(END)
    assert price_of(client) == ("$90.00", "")


def test_what_is_remembered_follows_the_clock_without_a_write(client, drum, clock):
    """The "On sale" choice, llms.txt and the feed are kept in memory; nothing is written or looked up."""
    for moment, is_on_sale in [(BEFORE, False), (START, True), (END - SECOND, True), (END, False)]:
        clock.move_to(moment)
        listing = client.get("/collections/mixed/").content.decode()
        assert ('name="on_sale"' in listing) is is_on_sale, moment
        assert ("$70.00" in client.get("/llms.txt").content.decode()) is is_on_sale, moment
        assert ("70.00 USD" in client.get("/feeds/google-merchant.xml").content.decode()) is is_on_sale


def test_no_query_is_needed_to_know_that_a_sale_began(drum, clock, django_assert_num_queries):
    before = freshness.current()
    with django_assert_num_queries(0):
        assert freshness.current() == before
        clock.move_to(START)
        during = freshness.current()
        clock.move_to(END)
        assert len({before, during, freshness.current()}) == 3


def test_filters_go_by_the_current_price(client, drum, clock):
    assert titles(client, "?price_max=75") == ["Bell"]
    assert titles(client, "?on_sale=1") == ["Drum", "Flute", "Bell"]  # nothing is: the choice says nothing
    clock.move_to(DURING)
    assert titles(client, "?price_max=75") == ["Drum", "Bell"]
    assert titles(client, "?price_min=75") == ["Flute"]
    assert titles(client, "?on_sale=1") == ["Drum"]


def test_sorting_goes_by_the_current_price(client, drum, clock):
    assert titles(client, "?sort=price-up") == ["Bell", "Flute", "Drum"]
    clock.move_to(DURING)
    assert titles(client, "?sort=price-up") == ["Bell", "Drum", "Flute"]
    assert titles(client, "?sort=price-down") == ["Flute", "Drum", "Bell"]


def test_a_card_shows_the_variant_that_is_cheapest_now(drum, clock):
    make_variant(drum, option1="Small", price_minor=8500, compare_at_minor=9500)
    [card] = cards.featured(1)
    assert (card.price, card.compare_at, card.price_note) == ("$85.00", "$95.00", "to $90.00")
    clock.move_to(DURING)
    [card] = cards.featured(1)
    assert (card.price, card.compare_at, card.price_note) == ("$70.00", "$90.00", "to $85.00")


def test_the_product_page_shows_the_sale_and_its_choices(client, drum, clock):
    make_variant(drum, sku="SMALL", option1="Small", price_minor=8500)
    clock.move_to(DURING)
    page = client.get("/products/drum/?variant=DRUM")
    assert (page.context["price"], page.context["compare_at"]) == ("$70.00", "$90.00")
    shown = [(choice.price, choice.compare_at, choice.states_price) for choice in page.context["choices"]]
    assert shown == [("$70.00", "$90.00", True), ("$85.00", "", True)]


def offer_of(client) -> dict[str, str]:
    html = client.get("/products/drum/").content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    offer: dict[str, str] = json.loads(block)["@graph"][0]["offers"][0]
    return offer


def test_structured_data_say_until_when_the_price_counts(client, drum, clock):
    assert (offer_of(client)["price"], "priceValidUntil" in offer_of(client)) == ("90.00", False)
    clock.move_to(DURING)
    offer = offer_of(client)
    assert (offer["price"], offer["priceValidUntil"]) == ("70.00", "2026-03-19")


def test_the_feed_says_from_when_until_when(client, drum, clock):
    clock.move_to(DURING)
    root = ET.fromstring(client.get("/feeds/google-merchant.xml").content)
    facts = {node.tag: node.text for node in next(root.iter("item"))}
    assert (facts[f"{G}price"], facts[f"{G}sale_price"]) == ("90.00 USD", "70.00 USD")
    assert facts[f"{G}sale_price_effective_date"] == "2026-03-10T00:00:00+00:00/2026-03-20T00:00:00+00:00"


def test_the_feed_leaves_the_dates_of_an_endless_sale_out(client, clock):
    make_variant(sale_price_minor=100)
    feed = client.get("/feeds/google-merchant.xml").content.decode()
    assert "<g:sale_price>1.00 USD</g:sale_price>" in feed
    assert "effective_date" not in feed


def test_the_share_card_has_another_address_during_the_sale(drum, clock):
    variants = list(drum.variants.all())
    before = machines.share_url(drum, variants)
    clock.move_to(DURING)
    assert machines.share_url(drum, variants) != before
    [row] = Product.objects.filter(pk=drum.pk).with_cards()
    assert machines.share_card(row).line == "$70.00"


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"sale_price_minor": "90.00"}, "sale_price_minor", "The sale price must be lower than the price."),
        ({"sale_price_minor": "95"}, "sale_price_minor", "The sale price must be lower than the price."),
        ({"sale_price_minor": "cheap"}, "sale_price_minor", "Enter a number."),
        (
            {"sale_ends_at_0": "2026-03-09", "sale_ends_at_1": "00:00"},
            "sale_ends_at", "A sale must end after it starts.",
        ),
        ({"sale_price_minor": ""}, "sale_price_minor", "Say what it costs in the sale"),
        ({"sale_starts_at_0": "soon"}, "sale_starts_at", "Enter a valid date."),
    ],
)  # fmt: skip
def test_a_wrong_sale_is_explained_next_to_its_field(owner_client, drum, typed, field, message):
    url = f"/admin/shop/product/{drum.pk}/change/"
    sent = admin_form(owner_client.get(url)) | dates() | {f"variants-0-{k}": v for k, v in typed.items()}
    page = owner_client.post(url, sent)
    assert page.status_code == 200
    [formset] = [f.formset for f in page.context["inline_admin_formsets"] if f.formset.prefix == "variants"]
    assert message in " ".join(formset.forms[0].errors[field])
    assert list(formset.forms[0].errors) == [field]
    assert errors_in(page)


def dates() -> dict[str, str]:
    return {
        "variants-0-sale_starts_at_0": "2026-03-10", "variants-0-sale_starts_at_1": "00:00",
        "variants-0-sale_ends_at_0": "2026-03-20", "variants-0-sale_ends_at_1": "00:00",
    }  # fmt: skip


def test_staff_set_a_sale_and_its_history_is_kept(owner_client, drum, client):
    url = f"/admin/shop/product/{drum.pk}/change/"
    sent = admin_form(owner_client.get(url)) | dates() | {"variants-0-sale_price_minor": "64.50"}
    assert owner_client.post(url, sent).status_code == 302
    variant = Variant.objects.get(sku="DRUM")
    assert (variant.sale_price_minor, variant.sale_starts_at, variant.sale_ends_at) == (6450, START, END)
    assert variant.history.latest().sale_price_minor == 6450
    with time_machine.travel(DURING, tick=False):
        assert price_of(client) == ("$64.50", "$90.00")

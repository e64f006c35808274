"""Many units of a product cost less each: the worked table, the product page, and what staff may type."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue import price_rules
from shop.catalogue.models import Product, Variant
from shop.catalogue.price_rules import QuantityBreak, best_break
from tests.builders import make_product, make_variant
from tests.pages import admin_form, errors_in

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).parents[3] / "docs" / "pricing.md").read_text()
STEPS = {1: "USD", 10: "KWD"}


def worked_rows():
    row = r"^\| (\d+) \| ((?:\d+: \d+(?:, )?)+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$"
    for price, breaks, *numbers in re.findall(row, DOCS, re.MULTILINE):
        pairs = [(int(units), int(points)) for units, points in re.findall(r"(\d+): (\d+)", breaks)]
        yield int(price), pairs, *(int(number) for number in numbers)


def test_there_is_a_worked_table():
    assert len(list(worked_rows())) == 9


@pytest.mark.parametrize(("price", "pairs", "units", "step", "unit_price", "total"), list(worked_rows()))
def test_a_unit_costs_what_the_worked_table_says(settings, price, pairs, units, step, unit_price, total):
    settings.SHOP_CURRENCY = STEPS[step]
    variant = make_variant(price_minor=price)
    for from_quantity, points in pairs:
        add_break(variant.product, from_quantity, points)
    found = price_rules.unit_price(variant, units_of_product=units)
    assert (found.minor, found.minor * units) == (unit_price, total)


def add_break(product: Product, from_quantity: int, points: int) -> QuantityBreak:
    return QuantityBreak.objects.create(
        product=product, from_quantity=from_quantity, percent_basis_points=points
    )


@given(
    price=st.integers(0, 2**31 - 1),
    pairs=st.dictionaries(st.integers(2, 30), st.integers(1, 9999), max_size=4),
    units=st.integers(1, 40),
)
def test_more_units_never_cost_more_each(price, pairs, units):
    breaks = [QuantityBreak(from_quantity=n, percent_basis_points=points) for n, points in pairs.items()]

    def each(number: int) -> int:
        found = best_break(breaks, number)
        return found.lowered(price) if found else price

    assert 0 <= each(units + 1) <= each(units) <= price


@pytest.fixture
def rattle():
    """A rattle of $28.00 in two colours: 10 % less from 5, 15 % from 10."""
    product = make_product(title="Rattle", slug="rattle", option1_name="Band")
    for colour in ("Red", "Ochre"):
        make_variant(product, sku=colour, option1=colour, price_minor=2800)
    add_break(product, 5, 1000)
    add_break(product, 10, 1500)
    return product


def shown_offers(client) -> list[str]:
    html = client.get("/products/rattle/").content.decode()
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', html)
    return [f"{units} {each}" for units, each in rows]


def test_the_product_page_says_what_many_cost(client, rattle):
    assert shown_offers(client) == ["From 5: $25.20 each", "From 10: $23.80 each"]


def test_it_names_the_part_where_prices_differ(client, rattle):
    Variant.objects.filter(sku="Red").update(price_minor=3000)
    assert shown_offers(client) == ["From 5: 10% less each", "From 10: 15% less each"]


def test_a_break_that_takes_no_more_off_is_not_shown(client, rattle):
    add_break(rattle, 20, 1500)
    add_break(rattle, 30, 1250)
    add_break(rattle, 40, 3333)
    assert shown_offers(client)[2:] == ["From 40: $18.67 each"]


def test_a_product_without_breaks_has_no_table(client):
    make_variant(make_product(slug="rattle"))
    assert shown_offers(client) == []
    assert "quantity-breaks" not in client.get("/products/rattle/").content.decode()


def test_the_page_needs_no_further_query(client, rattle, django_assert_num_queries):
    client.get("/products/rattle/")
    with django_assert_num_queries(5):
        client.get("/products/rattle/")


def test_nothing_is_read_for_a_unit_price_when_all_was_read_along(rattle, django_assert_num_queries):
    related = Variant.objects.select_related("product").prefetch_related("product__quantity_breaks")
    variants = list(related)
    with django_assert_num_queries(0):
        assert [price_rules.unit_price(row, units_of_product=5).minor for row in variants] == [2520, 2520]


def form_of(owner_client, product, **typed):
    url = f"/admin/shop/product/{product.pk}/change/"
    sent = admin_form(owner_client.get(url))
    return owner_client.post(url, sent | {f"quantity_breaks-{k}": v for k, v in typed.items()})


def test_staff_add_a_break_and_the_page_shows_it(owner_client, rattle, client):
    assert shown_offers(client)[-1] == "From 10: $23.80 each"
    row = {"TOTAL_FORMS": "3", "2-from_quantity": "20", "2-percent_basis_points": "22.5"}
    assert form_of(owner_client, rattle, **row).status_code == 302
    assert rattle.quantity_breaks.get(from_quantity=20).percent_basis_points == 2250
    assert shown_offers(client)[-1] == "From 20: $21.70 each"


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("percent_basis_points", "0", "Enter more than 0 and less than 100 percent."),
        ("percent_basis_points", "100", "Enter more than 0 and less than 100 percent."),
        ("percent_basis_points", "101", "Ensure this value is less than or equal to 100.00."),
        ("percent_basis_points", "ten", "Enter a number."),
        ("percent_basis_points", "", "This field is required."),
        ("from_quantity", "1", "Ensure this value is greater than or equal to 2."),
        ("from_quantity", "9" * 30, "Ensure this value is less than or equal to 2147483647."),
        ("from_quantity", "2.5", "Enter a whole number."),
    ],
)
def test_a_wrong_break_is_explained_next_to_its_field(owner_client, rattle, field, typed, message):
    page = form_of(owner_client, rattle, **{f"0-{field}": typed})
    assert page.status_code == 200
    assert errors_in(page) == {f"quantity_breaks-0-{field}": [message]}


def test_two_breaks_from_the_same_quantity_are_refused(owner_client, rattle):
    page = form_of(owner_client, rattle, **{"1-from_quantity": "5"})
    assert page.status_code == 200
    message = "There is a break for this quantity already."
    assert errors_in(page) == {"quantity_breaks-1-from_quantity": [message]}

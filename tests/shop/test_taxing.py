"""Several rates in one order, and reverse charge: the tables of docs/pricing.md, and what always holds."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.pricing import NO_DISCOUNT, Discount, Line, bill, untaxed, untaxed_shipping_minor
from shop.taxing import Tax, net_minor, tax_added_minor, tax_contained_minor

DOCS = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text()
BOOKS = 1
PLACE = re.compile(
    r"^\| ([A-F]) \| (include|without) tax \| (\d+) \| (\d+) \| (not )?taxed \| (\d+) \|$", re.MULTILINE
)
MIXED = re.compile(
    r"^\| ([A-F]) \| (\d+ × [^|]+) \| (\d+) \| (\S+) \| ([\d:+, ]+|none) \| ([\d+ ]+|none) \| (\d+) \|$",
    re.MULTILINE,
)
SHIFTED = re.compile(
    r"^\| ([A-F]) \| (\d+ × [^|]+) \| (\d+) \| (\S+) \| ([\d+ ]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$",
    re.MULTILINE,
)


def place_named(letter):
    """Return the tax of a place of the example, and its step."""
    [row] = [row for row in PLACE.findall(DOCS) if row[0] == letter]
    _letter, prices, standard, books, is_spared, step = row
    tax = Tax(
        "VAT", int(standard), is_inclusive=prices == "include", covers_shipping=not is_spared,
        class_rates={BOOKS: int(books)},
    )  # fmt: skip
    return tax, int(step)


def goods(text):
    """Return the lines of a row: "1 × 4400 + 2 × 2200 book + 1 × 5000 card"."""
    found = re.findall(r"(\d+) × (\d+)(?: (book|card))?", text)
    return [
        Line(
            int(price), int(count), is_discounted=kind != "card", is_voucher=kind == "card",
            tax_class=BOOKS if kind == "book" else None,
        )
        for count, price, kind in found
    ]  # fmt: skip


def _discount(code):
    """Return the discount of a row: a percentage, an amount, the shipping, or a dash for none."""
    if code in {"–", "shipping"}:
        return NO_DISCOUNT if code == "–" else Discount(is_shipping_free=True)
    if code.endswith("%"):
        return Discount(percent_basis_points=int(code[:-1]) * 100)
    return Discount(amount_minor=int(code))


@pytest.mark.parametrize(
    ("place", "lines", "shipping", "code", "rates", "of_shipping", "charged"), MIXED.findall(DOCS)
)
def test_each_rate_comes_to_what_the_worked_table_says(
    place, lines, shipping, code, rates, of_shipping, charged
):
    tax, step = place_named(place)
    found = bill(
        goods(lines), shipping_minor=int(shipping), tax=tax, discount=_discount(code), step_minor=step
    )
    parts = [f"{part.rate_basis_points}: {part.base_minor} + {part.tax_minor}" for part in found.taxes]
    assert (", ".join(parts) or "none") == rates
    assert (" + ".join(str(part.shipping_minor) for part in found.taxes) or "none") == of_shipping
    assert found.totals.charged_minor == int(charged)


@pytest.mark.parametrize(
    ("place", "lines", "shipping", "code", "prices", "net_shipping", "off", "charged", "with_tax"),
    SHIFTED.findall(DOCS),
)
def test_reverse_charge_costs_what_the_worked_table_says(
    place, lines, shipping, code, prices, net_shipping, off, charged, with_tax
):
    tax, step = place_named(place)
    terms = {"discount": _discount(code), "step_minor": step}
    shifted = replace(tax, is_reverse_charge=True)
    net_lines = untaxed(goods(lines), shifted, step_minor=step)
    net_shipping_minor = untaxed_shipping_minor(int(shipping), net_lines, shifted, step_minor=step)
    assert " + ".join(str(line.unit_price_minor) for line in net_lines) == prices
    assert net_shipping_minor == int(net_shipping)
    totals = bill(net_lines, shipping_minor=net_shipping_minor, tax=shifted, **terms).totals
    assert (totals.tax_minor, totals.discount_minor, totals.charged_minor) == (0, int(off), int(charged))
    others = bill(goods(lines), shipping_minor=int(shipping), tax=tax, **terms).totals
    assert others.charged_minor == int(with_tax)


def test_the_tables_of_several_rates_are_not_empty():
    assert [row[0] for row in PLACE.findall(DOCS)] == list("ABCDEF")
    assert len(MIXED.findall(DOCS)) >= 17
    assert len(SHIFTED.findall(DOCS)) >= 10


RATES = st.integers(0, 10_000)
KINDS = st.sampled_from([None, 1, 2])
TAXES = st.builds(
    Tax, st.just("T"), RATES, st.booleans(), st.booleans(), st.dictionaries(st.sampled_from([1, 2]), RATES)
)

DISCOUNTS = st.one_of(
    st.just(NO_DISCOUNT),
    st.builds(Discount, percent_basis_points=st.integers(1, 10_000)),
    st.builds(Discount, amount_minor=st.integers(0, 10**6)),
    st.just(Discount(is_shipping_free=True)),
)


@st.composite
def orders(draw):
    """Draw lines of several classes, some of them vouchers, with shipping, tax, discount and step."""
    step = draw(st.sampled_from([1, 10]))
    amounts = st.integers(0, 10**6).map(lambda minor: minor * step)
    line = st.builds(Line, amounts, st.integers(1, 30), st.booleans(), KINDS, st.booleans())
    lines = [
        replace(one, is_discounted=one.is_discounted and not one.is_voucher)
        for one in draw(st.lists(line, max_size=8))
    ]
    discount = draw(DISCOUNTS)
    off = replace(discount, amount_minor=discount.amount_minor * step)
    return lines, {"shipping_minor": draw(amounts), "tax": draw(TAXES), "discount": off, "step_minor": step}


@given(orders())
def test_the_tax_of_each_rate_is_rounded_once_on_all_that_bears_it(order):
    lines, terms = order
    found, tax, step = bill(lines, **terms), terms["tax"], terms["step_minor"]
    assert sum(part.tax_minor for part in found.taxes) == found.totals.tax_minor
    for part in found.taxes:
        goods_minor = sum(
            line.total_minor - share.discount_minor
            for line, share in zip(lines, found.lines, strict=True)
            if share.rate_basis_points == part.rate_basis_points
        )
        taxed_minor = goods_minor + part.shipping_minor
        if tax.is_inclusive:
            due_minor = tax_contained_minor(taxed_minor, part.rate_basis_points)
            assert (part.base_minor, part.tax_minor) == (taxed_minor - due_minor, due_minor)
        else:
            due_minor = tax_added_minor(taxed_minor, part.rate_basis_points, step_minor=step)
            assert (part.base_minor, part.tax_minor) == (taxed_minor, due_minor)


@given(orders())
def test_shipping_is_shared_over_the_rates_without_losing_or_making_anything(order):
    lines, terms = order
    found = bill(lines, **terms)
    left = found.totals.shipping_minor - found.totals.shipping_discount_minor
    shares = [part.shipping_minor for part in found.taxes]
    assert sum(shares) == (left if terms["tax"].covers_shipping else 0)
    assert all(share % terms["step_minor"] == 0 and share >= 0 for share in shares)


@given(orders())
def test_a_line_bears_the_rate_of_its_class_and_a_voucher_none(order):
    lines, terms = order
    for line, share in zip(lines, bill(lines, **terms).lines, strict=True):
        wanted = None if line.is_voucher else terms["tax"].rate_of(line.tax_class)
        assert share.rate_basis_points == wanted
        assert wanted or not share.tax_added_minor


@given(orders())
def test_under_reverse_charge_nobody_pays_tax_nor_more_than_others(order):
    lines, terms = order
    others = bill(lines, **terms).totals
    tax, step = replace(terms["tax"], is_reverse_charge=True), terms["step_minor"]
    net_lines = untaxed(lines, tax, step_minor=step)
    shipping = untaxed_shipping_minor(terms["shipping_minor"], net_lines, tax, step_minor=step)
    found = bill(net_lines, **terms | {"shipping_minor": shipping, "tax": tax})
    assert found.totals.tax_minor == 0
    assert {part.rate_basis_points for part in found.taxes} <= {0}
    assert found.totals.charged_minor <= others.charged_minor
    assert found.totals.charged_minor % step == 0


@given(st.integers(0, 10**9), RATES, st.sampled_from([1, 10]))
def test_a_net_price_with_its_tax_is_the_price_again_to_half_a_step(price, points, step):
    gross = price * step
    net = net_minor(gross, points, step_minor=step)
    assert abs(2 * (net * (10_000 + points) - gross * 10_000)) <= step * (10_000 + points)


def test_a_gift_card_in_the_cart_does_not_change_how_free_goods_share_their_shipping():
    tax = Tax("VAT", 1900, class_rates={1: 700})
    lines = [Line(4400, 1), Line(2200, 1, tax_class=1)]
    card = Line(5000, 1, is_discounted=False, is_voucher=True)
    for cart in (lines, [*lines, card]):
        found = bill(cart, shipping_minor=600, tax=tax, discount=Discount(percent_basis_points=10_000))
        shares = [(part.rate_basis_points, part.shipping_minor) for part in found.taxes]
        assert shares == [(1900, 400), (700, 200)]

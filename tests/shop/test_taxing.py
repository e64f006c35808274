"""Several rates in one order, and reverse charge: the tables of docs/pricing.md, and what always holds."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.pricing import NO_DISCOUNT, Discount, Line, bill, untaxed, untaxed_shipping_minor
from shop.taxing import (
    Tax,
    TaxRule,
    net_minor,
    tax_added_minor,
    tax_contained_minor,
    total_millipercent,
)  # fmt: skip
from tests.shop.tax_builders import make_rule

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


SEVERAL = re.compile(
    r"^\| ([G-M]) \| (include|without) tax \| ([^|]+) \| (taxed|not by \w+) \| (\d+) \|$", re.MULTILINE
)
TAXED = re.compile(r"^\| ([G-M]) \| (\d+ × [^|]+) \| (\d+) \| (\S+) \| ([^|]+) \| (\d+) \|$", re.MULTILINE)


def place_of_several(letter):
    """Return the taxes of a place of the second example, and its step."""
    [row] = [row for row in SEVERAL.findall(DOCS) if row[0] == letter]
    _letter, prices, taxes, shipping, step = row
    found = []
    for name, rate, books in re.findall(r"([\w ]+) (\d+)(?: \((\d+)\))?(?:, |$)", taxes):
        class_rates = {BOOKS: int(books)} if books else {}
        found.append(Tax(name, int(rate), shipping != f"not by {name}", class_rates))
    return TaxRule(tuple(found), prices == "include"), int(step)


@pytest.mark.parametrize(("place", "lines", "shipping", "code", "taxes", "charged"), TAXED.findall(DOCS))
def test_each_of_several_taxes_comes_to_what_the_worked_table_says(
    place, lines, shipping, code, taxes, charged
):
    tax, step = place_of_several(place)
    found = bill(
        goods(lines), shipping_minor=int(shipping), tax=tax, discount=_discount(code), step_minor=step
    )
    parts = [
        f"{part.name} {part.rate_millipercent}: {part.base_minor} + {part.tax_minor}" for part in found.taxes
    ]
    assert ", ".join(parts) == taxes
    assert found.totals.charged_minor == int(charged)


def place_named(letter):
    """Return the tax of a place of the example, and its step."""
    [row] = [row for row in PLACE.findall(DOCS) if row[0] == letter]
    _letter, prices, standard, books, is_spared, step = row
    tax = make_rule(
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
    parts = [f"{part.rate_millipercent}: {part.base_minor} + {part.tax_minor}" for part in found.taxes]
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
    assert [row[0] for row in SEVERAL.findall(DOCS)] == list("GHJKLM")
    assert len(TAXED.findall(DOCS)) >= 17


RATES = st.one_of(st.sampled_from([0, 5_000, 6_625, 8_875, 9_975, 19_000]), st.integers(0, 100_000))
KINDS = st.sampled_from([None, 1, 2])


def rules(**fixed):
    """Draw the rule of a place with up to three taxes, each with rates of its own for some classes."""
    class_rates = st.dictionaries(st.sampled_from([1, 2]), RATES)
    taxes = [st.builds(Tax, st.just(name), RATES, st.booleans(), class_rates) for name in ("GST", "PST", "T")]
    several = st.integers(0, 3).flatmap(lambda count: st.tuples(*taxes[:count]))
    return st.builds(TaxRule, several, **{"is_inclusive": st.booleans()} | fixed)


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
    return lines, {"shipping_minor": draw(amounts), "tax": draw(rules()), "discount": off, "step_minor": step}


def bears(line, tax):
    """Return what a line bears: the rate of each of the place's taxes."""
    return () if line.is_voucher else tax.rates_of(line.tax_class)


def groups_of(found):
    """Return group -> its taxes, each as (rate, share)."""
    groups = {}
    for part in found.taxes:
        for share in part.shares:
            groups.setdefault(share.group, []).append((part.rate_millipercent, share))
    return groups


def goods_of(group, lines, found):
    """Return what the lines of a group come to after discounts."""
    shares = zip(lines, found.lines, strict=True)
    return sum(line.total_minor - share.discount_minor for line, share in shares if share.tax_group == group)


@given(orders())
def test_an_added_tax_is_rounded_once_on_all_that_bears_it_and_never_on_another_tax(order):
    lines, terms = order
    found, step = bill(lines, **terms), terms["step_minor"]
    assert sum(part.tax_minor for part in found.taxes) == found.totals.tax_minor
    for part in found.taxes if not terms["tax"].is_inclusive else ():
        goods_minor = sum(goods_of(share.group, lines, found) for share in part.shares)
        assert part.base_minor == goods_minor + part.shipping_minor
        assert part.tax_minor == tax_added_minor(part.base_minor, part.rate_millipercent, step_minor=step)


@given(orders())
def test_contained_taxes_add_up_to_the_whole_that_is_contained_at_the_sum_of_their_rates(order):
    lines, terms = order
    if not terms["tax"].is_inclusive:
        return
    found = bill(lines, **terms)
    for group, taxes in groups_of(found).items():
        shipping_minor = taxes[0][1].shipping_minor
        gross_minor = goods_of(group, lines, found) + shipping_minor
        whole_minor = tax_contained_minor(gross_minor, sum(rate for rate, _share in taxes))
        assert sum(share.tax_minor for _rate, share in taxes) == whole_minor
        whole_rate = sum(rate for rate, _share in taxes)
        for rate, share in taxes:
            assert (share.base_minor, share.shipping_minor) == (gross_minor - whole_minor, shipping_minor)
            assert abs(share.tax_minor * whole_rate - whole_minor * rate) <= whole_rate  # to one minor unit
    assert found.totals.total_minor == bill(lines, **terms | {"tax": TaxRule()}).totals.total_minor


@given(orders())
def test_each_tax_that_covers_shipping_is_borne_by_all_of_it_once(order):
    lines, terms = order
    found = bill(lines, **terms)
    left = found.totals.shipping_minor - found.totals.shipping_discount_minor
    for tax in terms["tax"].taxes:
        shares = [share for part in found.taxes if part.name == tax.name for share in part.shares]
        assert sum(share.shipping_minor for share in shares) == (left if tax.covers_shipping else 0)
        assert all(share.shipping_minor % terms["step_minor"] == 0 for share in shares)
        assert all(share.shipping_minor >= 0 for share in shares)


@given(orders())
def test_a_line_bears_each_tax_at_the_rate_of_its_class_and_a_voucher_none(order):
    lines, terms = order
    found = bill(lines, **terms)
    named = {
        group: {(part.name, part.rate_millipercent) for part in found.taxes
                if group in {share.group for share in part.shares}}
        for group in groups_of(found)
    }  # fmt: skip
    for line, share in zip(lines, found.lines, strict=True):
        assert named.get(share.tax_group, set()) == set(bears(line, terms["tax"]))
        assert total_millipercent(bears(line, terms["tax"])) or not share.tax_added_minor


@given(orders())
def test_lines_and_shipping_bear_together_what_is_added(order):
    lines, terms = order
    found = bill(lines, **terms)
    shared = sum(share.tax_added_minor for share in found.lines) + found.shipping_tax_added_minor
    assert shared == found.totals.tax_added_minor
    for group, taxes in groups_of(found).items():
        of_lines = sum(share.tax_added_minor for share in found.lines if share.tax_group == group)
        due = sum(share.tax_minor for _rate, share in taxes)
        assert terms["tax"].is_inclusive or of_lines <= due


@given(orders())
def test_under_reverse_charge_nobody_pays_tax_nor_more_than_others(order):
    lines, terms = order
    others = bill(lines, **terms).totals
    tax, step = replace(terms["tax"], is_reverse_charge=True), terms["step_minor"]
    net_lines = untaxed(lines, tax, step_minor=step)
    shipping = untaxed_shipping_minor(terms["shipping_minor"], net_lines, tax, step_minor=step)
    found = bill(net_lines, **terms | {"shipping_minor": shipping, "tax": tax})
    assert found.totals.tax_minor == 0
    assert {part.rate_millipercent for part in found.taxes} <= {0}
    assert len({share.group for part in found.taxes for share in part.shares}) <= len(tax.taxes)
    assert found.totals.charged_minor <= others.charged_minor
    assert found.totals.charged_minor % step == 0


@given(st.integers(0, 10**9), RATES, st.sampled_from([1, 10]))
def test_a_net_price_with_its_tax_is_the_price_again_to_half_a_step(price, rate, step):
    gross = price * step
    net = net_minor(gross, rate, step_minor=step)
    assert abs(2 * (net * (100_000 + rate) - gross * 100_000)) <= step * (100_000 + rate)


def test_a_gift_card_in_the_cart_does_not_change_how_free_goods_share_their_shipping():
    tax = make_rule("VAT", 19_000, class_rates={1: 7_000})
    lines = [Line(4400, 1), Line(2200, 1, tax_class=1)]
    card = Line(5000, 1, is_discounted=False, is_voucher=True)
    for cart in (lines, [*lines, card]):
        found = bill(cart, shipping_minor=600, tax=tax, discount=Discount(percent_basis_points=10_000))
        shares = [(part.rate_millipercent, part.shipping_minor) for part in found.taxes]
        assert shares == [(19_000, 400), (7_000, 200)]

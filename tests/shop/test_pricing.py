"""The worked tables of docs/pricing.md, and the sum that always holds."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.pricing import Discount, Line, PricingError, Totals, bill, line_discounts
from shop.taxing import tax_added_minor, tax_contained_minor
from tests.shop.tax_builders import NO_TAX, make_rule

DE = make_rule()
US = make_rule("Sales tax", 7250, is_inclusive=False)
NONE = NO_TAX
DOCS = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text()
RULES = {"DE 19% included": DE, "US 7.25% added": US, "no tax": NONE}


def worked_rows():
    for row in re.findall(r"^\| (DE|US|no tax)(.*)\|$", DOCS, re.MULTILINE):
        cells = [cell.strip() for cell in (row[0] + row[1]).split("|")]
        yield pytest.param(cells[0], cells[1], *[int(c) for c in cells[2:]], id=f"{cells[0]} {cells[1]}")


@pytest.mark.parametrize(("rule", "lines", "shipping", "added", "included", "charged"), list(worked_rows()))
def test_totals_are_those_of_the_worked_table(rule, lines, shipping, added, included, charged):
    parsed = [Line(int(price), int(n)) for n, price in re.findall(r"(\d+) × (\d+)", lines)]
    totals = bill(parsed, shipping_minor=shipping, tax=RULES[rule]).totals
    assert (totals.tax_added_minor, totals.tax_included_minor) == (added, included)
    assert totals.charged_minor == charged


def step_rows():
    rows = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", DOCS, re.MULTILINE)
    return [tuple(int(cell) for cell in row) for row in rows]


@pytest.mark.parametrize(("net", "rate", "step", "tax"), step_rows())
def test_tax_in_steps_is_that_of_the_worked_table(net, rate, step, tax):
    assert tax_added_minor(net, rate, step_minor=step) == tax


CODE = re.compile(
    r"^\| ([\d +]+) \| (\d+) \| (\d+) \| (\S+) \| ([\d +]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE
)


def discount_named(code):
    if code == "shipping":
        return Discount(is_shipping_free=True)
    if code.endswith("%"):
        return Discount(percent_basis_points=int(code[:-1]) * 100)
    return Discount(amount_minor=int(code))


@pytest.mark.parametrize(
    ("lines", "others", "shipping", "code", "off", "off_shipping", "discount", "charged"), CODE.findall(DOCS)
)
def test_a_code_takes_off_what_the_worked_table_says(
    lines, others, shipping, code, off, off_shipping, discount, charged
):
    priced = [Line(int(amount), 1) for amount in lines.split("+")]
    if int(others):
        priced.append(Line(int(others), 1, is_discounted=False))
    taken = discount_named(code)
    totals = bill(priced, shipping_minor=int(shipping), tax=NONE, discount=taken).totals
    wanted = [int(amount) for amount in off.split("+")]
    assert list(line_discounts(priced, taken))[: len(wanted)] == wanted
    assert (totals.shipping_discount_minor, totals.discount_minor) == (int(off_shipping), int(discount))
    assert totals.charged_minor == int(charged)


def test_the_worked_tables_are_not_empty():
    assert len(CODE.findall(DOCS)) >= 7
    assert len(list(worked_rows())) >= 6
    assert len(step_rows()) >= 9


def test_tax_that_does_not_cover_shipping_leaves_it_out():
    tax = make_rule("T", 10_000, is_inclusive=False, covers_shipping=False)
    assert bill([Line(1000, 1)], shipping_minor=500, tax=tax).totals.tax_added_minor == 100


@pytest.mark.parametrize(("net", "rate", "tax"), [(10, 5000, 1), (9, 5000, 0), (30, 5000, 2), (0, 19_000, 0)])
def test_half_a_minor_unit_is_rounded_up(net, rate, tax):
    assert tax_added_minor(net, rate) == tax


money = st.integers(0, 10**9)
RATES = st.integers(0, 100_000)
RULES_OF_ONE_TAX = st.builds(
    make_rule, st.just("T"), RATES, is_inclusive=st.booleans(), covers_shipping=st.booleans()
)


@given(
    st.lists(st.builds(Line, money, st.integers(1, 999)), max_size=50),
    money,
    RULES_OF_ONE_TAX,
)
def test_lines_shipping_and_tax_always_add_up_to_what_is_charged(lines, shipping, tax):
    totals = bill(lines, shipping_minor=shipping, tax=tax).totals
    assert totals.charged_minor == sum(x.total_minor for x in lines) + shipping + totals.tax_added_minor
    assert totals.tax_included_minor <= totals.total_minor


@given(
    st.lists(st.builds(Line, money.map(lambda minor: minor * 10), st.integers(1, 999)), max_size=50),
    money.map(lambda minor: minor * 10),
    RULES_OF_ONE_TAX,
)
def test_what_is_charged_is_a_whole_number_of_steps(lines, shipping, tax):
    stepped = bill(lines, shipping_minor=shipping, tax=tax, step_minor=10).totals
    assert stepped.charged_minor % 10 == 0
    to_the_unit = bill(lines, shipping_minor=shipping, tax=tax).totals
    assert abs(stepped.charged_minor - to_the_unit.charged_minor) <= 5
    assert stepped.tax_included_minor == to_the_unit.tax_included_minor


discounts = st.one_of(
    st.builds(Discount, percent_basis_points=st.integers(1, 10_000)),
    st.builds(Discount, amount_minor=money),
    st.just(Discount(is_shipping_free=True)),
)


@given(
    st.lists(st.builds(Line, money.map(lambda minor: minor * 10), st.integers(1, 999), st.booleans())),
    money.map(lambda minor: minor * 10),
    RULES_OF_ONE_TAX,
    discounts,
    st.sampled_from([1, 10]),
)
def test_a_discount_never_takes_more_than_there_is_and_always_adds_up(lines, shipping, tax, discount, step):
    discount = replace(discount, amount_minor=discount.amount_minor * step)
    off = line_discounts(lines, discount, step_minor=step)
    totals = bill(lines, shipping_minor=shipping, tax=tax, discount=discount, step_minor=step).totals
    assert all(0 <= less <= line.total_minor for less, line in zip(off, lines, strict=True))
    assert all(less == 0 for less, line in zip(off, lines, strict=True) if not line.is_discounted)
    assert all(less % step == 0 for less in off)
    assert sum(off) == totals.lines_discount_minor
    net = sum(line.total_minor for line in lines) + shipping - totals.discount_minor
    assert totals.charged_minor == net + totals.tax_added_minor
    assert totals.charged_minor % step == 0


@given(st.integers(0, 10**9), RATES)
def test_tax_contained_and_tax_added_agree_to_one_unit(net, rate):
    gross = net + tax_added_minor(net, rate)
    assert abs(tax_contained_minor(gross, rate) - tax_added_minor(net, rate)) <= 1


def test_totals_that_do_not_add_up_cannot_exist():
    with pytest.raises(PricingError, match="add up"):
        Totals(lines_minor=100, shipping_minor=10, total_minor=111, charged_minor=111)
    with pytest.raises(PricingError, match="add up"):
        Totals(lines_minor=100, shipping_minor=0, total_minor=100, charged_minor=90, gift_card_minor=20)


@pytest.mark.parametrize("line", [(-1, 1), (1, 0), (1, -5)])
def test_a_line_is_never_negative_or_empty(line):
    with pytest.raises(PricingError):
        Line(*line)


def test_a_discount_beyond_the_lines_is_refused():
    with pytest.raises(PricingError):
        Totals(lines_minor=100, discount_minor=200, shipping_minor=0, total_minor=-100, charged_minor=-100)
    with pytest.raises(PricingError, match="lines"):
        Totals(lines_minor=100, discount_minor=120, shipping_minor=50, total_minor=30, charged_minor=30)
    with pytest.raises(PricingError, match="shipping"):
        Totals(
            lines_minor=100, discount_minor=60, shipping_discount_minor=60, shipping_minor=50, total_minor=90,
            charged_minor=90,
        )  # fmt: skip

"""The worked table of docs/pricing.md, "Refunds", and that refunds in any parts add up to the charge."""

import re
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import refund_shares, sharing
from shop.money import charge_step
from shop.pricing import Totals, tax_added_minor
from shop.sharing import divide_half_up

US_BASIS_POINTS = 725


def worked_rows():
    text = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text()
    for row in re.findall(r"^\| (\d+ × .*) \|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in row.split(" | ")]
        numbers = [int(cell) for cell in cells[1:7]]
        lines = [(int(count), int(price)) for count, price in re.findall(r"(\d+) × (\d+)", cells[0])]
        units = [[int(unit) for unit in line.split(",")] for line in cells[9].split("+")]
        shares = [int(share) for share in cells[7].split("+")]
        yield pytest.param(lines, numbers, shares, int(cells[8]), units, id=" ".join(cells[:7]))


def make_totals(lines_minor, *, shipping=0, discount=0, off_shipping=0, added=0, gift_card=0):
    total = lines_minor - discount - off_shipping + shipping + added
    return Totals(
        lines_minor=lines_minor, shipping_minor=shipping, discount_minor=discount + off_shipping,
        shipping_discount_minor=off_shipping, tax_added_minor=added, gift_card_minor=gift_card,
        total_minor=total, charged_minor=total - gift_card,
    )  # fmt: skip


def after_discount(line_totals, discount_minor, step):
    off = sharing.spread(discount_minor, line_totals, step_minor=step)
    return [total - less for total, less in zip(line_totals, off, strict=True)]


@pytest.mark.parametrize(("lines", "numbers", "shares", "of_shipping", "units"), list(worked_rows()))
def test_shares_are_those_of_the_worked_table(lines, numbers, shares, of_shipping, units):
    discount, shipping, added, gift_card, step, charged = numbers
    line_totals = [count * price for count, price in lines]
    totals = make_totals(
        sum(line_totals), shipping=shipping, discount=discount, added=added, gift_card=gift_card
    )
    nets = after_discount(line_totals, discount, step)
    found = refund_shares.of_charge(
        nets, totals, rate_basis_points=US_BASIS_POINTS if added else 0, step_minor=step
    )
    assert totals.charged_minor == charged
    assert (list(found.lines_minor), found.shipping_minor) == (shares, of_shipping)
    assert units == [
        [refund_shares.of_units(share, count, before=n, count=1, step_minor=step) for n in range(count)]
        for (count, _price), share in zip(lines, shares, strict=True)
    ]


def test_the_worked_table_is_not_empty():
    assert len(list(worked_rows())) >= 7


def order_nets(lines, totals, step):
    return after_discount([count * price for count, price in lines], totals.lines_discount_minor, step)


@st.composite
def orders(draw):
    """Draw lines, totals, tax rate and step of an order in a currency of 0, 2 or 3 decimals."""
    step = charge_step(draw(st.sampled_from(["JPY", "EUR", "KWD"])))
    amounts = st.integers(0, 10**6).map(lambda n: n * step)
    lines = draw(st.lists(st.tuples(st.integers(1, 30), amounts), min_size=1, max_size=8))
    lines_minor = sum(count * price for count, price in lines)
    shipping, rate = draw(amounts), draw(st.integers(0, 10_000))
    discount = draw(st.integers(0, lines_minor // step)) * step
    off_shipping = draw(st.sampled_from([0, shipping]))
    left_shipping = shipping - off_shipping
    taxed = lines_minor - discount + (left_shipping if draw(st.booleans()) else 0)
    added = draw(st.sampled_from([0, tax_added_minor(taxed, rate, step_minor=step)]))
    total = lines_minor - discount + left_shipping + added
    gift_card = draw(st.integers(0, total // step)) * step
    totals = make_totals(
        lines_minor, shipping=shipping, discount=discount, off_shipping=off_shipping, added=added,
        gift_card=gift_card,
    )  # fmt: skip
    return lines, totals, rate, step


@given(orders())
def test_shares_add_up_to_the_charge_and_can_be_charged(order):
    lines, totals, rate, step = order
    shares = refund_shares.of_charge(
        order_nets(lines, totals, step), totals, rate_basis_points=rate, step_minor=step
    )
    parts = [*shares.lines_minor, shares.shipping_minor]
    assert sum(parts) == totals.charged_minor
    assert all(part >= 0 and part % step == 0 for part in parts)


@given(orders(), st.data())
def test_refunds_in_any_parts_add_up_to_the_charge(order, data):
    lines, totals, rate, step = order
    shares = refund_shares.of_charge(
        order_nets(lines, totals, step), totals, rate_basis_points=rate, step_minor=step
    )
    sent_back = shares.shipping_minor
    for (quantity, _price), share in zip(lines, shares.lines_minor, strict=True):
        cuts = [*sorted(data.draw(st.sets(st.integers(1, quantity)))), quantity]
        for before, until in zip([0, *cuts], cuts, strict=False):
            part = refund_shares.of_units(
                share, quantity, before=before, count=until - before, step_minor=step
            )
            assert part >= 0
            assert part % step == 0
            sent_back += part
    assert sent_back == totals.charged_minor


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_an_amount_is_shared_out_by_weight_to_the_nearest_running_sum(amount, weights):
    shares = sharing.spread(amount, weights)
    assert sum(shares) == amount
    if whole := sum(weights):
        nearest = [divide_half_up(amount * part, whole) for part in accumulate(weights)]
        assert list(accumulate(shares)) == nearest


def test_goods_that_cost_nothing_are_worth_nothing():
    shares = refund_shares.of_charge([0, 0], make_totals(0, shipping=500))
    assert (shares.lines_minor, shares.shipping_minor) == ((0, 0), 500)

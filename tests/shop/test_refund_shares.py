"""The worked table of docs/pricing.md, "Refunds", and that refunds in any parts add up to the charge."""

import re
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import refund_shares, sharing
from shop.money import charge_step
from shop.pricing import Discount, Line, bill, untaxed, untaxed_shipping_minor
from shop.sharing import divide_half_up
from shop.taxing import tax_added_minor
from tests.shop.test_taxing import rules

US_MILLIPERCENT = 7_250


def worked_rows():
    text = (Path(__file__).parents[2] / "docs" / "pricing.md").read_text()
    for row in re.findall(r"^\| (\d+ × .*) \|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in row.split(" | ")]
        numbers = [int(cell) for cell in cells[1:7]]
        lines = [(int(count), int(price)) for count, price in re.findall(r"(\d+) × (\d+)", cells[0])]
        units = [[int(unit) for unit in line.split(",")] for line in cells[9].split("+")]
        shares = [int(share) for share in cells[7].split("+")]
        yield pytest.param(lines, numbers, shares, int(cells[8]), units, id=" ".join(cells[:7]))


def pay_back(lines, shipping, *, added=0, gift_card=0, step=1, is_shipping_taxed=True):
    """Return the shares of lines, which come after discounts, and of shipping, with the tax shared out."""
    taxed_shipping = shipping if is_shipping_taxed else 0
    taxes = sharing.spread(added, [*lines, taxed_shipping], step_minor=step)
    *parts, shipping_part = [net + tax for net, tax in zip([*lines, shipping], taxes, strict=True)]
    return refund_shares.of_order(parts, shipping_part, gift_card_minor=gift_card, step_minor=step)


def after_discount(line_totals, discount_minor, step):
    off = sharing.spread(discount_minor, line_totals, step_minor=step)
    return [total - less for total, less in zip(line_totals, off, strict=True)]


@pytest.mark.parametrize(("lines", "numbers", "shares", "of_shipping", "units"), list(worked_rows()))
def test_shares_are_those_of_the_worked_table(lines, numbers, shares, of_shipping, units):
    discount, shipping, added, gift_card, step, charged = numbers
    nets = after_discount([count * price for count, price in lines], discount, step)
    with_shipping, without = (tax_added_minor(n, US_MILLIPERCENT) for n in (sum(nets) + shipping, sum(nets)))
    is_shipping_taxed = abs(added - with_shipping) <= abs(added - without)
    paid = pay_back(
        nets, shipping, added=added, gift_card=gift_card, step=step, is_shipping_taxed=is_shipping_taxed
    )
    found = paid.charged
    assert sum(nets) + shipping + added - gift_card == charged
    assert (list(found.lines_minor), found.shipping_minor) == (shares, of_shipping)
    assert units == [
        [refund_shares.of_units(share, count, before=n, count=1, step_minor=step) for n in range(count)]
        for (count, _price), share in zip(lines, shares, strict=True)
    ]


def test_the_worked_table_is_not_empty():
    assert len(list(worked_rows())) >= 7


CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD"])
PERCENTAGES = st.integers(0, 10_000)


@st.composite
def bills(draw):
    """Draw an order with every rule: several taxes, classes, reverse charge, a code, a gift card."""
    step = charge_step(draw(CURRENCIES))
    amounts = st.integers(0, 10**6).map(lambda n: n * step)
    line = st.builds(
        Line, amounts, st.integers(1, 30), st.booleans(), st.sampled_from([None, 1, 2]), st.booleans()
    )
    tax = draw(rules(is_reverse_charge=st.booleans()))
    lines = untaxed(draw(st.lists(line, min_size=1, max_size=8)), tax, step_minor=step)
    lines = [replace(one, is_discounted=one.is_discounted and not one.is_voucher) for one in lines]
    shipping = untaxed_shipping_minor(draw(amounts), lines, tax, step_minor=step)
    discount = draw(st.one_of(
        st.builds(Discount, percent_basis_points=PERCENTAGES), st.builds(Discount, amount_minor=amounts),
        st.just(Discount(is_shipping_free=True)),
    ))  # fmt: skip
    added_up = bill(lines, shipping_minor=shipping, tax=tax, discount=discount, step_minor=step)
    payable = added_up.totals.total_minor - sum(one.total_minor for one in lines if one.is_voucher)
    gift_card = draw(st.integers(0, payable // step)) * step
    return lines, added_up.less_gift_card(gift_card), step


def paid_for(lines, added_up, step):
    totals = added_up.totals
    parts = [
        line.total_minor - share.discount_minor + share.tax_added_minor
        for line, share in zip(lines, added_up.lines, strict=True)
    ]
    shipping = totals.shipping_minor - totals.shipping_discount_minor + added_up.shipping_tax_added_minor
    vouchers = {place for place, line in enumerate(lines) if line.is_voucher}
    return refund_shares.of_order(
        parts, shipping, gift_card_minor=totals.gift_card_minor, vouchers=vouchers, step_minor=step
    )


@given(bills())
def test_lines_discounts_shipping_tax_and_gift_card_add_up_to_what_is_charged(order):
    lines, added_up, step = order
    totals = added_up.totals
    items = sum(
        line.total_minor - share.discount_minor for line, share in zip(lines, added_up.lines, strict=True)
    )
    added = sum(share.tax_added_minor for share in added_up.lines) + added_up.shipping_tax_added_minor
    shipping = totals.shipping_minor - totals.shipping_discount_minor
    assert added == totals.tax_added_minor == sum(part.tax_minor for part in added_up.taxes if part.is_added)
    assert items + shipping + added == totals.charged_minor + totals.gift_card_minor
    assert totals.charged_minor % step == 0
    assert all(share.tax_added_minor % step == 0 for share in added_up.lines)
    untaxed_minor = sum(line.total_minor for line in lines if line.is_voucher)
    groups = {share.group: share for part in added_up.taxes for share in part.shares}
    bases = sum(share.base_minor for share in groups.values())
    taxed_shipping = sum(share.shipping_minor for share in groups.values())
    if not groups:
        untaxed_minor = items
    in_groups = bases + totals.tax_minor + untaxed_minor
    assert in_groups + shipping - taxed_shipping == totals.total_minor


@given(bills())
def test_shares_add_up_to_the_charge_and_the_gift_card(order):
    lines, added_up, step = order
    paid = paid_for(lines, added_up, step)
    for shares, whole in (
        (paid.charged, added_up.totals.charged_minor), (paid.by_card, added_up.totals.gift_card_minor)
    ):  # fmt: skip
        parts = [*shares.lines_minor, shares.shipping_minor]
        assert sum(parts) == whole
        assert all(part >= 0 and part % step == 0 for part in parts)
    by_card = zip(lines, paid.by_card.lines_minor, strict=True)
    assert not any(share for line, share in by_card if line.is_voucher)


@given(bills(), st.data())
def test_refunds_in_any_parts_add_up_to_what_was_paid(order, data):
    lines, added_up, step = order
    paid = paid_for(lines, added_up, step)
    cuts = [[*sorted(data.draw(st.sets(st.integers(1, line.quantity)))), line.quantity] for line in lines]
    for shares, whole in (
        (paid.charged, added_up.totals.charged_minor), (paid.by_card, added_up.totals.gift_card_minor)
    ):  # fmt: skip
        sent_back = shares.shipping_minor
        for line, share, ends in zip(lines, shares.lines_minor, cuts, strict=True):
            for before, until in zip([0, *ends], ends, strict=False):
                part = refund_shares.of_units(
                    share, line.quantity, before=before, count=until - before, step_minor=step
                )
                assert part >= 0
                assert part % step == 0
                sent_back += part
        assert sent_back == whole


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_an_amount_is_shared_out_by_weight_to_the_nearest_running_sum(amount, weights):
    shares = sharing.spread(amount, weights)
    assert sum(shares) == amount
    if whole := sum(weights):
        nearest = [divide_half_up(amount * part, whole) for part in accumulate(weights)]
        assert list(accumulate(shares)) == nearest


def test_goods_that_cost_nothing_are_worth_nothing():
    shares = refund_shares.of_order([0, 0], 500).charged
    assert (shares.lines_minor, shares.shipping_minor) == ((0, 0), 500)


def test_a_gift_card_that_is_bought_is_never_paid_by_gift_card():
    paid = refund_shares.of_order([5000, 4400], 600, gift_card_minor=3000, vouchers={0})
    assert (paid.by_card.lines_minor, paid.by_card.shipping_minor) == ((0, 2640), 360)
    assert (paid.charged.lines_minor, paid.charged.shipping_minor) == ((5000, 1760), 240)

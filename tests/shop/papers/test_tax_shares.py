"""How much tax a credit note gives back: whatever is refunded in whatever order adds up to the invoice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.papers.tax_shares import taxes_of_part, untaxed_minor
from shop.taxing import tax_contained_minor
from tests.shop.papers.paper_builders import make_facts

RATES = (1900, 700, 0)


def invoice_of(grosses, *, untaxed=0):
    """Make the facts of an invoice from what bears each rate, tax included."""
    taxes = []
    for rate, gross in grosses.items():
        tax = tax_contained_minor(gross, rate)
        taxes.append(
            {"name": "VAT", "rate_basis_points": rate, "base_minor": gross - tax, "tax_minor": tax,
             "is_added": False}
        )  # fmt: skip
    return make_facts(taxes=taxes, total_minor=sum(grosses.values()) + untaxed)


def note_of(invoice, amount, weights=None, credited=()):
    """Make the facts of a credit note after others."""
    taxes = taxes_of_part(invoice, amount_minor=amount, weights=weights or {}, credited=list(credited))
    return make_facts(taxes=taxes, total_minor=amount)


def grosses_of(facts):
    return {tax["rate_basis_points"]: tax["base_minor"] + tax["tax_minor"] for tax in facts["taxes"]}


def sums(signed, key):
    """Add up a key of every rate over notes, each with its sign."""
    return [sum(sign * facts["taxes"][place][key] for sign, facts in signed) for place in range(len(RATES))]


@st.composite
def refunds(draw):
    """Draw an invoice of three rates and an untaxed rest, and refunds with weights that come to all of it."""
    amounts = st.integers(0, 50_000)
    invoice = invoice_of({rate: draw(amounts) for rate in RATES}, untaxed=draw(amounts))
    cuts = sorted(draw(st.lists(st.integers(0, invoice["total_minor"]), max_size=8)))
    ends = [*cuts, invoice["total_minor"]]
    parts = [until - before for before, until in zip([0, *ends], ends, strict=False)]
    weight = st.dictionaries(st.sampled_from([*RATES, None, 550]), st.integers(0, 10**9))
    return invoice, [(part, draw(weight)) for part in parts]


@given(refunds())
def test_credit_notes_of_any_split_add_up_to_the_invoice_at_every_rate(drawn):
    invoice, parts = drawn
    signed = []
    for amount, weights in parts:
        note = note_of(invoice, amount, weights, signed)
        signed.append((1, note))
        assert all(tax["base_minor"] >= 0 and tax["tax_minor"] >= 0 for tax in note["taxes"])
        assert 0 <= untaxed_minor(note) <= untaxed_minor(invoice)
        for key in ("base_minor", "tax_minor"):
            charged = [tax[key] for tax in invoice["taxes"]]
            assert all(gone <= whole for gone, whole in zip(sums(signed, key), charged, strict=True))
    for key in ("base_minor", "tax_minor"):
        assert sums(signed, key) == [tax[key] for tax in invoice["taxes"]]
    assert sum(untaxed_minor(note) for _sign, note in signed) == untaxed_minor(invoice)


@given(refunds(), st.data())
def test_a_cancelled_credit_note_gives_its_part_to_those_after_it(drawn, data):
    invoice, parts = drawn
    signed = []
    for amount, weights in parts:
        signed.append((1, note_of(invoice, amount, weights, signed)))
    cancelled = data.draw(st.sets(st.sampled_from(range(len(parts)))))
    signed += [(-1, signed[place][1]) for place in sorted(cancelled)]
    for place in sorted(cancelled):
        note = note_of(invoice, parts[place][0], parts[place][1], signed)
        assert all(tax["base_minor"] >= 0 and tax["tax_minor"] >= 0 for tax in note["taxes"])
        signed.append((1, note))
    for key in ("base_minor", "tax_minor"):
        assert sums(signed, key) == [tax[key] for tax in invoice["taxes"]]


def test_a_book_alone_gives_back_the_tax_of_books_alone():
    invoice = invoice_of({1900: 4800, 700: 2400})
    note = note_of(invoice, 2200, {700: 1})
    assert grosses_of(note) == {1900: 0, 700: 2200}
    assert note["taxes"][1]["tax_minor"] == 144


def test_units_of_two_rates_give_back_each_its_part():
    note = note_of(invoice_of({1900: 4800, 700: 2400}), 6600, {1900: 4400, 700: 2200})
    assert grosses_of(note) == {1900: 4400, 700: 2200}


def test_what_a_rate_has_not_got_any_more_is_given_back_of_the_others():
    invoice = invoice_of({1900: 4800, 700: 2400}, untaxed=600)
    first = (1, note_of(invoice, 2000, {700: 1}))
    note = note_of(invoice, 1000, {700: 1}, [first])
    assert grosses_of(note) == {1900: 600, 700: 400}


@pytest.mark.parametrize(
    ("amount", "wanted", "untaxed"),
    [
        (3600, {1900: 2400, 700: 1200}, 0),
        (7200, {1900: 4800, 700: 2400}, 0),
        (7500, {1900: 4800, 700: 2400}, 300),
    ],
)
def test_an_amount_alone_comes_of_every_rate_and_of_what_bears_none_last(amount, wanted, untaxed):
    note = note_of(invoice_of({1900: 4800, 700: 2400}, untaxed=600), amount)
    assert grosses_of(note) == wanted
    assert untaxed_minor(note) == untaxed


def test_a_gift_card_or_untaxed_shipping_gives_back_no_tax():
    note = note_of(invoice_of({1900: 4800, 700: 2400}, untaxed=5000), 5000, {None: 1})
    assert grosses_of(note) == {1900: 0, 700: 0}


def test_an_order_without_taxes_has_credit_notes_without_any():
    assert note_of(invoice_of({}, untaxed=5000), 5000, {0: 1})["taxes"] == []

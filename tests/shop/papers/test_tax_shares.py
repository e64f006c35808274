"""How much tax a credit note gives back: whatever is refunded in whatever order adds up to the invoice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.papers.tax_shares import by_rate, taxes_of_part, untaxed_minor
from shop.taxing import Rate, taxes_contained_minor
from tests.shop.papers.paper_builders import make_facts

GROUPS = ((5_000, 9_975, 1), (19_000,), (5_000, 0), (7_000,), (0,))


def invoice_of(grosses, *, untaxed=0):
    """Make the facts of an invoice from what each group comes to, tax included: rates -> minor units."""
    taxes = []
    for group, (rates, gross) in enumerate(grosses.items()):
        dues = taxes_contained_minor(gross, [Rate("", rate) for rate in rates])
        for place, (rate, due) in enumerate(zip(rates, dues, strict=True)):
            taxes.append(
                {"name": f"T{place}", "rate_millipercent": rate, "group": group, "tax_minor": due,
                 "base_minor": gross - sum(dues), "is_added": False}
            )  # fmt: skip
    taxes.sort(key=lambda tax: tax["name"])  # as in orders: tax by tax, not group by group
    return make_facts(taxes=taxes, total_minor=sum(grosses.values()) + untaxed)


def note_of(invoice, amount, weights=None, credited=()):
    """Make the facts of a credit note after others."""
    taxes = taxes_of_part(invoice, amount_minor=amount, weights=weights or {}, credited=list(credited))
    return make_facts(taxes=taxes, total_minor=amount)


def grosses_of(facts):
    """Return what each group comes to, by its number."""
    found = {}
    for tax in facts["taxes"]:
        found[tax["group"]] = found.get(tax["group"], tax["base_minor"]) + tax["tax_minor"]
    return dict(sorted(found.items()))


def sums(signed, key):
    """Add up a key of every tax in every group over notes, each with its sign."""
    rows = zip(*(facts["taxes"] for _sign, facts in signed), strict=True)
    signs = [sign for sign, _facts in signed]
    return [sum(sign * tax[key] for sign, tax in zip(signs, row, strict=True)) for row in rows]


@st.composite
def refunds(draw):
    """Draw an invoice of five groups and an untaxed rest, and refunds with weights that come to all of it."""
    amounts = st.one_of(st.integers(0, 50_000), st.integers(0, 9))
    invoice = invoice_of({rates: draw(amounts) for rates in GROUPS}, untaxed=draw(amounts))
    cuts = sorted(draw(st.lists(st.integers(0, invoice["total_minor"]), max_size=8)))
    ends = [*cuts, invoice["total_minor"]]
    parts = [until - before for before, until in zip([0, *ends], ends, strict=False)]
    weight = st.dictionaries(st.sampled_from([*range(len(GROUPS)), None, 99]), st.integers(0, 10**9))
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
    invoice = invoice_of({(19_000,): 4800, (7_000,): 2400})
    note = note_of(invoice, 2200, {1: 1})
    assert grosses_of(note) == {0: 0, 1: 2200}
    assert note["taxes"][1]["tax_minor"] == 144


def test_units_of_two_rates_give_back_each_its_part():
    note = note_of(invoice_of({(19_000,): 4800, (7_000,): 2400}), 6600, {0: 4400, 1: 2200})
    assert grosses_of(note) == {0: 4400, 1: 2200}


def test_what_a_rate_has_not_got_any_more_is_given_back_of_the_others():
    invoice = invoice_of({(19_000,): 4800, (7_000,): 2400}, untaxed=600)
    first = (1, note_of(invoice, 2000, {1: 1}))
    note = note_of(invoice, 1000, {1: 1}, [first])
    assert grosses_of(note) == {0: 600, 1: 400}


@pytest.mark.parametrize(
    ("amount", "wanted", "untaxed"),
    [
        (3600, {0: 2400, 1: 1200}, 0),
        (7200, {0: 4800, 1: 2400}, 0),
        (7500, {0: 4800, 1: 2400}, 300),
    ],
)
def test_an_amount_alone_comes_of_every_rate_and_of_what_bears_none_last(amount, wanted, untaxed):
    note = note_of(invoice_of({(19_000,): 4800, (7_000,): 2400}, untaxed=600), amount)
    assert grosses_of(note) == wanted
    assert untaxed_minor(note) == untaxed


def test_a_gift_card_or_untaxed_shipping_gives_back_no_tax():
    note = note_of(invoice_of({(19_000,): 4800, (7_000,): 2400}, untaxed=5000), 5000, {None: 1})
    assert grosses_of(note) == {0: 0, 1: 0}


def test_an_order_without_taxes_has_credit_notes_without_any():
    assert note_of(invoice_of({}, untaxed=5000), 5000, {0: 1})["taxes"] == []


# ---- several taxes on the same goods -------------------------------------------------------------


def test_goods_give_back_each_of_their_taxes_and_the_rest_keeps_its_own():
    invoice = invoice_of({(5_000, 9_975): 11_498, (5_000, 0): 2_100})
    note = note_of(invoice, 2_100, {1: 1})
    assert [(tax["name"], tax["rate_millipercent"], tax["tax_minor"]) for tax in by_rate(note["taxes"])] == [
        ("T0", 5_000, 100), ("T1", 9_975, 0), ("T1", 0, 0)
    ]  # fmt: skip
    rest = note_of(invoice, 11_498, {0: 1}, [(1, note)])
    assert [(tax["base_minor"], tax["tax_minor"]) for tax in by_rate(rest["taxes"])] == [
        (10_000, 500), (10_000, 998), (0, 0)
    ]  # fmt: skip


def test_an_amount_that_several_taxes_are_taken_of_counts_once_in_the_sum():
    invoice = invoice_of({(5_000, 9_975): 11_498, (5_000, 0): 2_100}, untaxed=600)
    rows = by_rate(invoice["taxes"])
    assert [(row["base_minor"], row["tax_minor"], row["gross_minor"]) for row in rows] == [
        (12_000, 600, 12_600), (10_000, 998, 998), (2_000, 0, 0)
    ]  # fmt: skip
    assert sum(row["gross_minor"] for row in rows) + untaxed_minor(invoice) == invoice["total_minor"]

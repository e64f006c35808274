"""Papers of orders with several rates, without tax, and of companies elsewhere in the EU."""

import csv
import datetime as dt
import io

import pytest

from foundation import jobs
from shop.orders.models import Order
from shop.papers import pdf, reports
from shop.papers.models import Paper
from shop.payments import refunds
from shop.tax.models import TaxRate
from tests.shop.checkout_builders import (
    open_shop,
    press,
    put_flute_and_book_in_cart,
    submit_checkout,
    tax_books,
)
from tests.shop.papers.paper_builders import make_facts, make_line, make_paper
from tests.shop.papers.reading import text_of

pytestmark = pytest.mark.django_db

VIENNA = {"country": "AT", "line1": "Ring 1", "postal_code": "1010", "city": "Wien"}
AMERICA = {"country": "US", "region": "CA", "postal_code": "94103", "city": "San Francisco"}


@pytest.fixture
def bought(client):
    """Return a function that buys a flute for 44.00 and a book for 22.00, paid, to an address."""
    open_shop()
    tax_books()

    def buy(**where):
        put_flute_and_book_in_cart(client)
        assert submit_checkout(client, **where).status_code == 303
        order = Order.objects.latest("number")
        press(client, order, "pay")
        jobs.run_due()
        order.refresh_from_db()
        return order

    return buy


def text(paper):
    return text_of(pdf.render(paper))


def invoice_of(order):
    return order.papers.get(kind=Paper.Kind.INVOICE)


def give_back(order, skus="", *, shipping=False, amount=None):
    """Refund a unit of each of these, the shipping, or an amount; return the newest credit note."""
    units = {line.pk: 1 for line in order.lines.all() if line.sku in skus}
    worth = refunds.proposal(order, units=units, includes_shipping=shipping).total_minor
    refunds.refund(
        order_id=order.pk, units=units, includes_shipping=shipping, amount_minor=amount, shown_minor=worth,
        restock=False, reason="", staff=None,
    )  # fmt: skip
    jobs.run_due()
    return order.papers.filter(kind=Paper.Kind.CREDIT_NOTE).latest("number")


def by_rate(facts):
    return {tax["rate_millipercent"]: (tax["base_minor"], tax["tax_minor"]) for tax in facts["taxes"]}


# ---- invoices ------------------------------------------------------------------------------------


def test_an_invoice_of_two_rates_says_which_line_bears_which_and_each_with_its_net_amount(bought):
    says = text(invoice_of(bought()))
    assert "Tax" in says.split("Unit price")[0]
    for part in (
        "1 19% $44.00 $44.00", "1 7% $22.00 $22.00", "Contains VAT 19% of $40.34", "$7.66",
        "Contains VAT 7% of $22.43", "$1.57", "$72.00",
    ):  # fmt: skip
        assert part in says, part


def test_taxes_that_are_added_stand_each_above_the_total(bought):
    from shop.tax.models import ClassRate

    ClassRate.objects.filter(rate__country="US").update(rate_millipercent=2000)
    says = text(invoice_of(bought(**AMERICA)))
    total = says.index("$94.95")
    for part in ("Sales tax 7.25%", "$4.35", "Sales tax 2%", "$0.60"):
        assert says.index(part) < total, part
    for part in ("Net amount with Sales tax 7.25%", "$60.00", "Net amount with Sales tax 2%", "$30.00"):
        assert says.index(part) > total, part


def test_goods_of_one_rate_need_no_column_for_it(bought):
    TaxRate.objects.get(country="DE").class_rates.all().delete()
    says = text(invoice_of(bought()))
    assert "1 $44.00 $44.00" in says
    assert "Contains VAT 19%" in says


def test_a_rate_of_nothing_is_named_with_what_bears_it(bought):
    says = text(invoice_of(bought(**AMERICA)))
    assert "$30.00Sales tax: no tax" in says
    assert "1 0% $22.00" in says


def test_an_export_names_why_there_is_no_tax(bought):
    TaxRate.objects.filter(country="US").delete()
    TaxRate.objects.create(country="US", name="Export", rate_millipercent=0)
    says = text(invoice_of(bought(**AMERICA)))
    assert "$90.00Export: no tax" in says
    assert "0%" not in says


def test_where_no_tax_is_known_none_is_spoken_of():
    lines = [make_line(tax_rates=[]), make_line("Gift card", tax_rates=[])]
    says = text_of(pdf.render(make_paper(lines=lines, taxes=[], sums=make_facts()["sums"])))
    assert "0%" not in says
    assert "none" not in says


def test_an_invoice_under_reverse_charge_names_both_numbers_and_the_law(bought):
    says = text(invoice_of(bought(**VIENNA, vat_number="ATU39099603")))
    flat = " ".join(says.split())
    for part in (
        "Tax number DE400571727", "Your VAT number: ATU39099603",
        "Reverse charge: VAT exempt intra-Community supply (article 138 of Directive 2006/112/EC).",
        "The recipient accounts for the VAT.", "$68.71Reverse charge: no tax", "$36.67", "$20.00", "$12.04",
    ):  # fmt: skip
        assert part in flat, part
    assert "VAT 20%" not in flat


def test_a_number_that_shifts_nothing_is_named_without_the_law(bought):
    says = text(invoice_of(bought(vat_number="DE136695976")))
    assert "Your VAT number: DE136695976" in says
    assert "Reverse charge" not in says


# ---- credit notes --------------------------------------------------------------------------------


def test_a_book_alone_gives_back_the_tax_of_books_and_its_note_speaks_of_no_other(bought):
    note = give_back(bought(), "B")
    assert by_rate(note.facts) == {19_000: (0, 0), 7_000: (2056, 144)}
    says = text(note)
    assert "Contains VAT 7% of $20.56" in says
    assert "19%" not in says


def test_shipping_gives_back_what_each_rate_bore_of_it_whatever_went_back_before(bought):
    order = bought()
    give_back(order, "B")
    note = give_back(order, shipping=True)
    assert by_rate(note.facts) == {19_000: (336, 64), 7_000: (187, 13)}
    assert note.facts["total_minor"] == 600


SPLITS = {
    "book, flute, shipping": [("B",), ("Q",), ("", True)],
    "shipping first": [("", True), ("B",), ("Q",)],
    "both, then shipping": [("BQ",), ("", True)],
    "book with shipping": [("B", True), ("Q",)],
    "amounts": [1, 333, 1999],
    "amounts around a book": [101, ("B",), 57],
}


@pytest.mark.parametrize("where", [{}, AMERICA, VIENNA], ids=["included", "added", "Vienna"])
@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_credit_notes_of_any_split_add_up_to_the_invoice_at_every_rate(bought, where, split):
    order = bought(**where)
    charged, gone = by_rate(invoice_of(order).facts), {}
    for part in split:
        if isinstance(part, int):
            note = give_back(order, amount=part)
        else:
            note = give_back(order, part[0], shipping=part[1:] == (True,))
        for rate, pair in by_rate(note.facts).items():
            gone[rate] = [old + new for old, new in zip(gone.get(rate, (0, 0)), pair, strict=True)]
            assert all(part <= whole for part, whole in zip(gone[rate], charged[rate], strict=True))
    left = refunds.left(order).total_minor
    if left:
        refunds.refund_everything(order_id=order.pk, restock=False)
        jobs.run_due()
    notes = [paper.facts for paper in order.papers.filter(kind=Paper.Kind.CREDIT_NOTE)]
    assert sum(facts["total_minor"] for facts in notes) == order.total_minor
    for rate, (base, tax) in charged.items():
        assert sum(by_rate(facts)[rate][0] for facts in notes) == base
        assert sum(by_rate(facts)[rate][1] for facts in notes) == tax


# ---- for the tax adviser -------------------------------------------------------------------------


def rows_of(report):
    today = dt.datetime.now(dt.UTC).date()
    period = (today - dt.timedelta(days=2), today + dt.timedelta(days=2))
    return list(csv.DictReader(io.StringIO(report(*period).lstrip("\ufeff"))))


def test_the_taxes_have_a_line_for_each_paper_and_rate_that_it_is_about(bought):
    order = bought()
    give_back(order, "B")
    columns = ("paper", "tax", "tax rate %", "net", "tax amount", "gross")
    assert [tuple(row[name] for name in columns) for row in rows_of(reports.taxes)] == [
        ("invoice", "VAT", "19.00", "40.34", "7.66", "48.00"),
        ("invoice", "VAT", "7.00", "22.43", "1.57", "24.00"),
        ("credit note", "VAT", "7.00", "-20.56", "-1.44", "-22.00"),
    ]


def test_the_taxes_name_reverse_charge_with_its_net_amount(bought):
    bought(**VIENNA, vat_number="ATU39099603")
    [row] = rows_of(reports.taxes)
    assert (row["tax"], row["tax rate %"], row["net"], row["tax amount"]) == (
        "Reverse charge", "0.00", "68.71", "0.00"
    )  # fmt: skip
    assert row["country"] == "AT"


def test_the_orders_name_every_rate_and_the_companys_number(bought):
    bought()
    bought(**VIENNA, vat_number="ATU39099603")
    first, second = rows_of(reports.orders)
    assert (first["tax"], first["tax included"], first["VAT number"]) == ("VAT 19%, VAT 7%", "9.23", "")
    assert (second["tax"], second["tax included"]) == ("Reverse charge 0%", "0.00")
    assert second["VAT number"] == "ATU39099603"

"""What an invoice or credit note says, read back from its PDF."""

import datetime as dt

import pytest
import time_machine
from django.utils import translation

from shop.papers import pdf
from tests.shop.papers.paper_builders import VAT, buyer, make_facts, make_line, make_paper
from tests.shop.papers.reading import pages_of, text_of


def text(*args, **overrides):
    return text_of(pdf.render(make_paper(*args, **overrides)))


def test_an_invoice_says_who_what_how_much_and_which_tax():
    says = text()
    for part in (
        "Kora Instrumente GmbH", "Am Deich 12", "Tax number DE 123", "Ada Buyer", "Lindenstraße 1",
        "50674 Köln", "Invoice 1001", "23 November 2026", "1042", "20 November 2026", "Panpipes", "PAN-01",
        "$44.00", "$88.00", "Kalimba", "$55.00", "Shipping (Parcel)", "$6.00", "$149.00",
        "Contains VAT 19% of $125.21", "$23.79", "pi_123",
    ):  # fmt: skip
        assert part in says, part
    assert "demonstration" not in says


def test_a_demo_invoice_says_that_nothing_was_sold():
    assert "A demonstration: nothing was sold" in text(is_demo=True)


def test_the_same_paper_is_the_same_bytes_whenever_and_in_whatever_language_it_is_asked_for():
    first = pdf.render(make_paper())
    with time_machine.travel(dt.datetime(2031, 1, 1, tzinfo=dt.UTC), tick=False), translation.override("de"):
        assert pdf.render(make_paper()) == first


def test_added_tax_stands_between_items_and_total():
    tax = {
        "name": "Sales tax", "rate_millipercent": 7250, "group": 0, "base_minor": 6800, "tax_minor": 493,
        "is_added": True,
    }  # fmt: skip
    says = text(taxes=[tax], total_minor=7293)
    assert says.index("Sales tax 7.25%") < says.index("$72.93")
    assert "$4.93" in says
    assert "Net amount with Sales tax 7.25%" in says


def test_a_discount_stands_on_its_lines_and_its_code_below():
    sums = make_facts()["sums"] | {"discount_minor": 1430, "discount_code": "WELCOME10"}
    says = text(lines=[make_line(discount_minor=440, total_minor=3960)], sums=sums)
    assert "-$4.40" in says
    assert "$39.60" in says
    assert "Discount code WELCOME10 took $4.40 off the items" in says
    assert "Discount (WELCOME10)" in says  # what no line carries
    assert "-$9.90" in says


def test_free_shipping_by_a_code_is_a_line_of_its_own():
    sums = {"discount_minor": 600, "shipping_discount_minor": 600, "discount_code": "PORTO"}
    says = text(sums=make_facts()["sums"] | sums)
    assert "Shipping discount (PORTO)" in says
    assert "-$6.00" in says


def test_an_order_that_cost_nothing_says_that_nothing_is_left_to_pay():
    sums = {"lines_minor": 4400, "discount_minor": 4400, "discount_code": "FREE", "shipping_minor": 0}
    payment = {"reference": "", "paid_minor": 0, "paid_on": "2026-11-20"}
    says = text(total_minor=0, taxes=[], payment=payment, sums=make_facts()["sums"] | sums)
    assert "$0.00" in says
    assert "Nothing is left to pay." in says
    assert "Paid with thanks" not in says


@pytest.mark.parametrize(
    ("currency", "total"), [("JPY", "¥14,900"), ("KWD", "KWD14.900"), ("EUR", "€149.00")]
)
def test_amounts_have_the_decimals_of_their_currency(currency, total):
    assert total in text(currency=currency)


def test_a_long_invoice_repeats_its_head_on_every_page_and_counts_pages():
    lines = [make_line(f"Instrument {number}") for number in range(80)]
    pages = pages_of(pdf.render(make_paper(lines=lines)))
    assert len(pages) > 2
    assert all("Unit price" in page for page in pages if "Instrument " in page)
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Kora Instrumente GmbH" in page
    whole = "\n".join(pages)
    assert all(f"Instrument {number}\n" in whole for number in range(80))
    assert "$149.00" in pages[-1]


def test_a_short_invoice_counts_no_pages():
    assert "Page 1" not in text()


def test_a_word_without_end_is_broken_and_stays_on_the_paper():
    says = text(buyer=buyer("A" * 120, "x"), lines=[make_line("B" * 240)])
    assert says.count("A") >= 120
    assert says.count("B") >= 240


def test_text_that_looks_like_the_librarys_own_marks_is_only_text():
    says = text(buyer=buyer("{nb} **bold** --under--", "<b>x</b> (y) \\z"))
    assert "{nb} **bold** --under--" in says
    assert "<b>x</b> (y) \\z" in says


def test_addresses_in_every_direction_and_script_are_printed():
    says = text(
        buyer=buyer("محمد عبد الله", "רחוב הרצל 5", "東京都千代田区", "서울특별시", "กรุงเทพฯ", "Αθήνα", "🎸"),
        lines=[make_line("Darbuka دربوكة (Köln)")],
    )
    for part in ("محمد", "الله", "הרצל", "東京都千代田区", "서울특별시", "Αθήνα", "□", "Darbuka", "دربوكة"):
        assert part in says, part


def test_a_line_after_one_of_another_script_keeps_its_own_font():
    """The library forgets to choose the font anew after a line that another one began."""
    says = text(buyer=buyer("محمد عبد الله", "شارع الملك فهد 12، شقة 7"))
    assert "12" in says
    assert "7" in next(line for line in says.splitlines() if "فهد" in line)


def credit_note(**overrides):
    about = {
        "kind": "invoice", "number": 1001, "issued_on": "2026-11-20", "includes_shipping": True, "reason": ""
    }  # fmt: skip
    facts = {key: value for key, value in make_facts().items() if key not in {"sums", "payment"}}
    taxes = [VAT | {"base_minor": 3697, "tax_minor": 703}]
    paper = make_paper("credit_note", number=1007)
    paper.facts = facts | {"total_minor": 4400, "taxes": taxes, "about": about} | overrides
    return paper


def test_a_credit_note_names_its_invoice_its_units_and_its_tax():
    says = text_of(pdf.render(credit_note()))
    for part in (
        "Credit note 1007", "Corrects invoice 1001 of 20 November 2026.", "Panpipes", "$44.00",
        "Contains VAT 19% of $36.97", "$7.03", "Shipping is included.",
    ):  # fmt: skip
        assert part in says, part
    assert "Unit price" not in says


def test_a_credit_note_over_an_amount_alone_has_no_table():
    assert "Quantity" not in text_of(pdf.render(credit_note(lines=[])))


def test_what_cancels_a_credit_note_is_an_invoice_that_says_so():
    about = {"kind": "credit_note", "number": 1007, "issued_on": "2026-11-23", "reason": "No luck."}
    paper = credit_note(about=about)
    paper.kind = "invoice"
    says = text_of(pdf.render(paper))
    assert "Cancels credit note 1007 of 23 November 2026." in says
    assert "Reason: No luck." in says


def test_an_invoice_that_a_gift_card_paid_says_so():
    sums = make_facts()["sums"] | {"gift_card_minor": 14900}
    payment = {"paid_minor": 0, "reference": "", "paid_on": "2026-11-20"}
    printed = text_of(pdf.render(make_paper(sums=sums, payment=payment)))
    assert "Paid by gift card" in printed
    assert "Paid with thanks by gift card on 20 November 2026." in printed
    assert "Nothing is left to pay." not in printed

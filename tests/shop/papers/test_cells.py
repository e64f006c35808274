"""No cell of a CSV is a formula, and numbers stay numbers."""

from decimal import Decimal

import pytest

from shop.papers.cells import cell, table


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋", "－", "＠"])
def test_a_text_that_would_be_a_formula_is_led_by_an_apostrophe(start):
    assert cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


def test_a_negative_amount_stays_a_number():
    assert cell(Decimal("-44.00")) == "-44.00"
    assert cell(Decimal("0.000")) == "0.000"
    assert cell(-3) == "-3"


def test_ordinary_texts_stay_as_they_are():
    assert [cell(value) for value in ("Ada", "", None, "a=b")] == ["Ada", "", "", "a=b"]


def test_commas_quotes_and_lines_are_kept_inside_their_cell():
    assert table(["a", "b"], [['x,"y"', "1\n2"]]) == 'a,b\r\n"x,""y""","1\n2"\r\n'

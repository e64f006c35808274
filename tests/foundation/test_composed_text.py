"""Rules of fit(): never longer than the column, and never a letter without its accents."""

import pytest

from foundation.composed_text import fit


@pytest.mark.parametrize("text", ["", "x" * 10, "x\u0301" * 5, "😀" * 10])
def test_what_fits_stays_as_it_is(text):
    assert fit(text, 10) == text


@pytest.mark.parametrize(
    "text", ["x" * 11, "x\u0301" * 300, "x" + "\u0301" * 500, "\u0301" * 500, "😀" * 11, "한글" * 20]
)
def test_what_is_cut_fits_and_says_so(text):
    short = fit(text, 10)
    assert len(short) <= 10
    assert short.endswith("…")
    assert text.startswith(short[:-1])


def test_no_letter_loses_its_accents():
    assert fit("abc\u0301de\u0301f", 4) == "ab…"

"""When an order arrives, in words."""

from datetime import date

import pytest

from shop.orders import delivery


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 25), date(2026, 11, 26), "25 to 26 November"),
        (date(2026, 11, 25), date(2026, 11, 25), "25 November"),
        (date(2026, 11, 30), date(2026, 12, 2), "30 November to 2 December"),
        (date(2026, 12, 30), date(2027, 1, 2), "30 December to 2 January"),
    ],
)
def test_dates_are_as_short_as_can_be(first, last, words):
    assert delivery.between(first, last) == words


@pytest.mark.parametrize(
    ("days", "words"), [((1, 1), "1 day"), ((2, 2), "2 days"), ((2, 3), "2 to 3 days"), ((0, 0), "0 days")]
)
def test_days_in_words(days, words):
    assert delivery.in_days(*days) == words

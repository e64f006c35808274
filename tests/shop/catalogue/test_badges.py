"""The stock badge, word for word."""

import pytest

from shop.catalogue.badges import stock_badge
from tests.builders import make_product, make_variant


@pytest.mark.parametrize(
    ("available", "threshold", "badge"),
    [
        (-1, 3, "Sold out"),
        (0, 3, "Sold out"),
        (1, 3, "Only 1 unit left"),
        (2, 3, "Only 2 units left"),
        (3, 3, "Only 3 units left"),
        (4, 3, ""),
        (1000, 3, ""),
        (5, 5, "Only 5 units left"),
        (1, 0, ""),
        (0, 0, "Sold out"),
    ],
)
def test_badge_says_what_is_left_up_to_the_threshold(available, threshold, badge):
    assert stock_badge(available, threshold) == badge


@pytest.mark.django_db
def test_badge_of_a_variant_counts_what_is_reserved_as_gone():
    variant = make_variant(make_product(low_stock_threshold=2), on_hand=5, reserved=3)
    assert variant.badge == "Only 2 units left"
    assert not variant.is_sold_out

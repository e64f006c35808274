"""What every payment test looks at in the end."""

from shop.catalogue.models import Variant
from shop.orders.holds import reserved_differences
from shop.stock.ledger import on_hand_differences


def assert_books_agree() -> None:
    """Fail unless movements, counters and held orders agree."""
    assert on_hand_differences() + reserved_differences() == []


def stock_of(variant: Variant) -> tuple[int, int]:
    """Return on hand and reserved as the database has them."""
    variant.refresh_from_db()
    return variant.on_hand, variant.reserved

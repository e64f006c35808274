"""A shop that ships, a flute of which five are on hand, and a record of what is asked of Stripe."""

import pytest

from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import open_shop, put_flute_and_book_in_cart, tax_books
from tests.shop.payments.conftest import stripe_requests

__all__ = ["stripe_requests"]


@pytest.fixture(autouse=True)
def shop(db):
    """Ship and tax as the demo does."""
    open_shop()


@pytest.fixture
def variant():
    """A quena for 44.00, five on hand."""
    return make_variant(make_product(title="Quena"), sku="Q", on_hand=5)


@pytest.fixture
def reader(client):
    """A customer with a flute for 44.00 and a book for 22.00 in the cart, in a shop with a VAT number."""
    tax_books()
    put_flute_and_book_in_cart(client)
    return client

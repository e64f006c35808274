"""A shop that ships, a flute of which five are on hand, and a record of what is asked of Stripe."""

import pytest

from foundation.models import SiteIdentity
from shop.catalogue.tax_classes import TaxClass
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry
from shop.tax.models import ClassRate, TaxRate
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import open_shop, put_in_cart
from tests.shop.payments.conftest import stripe_requests

__all__ = ["stripe_requests"]


@pytest.fixture(autouse=True)
def shop(transactional_db):
    """Ship and tax as the demo does."""
    open_shop()


@pytest.fixture
def variant():
    """A quena for 44.00, five on hand."""
    return make_variant(make_product(title="Quena"), sku="Q", on_hand=5)


@pytest.fixture
def book_taxes(shop):
    """Books at 7 % in Germany and nothing in the US; Austria with 20 %, 10 % on them; a VAT number."""
    SiteIdentity.objects.update(tax_number="DE400571727")
    zone = ShippingZone.objects.create(name="AT")
    ZoneCountry.objects.create(zone=zone, country="AT")
    ShippingRate.objects.create(zone=zone, name="Parcel", max_weight_grams=2000, price_minor=1400)
    TaxRate.objects.create(country="AT", name="VAT", rate_basis_points=2000)
    books = TaxClass.objects.create(name="Books")
    for country, points in (("DE", 700), ("AT", 1000), ("US", 0)):
        rate = TaxRate.objects.get(country=country)
        ClassRate.objects.create(rate=rate, tax_class=books, rate_basis_points=points)
    return books


@pytest.fixture
def reader(client, variant, book_taxes):
    """A customer with a flute for 44.00 and a book for 22.00 in the cart."""
    book = make_variant(make_product(title="Songbook", tax_class=book_taxes), sku="B", price_minor=2200)
    put_in_cart(client, variant)
    put_in_cart(client, book)
    return client

"""An order whose every part is as long as it may be goes all the way, on both databases."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from foundation import jobs
from foundation.models import OutboxMail, SiteIdentity
from shop.catalogue import documents
from shop.catalogue.models import Product
from shop.giftcards.models import GiftCard
from shop.orders import lifecycle
from shop.orders.models import Order, Shipment
from shop.payments import refunds
from shop.shipping.models import Carrier, ShippingRate
from shop.stock import reservations
from tests.builders import make_product, make_variant
from tests.shop.checkout_builders import buy, open_shop, press
from tests.shop.withdrawals.withdrawing import withdraw

pytestmark = pytest.mark.django_db

EMAIL = "a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 57]) + ".example"
LONGEST = {
    "email": EMAIL, "name": "Ñ" * 120, "line1": "S" * 120, "line2": "É" * 120, "city": "Ö" * 80,
    "phone": "0" * 40,
}  # fmt: skip


@pytest.fixture(autouse=True)
def shop():
    open_shop()
    SiteIdentity.objects.update(name="K" * 80, legal_name="L" * 120, line1="M" * 120, city="N" * 80)
    ShippingRate.objects.update(name="P" * 80)
    host = ".".join(["t" * 60, "t" * 60, "t" * 49])
    Carrier.objects.create(name="C" * 60, tracking_url=f"https://{host}/{{number}}")


@pytest.fixture
def clerk():
    """A colleague with the longest name that an account can have."""
    return User.objects.create(username="u" * 150, first_name="f" * 150, last_name="l" * 150, is_staff=True)


def longest_variant(**facts):
    product = make_product(title="T" * 160, slug="t" * 160, **facts)
    options = {f"option{n}": str(n) * 60 for n in (1, 2, 3)}
    return make_variant(product, sku="S" * 40, weight_grams=1, **options)


def paid_order(variant):
    order = buy(Client(), variant, 2, **LONGEST)
    press(Client(), order, "pay")
    Client().get(order.get_absolute_url())
    jobs.run_due()
    order.refresh_from_db()
    assert order.status == "paid"
    return order


def test_it_is_ordered_paid_shipped_and_refunded(clerk):
    variant = longest_variant()
    with transaction.atomic():
        documents.changed(Product.objects.all())
    order = paid_order(variant)
    assert order.lines.get().title == variant.full_title
    with transaction.atomic():
        lifecycle.ship(order, carrier="C" * 60, tracking_number="𝟘" * 80, staff=clerk)
    parcel = Shipment.objects.get()
    assert (parcel.tracking_number, len(parcel.tracking_url)) == ("𝟘" * 80, 180 + 12 * 80 - 0)
    withdraw(Client(), order)
    refunds.refund_everything(order_id=order.pk, restock=True, reason="r" * 1000, staff=clerk)
    jobs.run_due()
    order.refresh_from_db()
    assert order.is_refunded
    assert {paper.kind for paper in order.papers.all()} == {"invoice", "credit_note"}
    assert "order_refunded" in set(OutboxMail.objects.values_list("message", flat=True))


@pytest.mark.parametrize("letter", ["\u0130", "\ufdfa", "\u00df", "x\u0301", "\ufb03", "😀"], ids=ascii)
def test_it_is_paid_in_letters_that_grow_when_they_are_folded(letter):
    product = make_product(title=(letter * 160)[:160], slug="t" * 160)
    variant = make_variant(product, sku="S" * 40, weight_grams=1, option1=(letter * 60)[:60])
    with transaction.atomic():
        documents.changed(Product.objects.all())
    lengths = {"name": 120, "line1": 120, "line2": 120, "city": 80}
    typed = {name: (letter * length)[:length] for name, length in lengths.items()}
    order = buy(Client(), variant, **LONGEST | typed)
    press(Client(), order, "pay")
    Client().get(order.get_absolute_url())
    jobs.run_due()
    order.refresh_from_db()
    assert (order.status, order.name) == ("paid", typed["name"])
    assert {paper.kind for paper in order.papers.all()} == {"invoice"}


def test_it_is_called_off_and_its_stock_is_counted(clerk):
    variant = longest_variant()
    order = buy(Client(), variant, **LONGEST)
    Client().post(f"{order.get_absolute_url()}cancel/")
    jobs.run_due()
    assert Order.objects.get().status == "cancelled"
    with transaction.atomic():
        reservations.adjust(
            variant_id=variant.pk, delta=1, kind="received", reference="x" * 80, note="n" * 200, staff=clerk
        )


def test_its_gift_cards_are_made(clerk):
    variant = longest_variant(is_gift_card=True)
    order = paid_order(variant)
    assert {card.title for card in GiftCard.objects.all()} == {variant.full_title}
    assert order.lines.get().title == variant.full_title

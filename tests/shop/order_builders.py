"""Orders made by the real code: placed, then paid at the demo's Stripe through the real library.

Everything but a pending order talks to Stripe, so those tests open no transaction of their own.
"""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from foundation import jobs
from shop import pricing
from shop.catalogue.models import Variant
from shop.orders import placing
from shop.orders.models import Order
from shop.payments import refunds, sessions, sync
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from tests.builders import make_variant
from tests.shop.tax_builders import make_rule

ADA = placing.Contact(
    email="ada@customer.example", name="Ada Buyer", line1="Lindenstraße 1", city="Köln", country="DE",
    postal_code="50674",
)  # fmt: skip
VAT = make_rule()
SHIPPING_MINOR = 600


def make_order(*lines: tuple[Variant, int], status: str = "paid", **contact: Any) -> Order:
    """Make an order that is pending, paid, cancelled or refunded; one unit of a new variant unless given.

    `contact` overrides fields of shop.orders.placing.Contact.
    """
    order = place(*lines or [(make_variant(), 1)], **contact)
    {"pending": _nothing, "paid": pay, "cancelled": cancel, "refunded": refund}[status](order)
    order.refresh_from_db()
    return order


@transaction.atomic
def place(*lines: tuple[Variant, int], **contact: Any) -> Order:
    """Place an order and open its payment; nobody asks Stripe yet."""
    plain = [_plain(variant, quantity) for variant, quantity in lines]
    priced = [pricing.Line(line.unit_price_minor, line.quantity) for line in plain]
    bill = pricing.bill(priced, shipping_minor=SHIPPING_MINOR, tax=VAT)
    terms = placing.Terms(bill=bill, shipping_name="Parcel", tax=VAT)
    order = placing.place(lines=plain, contact=placing.Contact(**asdict(ADA) | contact), terms=terms)
    sessions.open_payment(order)
    return order


def pay(order: Order) -> Payment:
    """Pay at the demo's payment page and apply what Stripe says; mails and event wait for the worker."""
    payment = sync.sync(_newest_payment(order).pk, patient=False)
    token = DemoSession.objects.get(session_id=payment.session_id).token
    answer = Client().post(reverse("payments_demo:page", args=[token]), {"action": "pay"})
    assert answer.status_code == 303
    return sync.sync(payment.pk, patient=False)


def cancel(order: Order) -> Payment:
    """Let the time to pay be over, without waiting for it."""
    return sync.close(_newest_payment(order).pk, patient=False)


def refund(order: Order, *, restock: bool = False) -> None:
    """Pay, refund everything and let the worker do its work."""
    pay(order)
    refunds.refund_everything(order_id=order.pk, restock=restock)
    jobs.run_due()


def _nothing(order: Order) -> None:
    """A new order is pending already."""


def _newest_payment(order: Order) -> Payment:
    return order.payments.latest("attempt")


def _plain(variant: Variant, quantity: int) -> placing.PlainLine:
    return placing.PlainLine(
        variant_id=variant.pk, sku=variant.sku, title=variant.full_title, quantity=quantity,
        unit_price_minor=variant.price_minor, weight_grams=variant.weight_grams,
    )  # fmt: skip

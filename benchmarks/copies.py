"""Ten thousand orders in seconds: one that the shop's own code made, copied row by row in bulk.

The books agree afterwards: each copy brings its movements, and the shelf was filled for all of them.
"""

import uuid
from collections.abc import Iterable
from copy import copy
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F

from foundation.mail import OutboxMail
from foundation.models import SiteIdentity
from shop import pricing
from shop.catalogue.models import Product, Variant
from shop.orders import lifecycle, placing
from shop.orders.models import NumberSequence, Order, OrderTax, new_token
from shop.payments import sessions
from shop.payments.models import Payment, WebhookEvent, new_key
from shop.stock.models import StockMovement
from shop.taxing import Tax, TaxRule

Row = TypeVar("Row", bound=models.Model)
BATCH = 1_000
UNITS = {0: 1, 1: 2}  # of the two variants in each order
CONTACT = placing.Contact(
    email="ada@customer.example", name="Ada Buyer", line1="Lindenstraße 1", city="Köln", country="DE",
    postal_code="50674",
)  # fmt: skip
TAX = TaxRule((Tax("VAT", 19_000),))


@transaction.atomic
def fill(orders: str) -> int:
    """Make so many paid orders in an empty shop; return how many rows all tables have."""
    SiteIdentity.load()
    variants = [_variant(n, units=UNITS[n] * int(orders)) for n in UNITS]
    order = _paid_order(variants)
    numbers = range(order.number + 1, order.number + int(orders))
    for start in range(0, len(numbers), BATCH):
        _copy(order, numbers[start : start + BATCH])
    NumberSequence.objects.update(next_number=numbers.stop)
    for n, variant in enumerate(variants):
        Variant.objects.filter(pk=variant.pk).update(on_hand=F("on_hand") - UNITS[n] * len(numbers))
    return _rows()


def _variant(n: int, *, units: int) -> Variant:
    product = Product.objects.create(title=f"Flute {n}", slug=f"flute-{n}", status=Product.Status.ACTIVE)
    variant = Variant.objects.create(product=product, sku=f"FLUTE-{n}", price_minor=4400, on_hand=units)
    kind = StockMovement.Kind.OPENING
    StockMovement.objects.create(variant=variant, delta=units, kind=kind, reference="opening")
    return variant


def _paid_order(variants: list[Variant]) -> Order:
    """Order and pay with the shop's own code; what Stripe would have said is filled in."""
    lines = [
        placing.PlainLine(v.pk, v.sku, v.full_title, v.price_minor, UNITS[n], v.weight_grams)
        for n, v in enumerate(variants)
    ]
    priced = [pricing.Line(line.unit_price_minor, line.quantity) for line in lines]
    bill = pricing.bill(priced, shipping_minor=600, tax=TAX)
    order = placing.place(lines=lines, contact=CONTACT, terms=placing.Terms(bill, "Parcel", TAX))
    payment = sessions.open_payment(order)
    lifecycle.mark_paid(order)
    payment.status, payment.session_id, payment.intent_id = "paid", "cs_first", "pi_first"
    payment.url = "https://checkout.stripe.com/c/pay/" + "x" * 300
    payment.save()
    kind, payload = "checkout.session.completed", {"data": {"object": payment.params}, "id": "evt_first"}
    WebhookEvent.objects.create(event_id="evt_first", kind=kind, payload=payload, status="done")
    return order


def _copy(order: Order, numbers: Iterable[int]) -> None:
    """Copy an order with all that belongs to it, once for each number."""
    orders = Order.objects.bulk_create(_changed(order, number=n, token=new_token()) for n in numbers)
    for row in [*order.lines.all(), *order.events.all()]:
        _write(_changed(row, order=new) for new in orders)
    for tax in order.taxes.all():
        taxes = OrderTax.objects.bulk_create(_changed(tax, order=new) for new in orders)
        for share in tax.shares.all():
            _write(_changed(share, tax=new) for new in taxes)
    payment, event = order.payments.get(), WebhookEvent.objects.get(event_id="evt_first")
    _write(_payment(payment, new) for new in orders)
    _write(_changed(event, event_id=f"evt_{new.number}") for new in orders)
    for row in StockMovement.objects.filter(reference=order.reference):
        _write(_changed(row, reference=new.reference) for new in orders)
    for mail in OutboxMail.objects.exclude(reference__startswith="copy "):
        _write(_changed(mail, reference=f"copy {new.number}", message_id=_message_id()) for new in orders)


def _payment(payment: Payment, order: Order) -> Payment:
    ids = {"session_id": f"cs_{order.number}", "intent_id": f"pi_{order.number}"}
    return _changed(payment, order=order, idempotency_key=new_key(), **ids)


def _message_id() -> str:
    return f"<{uuid.uuid4().hex}@shop.example>"


def _changed(row: Row, **changes: Any) -> Row:
    new = copy(row)
    new.pk, new._state = None, models.base.ModelState()
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _write(rows: Iterable[models.Model]) -> None:
    made = list(rows)
    type(made[0])._default_manager.bulk_create(made)


def _rows() -> int:
    """Return how many rows all tables of the shop have."""
    from django.apps import apps

    return sum(model._default_manager.count() for model in apps.get_models(include_auto_created=True))

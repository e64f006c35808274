"""The orchestrator: a cart becomes an order with a payment and held stock.

Stripe is never asked inside a transaction. Lock order: Cart, Order, Payment, Variant, number.
Source: docs/payments.md, the table of steps.
"""

from django.db import transaction

from shop.cart import basket
from shop.cart.models import Cart
from shop.checkout import quoting
from shop.orders import lifecycle, placing
from shop.orders.models import Order
from shop.orders.placing import Contact, PlainLine, Terms
from shop.payments import sessions, stripe_api, sync
from shop.payments.models import Payment


class CartChanged(Exception):
    """The cart is not what the buyer was shown: show the checkout again."""


class OrderWaits(Exception):
    """An earlier order of this cart can neither be ended nor paid again now: show that order."""

    def __init__(self, order: Order) -> None:
        """Keep the order."""
        super().__init__(f"Order {order.number} waits for its payment.")
        self.order = order


def order_and_pay(*, cart: Cart, contact: Contact, terms: Terms, lines: list[PlainLine]) -> Order:
    """Return the order of this cart: the one that waits already, or a new one.

    Raises NotEnoughStock (nothing kept), CartChanged, OrderWaits, stripe_api.StripeError (an older
    order of this cart may still be paid, so its stock cannot be given back yet).
    """
    _close_outdated(cart, contact=contact, terms=terms, lines=lines)
    order = _place(cart, contact=contact, terms=terms, lines=lines)
    prepare_payment(order)
    return order


def _close_outdated(cart: Cart, *, contact: Contact, terms: Terms, lines: list[PlainLine]) -> None:
    """End the order that this cart made before, unless the buyer asks for the very same again."""
    order = Order.objects.filter(carts=cart, status=Order.Status.PENDING).first()
    if order is None or is_same(order, contact=contact, terms=terms, lines=lines):
        return
    payment = active_payment(order)
    if payment is not None:
        sync.close(payment.pk, patient=False, closing=Payment.Closing.REPLACED)


@transaction.atomic
def _place(cart: Cart, *, contact: Contact, terms: Terms, lines: list[PlainLine]) -> Order:
    """One transaction: lock the cart, hold the stock, write order and payment."""
    locked = Cart.objects.select_for_update().get(pk=cart.pk)
    previous = Order.objects.select_for_update().filter(carts=locked).first()
    if previous is not None and previous.status == Order.Status.PAID:
        return previous
    if previous is not None and previous.status == Order.Status.PENDING:
        if is_same(previous, contact=contact, terms=terms, lines=lines):
            return previous
        raise OrderWaits(previous)
    if quoting.plain_lines(basket.lines_of(locked)) != lines:
        raise CartChanged("The cart has changed.")
    order = placing.place(lines=lines, contact=contact, terms=terms)
    if order.charged_minor:
        sessions.open_payment(order)
    else:
        lifecycle.mark_paid(order)
    locked.order = order
    locked.save(update_fields=["order"])
    return order


def prepare_payment(order: Order) -> str:
    """Return the address where the order can be paid now, or "" while there is none.

    One quick call to Stripe; whatever goes wrong there, the worker goes on later.
    """
    payment = active_payment(order)
    if payment is None or payment.closing:
        return ""
    if payment.status == Payment.Status.CREATING:
        try:
            payment = sync.sync(payment.pk, patient=False)
        except stripe_api.StripeError:
            return ""
    return payment.url if payment.status == Payment.Status.OPEN else ""


def active_payment(order: Order) -> Payment | None:
    """Return the payment that can still become money. One query."""
    return order.payments.filter(status__in=Payment.ACTIVE).first()


def is_same(order: Order, *, contact: Contact, terms: Terms, lines: list[PlainLine]) -> bool:
    """Whether an order holds exactly these lines, totals and this contact. One query."""
    ordered = sorted(order.lines.values_list("variant_id", "quantity", "unit_price_minor"))
    asked = sorted((line.variant_id, line.quantity, line.unit_price_minor) for line in lines)
    facts = (order.total_minor, order.shipping_name, str(order.country))
    wanted = (terms.totals.total_minor, terms.shipping_name, contact.country)
    texts = ("email", "name", "line1", "line2", "postal_code", "city", "region", "phone")
    same_contact = all(getattr(order, name) == getattr(contact, name) for name in texts)
    return ordered == asked and facts == wanted and same_contact

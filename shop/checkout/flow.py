"""The orchestrator: a cart becomes an order with a payment and held stock; an unpaid one can be tried again.

Stripe is never asked inside a transaction. Lock order: cart, order, payment, code, card, variant, number.
Errors: CartChanged, OrderWaits, TooLate. Source: docs/payments.md, the table of steps and "Trying again".
"""

from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.limits import keyed_hash
from shop.cart import basket
from shop.cart.models import Cart
from shop.checkout import quoting
from shop.orders import lifecycle, placing
from shop.orders.models import Order
from shop.orders.placing import Contact, PlainLine, Terms
from shop.papers import issuing
from shop.payments import card_testing, sessions, stripe_api, sync
from shop.payments.models import Payment
from shop.stock.reservations import NotEnoughStock

CAME_TO_NOTHING = (Payment.Status.FAILED, Payment.Status.EXPIRED, Payment.Status.ABANDONED)


class CartChanged(Exception):
    """The cart is not what the buyer was shown: show the checkout again."""


class OrderWaits(Exception):
    """An earlier order of this cart can neither be ended nor paid again now: show that order."""

    def __init__(self, order: Order) -> None:
        """Keep the order."""
        super().__init__(f"Order {order.number} waits for its payment.")
        self.order = order


class TooLate(Exception):
    """The order cannot be paid any more: its page says why."""


def order_and_pay(
    *, cart: Cart, contact: Contact, terms: Terms, lines: list[PlainLine], origin: str
) -> Order:
    """Return the order of this cart: the one that waits already, or a new one.

    `origin` is the buyer's network address as limits.client_key() gives it. Raises NotEnoughStock,
    CodeRefused and CardRefused (nothing kept), CartChanged, OrderWaits, card_testing.TooManyAttempts,
    stripe_api.StripeError (an older order of this cart may still be paid, so its stock cannot be given
    back yet).
    """
    previous = Order.objects.filter(carts=cart, status=Order.Status.PENDING).first()
    if previous is None or not _stands(previous, contact=contact, terms=terms, lines=lines):
        card_testing.count_attempt(origin=origin, cart_id=cart.pk)
        _close_outdated(previous)
    order = _place(cart, contact=contact, terms=terms, lines=lines, origin=origin)
    prepare_payment(order)
    return order


def _close_outdated(order: Order | None) -> None:
    """End the order that this cart made before: the buyer asks for another one."""
    payment = active_payment(order) if order else None
    if payment is not None:
        sync.close(payment.pk, patient=False, closing=Payment.Closing.REPLACED)


@transaction.atomic
def _place(cart: Cart, *, contact: Contact, terms: Terms, lines: list[PlainLine], origin: str) -> Order:
    """One transaction: lock the cart, hold the stock, write order and payment."""
    locked = Cart.objects.select_for_update().get(pk=cart.pk)
    previous = Order.objects.select_for_update().filter(carts=locked).first()
    was_bought = cart.order if cart.is_bought else None
    if previous is not None and previous.status == Order.Status.PAID and previous != was_bought:
        return previous  # paid while the buyer pressed the button: that was what the cart held
    if previous is not None and previous.status == Order.Status.PENDING:
        if _stands(previous, contact=contact, terms=terms, lines=lines):
            return previous
        raise OrderWaits(previous)
    if quoting.plain_lines(basket.lines_of(locked)) != lines:
        raise CartChanged("The cart has changed.")
    order = placing.place(lines=lines, contact=contact, terms=terms)
    locked.order = order
    locked.save(update_fields=["order"])
    if order.charged_minor:
        sessions.open_payment(order, origin=origin, basket=keyed_hash(locked.token))
    else:
        lifecycle.mark_paid(order)
        issuing.issue_invoice(order)
    return order


def try_again(order: Order, *, origin: str) -> str:
    """Return the address where an order whose payment came to nothing can be paid after all, or "".

    A second call finds the attempt of the first. Raises TooLate, NotEnoughStock, CodeRefused and CardRefused
    (nothing changed) and card_testing.TooManyAttempts. Asks Stripe once, quickly; the worker goes on later.
    """
    cart = order.carts.first()
    if cart is not None and may_try_again(order):
        _require_for_sale(order)
        card_testing.count_attempt(origin=origin, cart_id=cart.pk)
    _reopen(order.pk, origin=origin)
    return prepare_payment(order)


@transaction.atomic
def _reopen(order_id: int, *, origin: str) -> None:
    """One transaction: lock the cart and its order, hold the stock again, write the next payment."""
    carts = list(Cart.objects.select_for_update().filter(order=order_id))
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.status == Order.Status.PENDING:
        return
    if not may_try_again(order):
        raise TooLate(f"Order {order.number} cannot be paid any more.")
    lifecycle.reopen(order)
    token = keyed_hash(carts[0].token) if carts else ""
    sessions.open_payment(order, origin=origin, basket=token)


def _require_for_sale(order: Order) -> None:
    """Raise NotEnoughStock for what is short, or was taken out of the shop since. One query."""
    lines = order.lines.select_related("variant__product")
    left = [(line, basket.units_for_sale(line.variant, own={})) for line in lines]
    short = {line.variant_id: max(units, 0) for line, units in left if units < line.quantity}
    if short:
        raise NotEnoughStock(short)


def may_try_again(order: Order) -> bool:
    """Whether an order can be paid after its payment came to nothing. At most three queries.

    It was never paid nor called off, it is young enough, and its cart has made no other order since.
    """
    if order.status != Order.Status.CANCELLED or order.is_called_off or order.paid_at:
        return False
    if order.cancelled_at is None or timezone.now() >= order.cancelled_at + settings.ORDER_RETRY:
        return False
    attempts = list(order.payments.all())
    return came_to_nothing(attempts) and order.carts.exists()


def came_to_nothing(attempts: list[Payment]) -> bool:
    """Whether these attempts, newest first, brought no money, and the buyer replaced none by a new cart."""
    if not attempts or attempts[0].closing:
        return False
    return all(payment.status in CAME_TO_NOTHING for payment in attempts)


def prepare_payment(order: Order) -> str:
    """Return the address where the order can be paid now, or "" while there is none.

    One quick call to Stripe; whatever goes wrong there, the worker goes on later.
    """
    payment = active_payment(order)
    if payment is None or is_ending(payment):
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


def is_ending(payment: Payment) -> bool:
    """Whether nobody should pay this any more, though Stripe has not closed it yet."""
    is_unpaid = payment.status in {Payment.Status.CREATING, Payment.Status.OPEN}
    return is_unpaid and (bool(payment.closing) or payment.hold_until <= timezone.now())


def _stands(order: Order, *, contact: Contact, terms: Terms, lines: list[PlainLine]) -> bool:
    """Whether an order that waits is the very one asked for, and nobody is ending its payment."""
    payment = active_payment(order)
    if payment is not None and is_ending(payment):
        return False
    return is_same(order, contact=contact, terms=terms, lines=lines)


def is_same(order: Order, *, contact: Contact, terms: Terms, lines: list[PlainLine]) -> bool:
    """Whether an order holds exactly these lines, totals, code, gift cards and this contact. One query."""
    ordered = sorted(order.lines.values_list("variant_id", "quantity", "unit_price_minor"))
    shares = zip(lines, terms.bill.lines, strict=True)
    asked = sorted((line.variant_id, line.quantity, share.unit_price_minor) for line, share in shares)
    totals, code = terms.totals, terms.code.code if terms.code else ""
    facts = (
        order.total_minor,
        order.charged_minor,
        order.shipping_name,
        order.discount_code,
        order.gift_cards,
    )
    wanted = (
        totals.total_minor,
        totals.charged_minor,
        terms.shipping_name,
        code,
        terms.card_hints,
    )
    same_contact = all(str(getattr(order, name)) == text for name, text in asdict(contact).items())
    return ordered == asked and facts == wanted and same_contact

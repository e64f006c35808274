"""Refunds as Stripe knows them: those the shop asked for, and those made in Stripe's dashboard.

Raises matching.UnknownObject for the refund of a payment that is not here.
Source: docs/payments.md, "Refunds".
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shop.orders import lifecycle, mails
from shop.orders.models import Order
from shop.payments import matching, refunds, stripe_api, sync, wording
from shop.payments.models import Payment, Refund
from shop.payments.refund_amounts import cards_bought_minor
from shop.payments.stripe_amounts import from_stripe


class TooMuch(Exception):
    """More went back than was paid, as far as the shop knows: an older refund must have failed meanwhile."""


def take(refund: dict[str, Any]) -> Refund:
    """Bring the shop's books to what Stripe says of a refund now; each refund is booked once.

    One that the shop asked for is found by its id, or by its own number when the answer was lost; any
    other was made at Stripe and becomes a row of its own. Asks Stripe, so call it outside transactions.
    Raises UnknownObject, stripe_api.StripeError and TooMuch: try again later.
    """
    payment = matching.payment_behind(refund)
    if payment.status not in Payment.FINAL:
        payment = sync.sync(payment.pk, patient=True)
    known = matching.own_refund(refund, payment)
    if known is not None:
        return refunds.book(known.pk, refund)
    try:
        return _import(payment.pk, refund)
    except TooMuch:
        _ask_about_booked(payment)
        return _import(payment.pk, refund)


def _ask_about_booked(payment: Payment) -> None:
    """Learn which older refunds have failed: their money may be what goes back now."""
    for row in payment.refunds.filter(status=Refund.Status.SUCCEEDED).exclude(stripe_id=None):
        refunds.book(row.pk, stripe_api.retrieve_refund(row.stripe_id or ""))


@transaction.atomic
def _import(payment_id: int, refund: dict[str, Any]) -> Refund:
    """Write and book a refund made at Stripe, unless another worker just did. Locks order and payment."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    known = matching.own_refund(refund, payment)
    row = known or _write(order, payment, refund)
    return refunds.book(row.pk, refund)


def _write(order: Order, payment: Payment, refund: dict[str, Any]) -> Refund:
    amount_minor = from_stripe(int(refund["amount"]), payment.currency)
    _require_room(order, payment, refund, amount_minor)
    row = Refund.objects.create(
        order=order, payment=payment, amount_minor=amount_minor, is_imported=True, stripe_id=refund["id"],
        reason=_("Made at Stripe"),
    )  # fmt: skip
    facts = {"number": row.pk, "amount": wording.amount(amount_minor, payment.money_currency)}
    text = _("Refund %(number)s of %(amount)s was made at Stripe, not here.") % facts
    if cards_bought_minor(order, besides={}):
        text += " " + _("The order bought gift cards, which stay usable: block them if they should not.")
    lifecycle.record(order, text)
    mails.staff_alert(order, text)
    return row


def _require_room(order: Order, payment: Payment, refund: dict[str, Any], amount_minor: int) -> None:
    counts = refund["status"] == "succeeded" and payment.status == Payment.Status.PAID
    if counts and order.refunded_minor + amount_minor > order.charged_minor:
        raise TooMuch(f"{refund['id']}: {amount_minor} more than was paid for {order.reference}.")

"""Call an order off before shipment: its payment is ended or its money sent back, its stock returns, once.

Errors: shop.orders.lifecycle.IllegalTransition. Asks Stripe nothing: the worker, or finish(), goes on.
Source: docs/payments.md, "Calling off". Lock order: Order, Payment, Refund, GiftCard, Variant.
"""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders import lifecycle, mails
from shop.orders.models import Order
from shop.payments import refunds, stripe_api, sync
from shop.payments.models import Payment, Refund


@transaction.atomic
def call_off(*, order_id: int, staff: Any = None) -> Order:
    """Call an order off; a second call changes nothing. Raises IllegalTransition when it is too late.

    `staff` is None for the buyer. An order whose payment is still open waits until Stripe has closed it.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.status == Order.Status.PENDING:
        _end_payment(order, staff)
    elif order.status == Order.Status.PAID:
        _send_money_back(order, staff)
    return order


def _end_payment(order: Order, staff: Any) -> None:
    payment = order.payments.select_for_update().filter(status__in=Payment.ACTIVE).first()
    if payment is None:
        raise lifecycle.IllegalTransition(_("The payment is being checked; please write to us."))
    if payment.closing != Payment.Closing.CALLED_OFF:
        lifecycle.record(order, _asked_for(staff), staff=staff)
    payment.closing, payment.next_check = Payment.Closing.CALLED_OFF, timezone.now()
    payment.save(update_fields=["closing", "next_check"])
    if payment.status == Payment.Status.PROCESSING:  # the bank cannot be stopped: what it sends goes back
        lifecycle.cancel(order, reason=_("Called off"), is_called_off=True, staff=staff)
        mails.cancelled(order)


def _send_money_back(order: Order, staff: Any) -> None:
    if any(dispute.holds_shipment for dispute in refunds.disputes_of(order)):
        raise lifecycle.IllegalTransition(_("The bank disputes the payment; it has to be settled first."))
    lifecycle.call_off(order, reason=_asked_for(staff), staff=staff)
    paid = [p for p in order.payments.select_for_update() if refunds.refundable_minor(p)]
    back = [_refund(payment, staff) for payment in paid]
    refunds.put_back_on_cards(order, reason=_("Called off"), staff=staff)
    mails.cancelled(order, refund_minor=sum(refund.amount_minor for refund in back))


def _refund(payment: Payment, staff: Any) -> Refund:
    amount = refunds.refundable_minor(payment)
    reason = _("Called off")
    return refunds.request(payment=payment, amount_minor=amount, restock=False, reason=reason, staff=staff)


def _asked_for(staff: Any) -> str:
    return _("Called off by the shop") if staff else _("Called off by the buyer")


def finish(order: Order) -> None:
    """Close the payment of an order that was just called off, if Stripe answers quickly; else the worker."""
    closing = order.payments.filter(status__in=Payment.ACTIVE, closing=Payment.Closing.CALLED_OFF)
    for payment in closing:
        with suppress(stripe_api.StripeError):
            sync.close(payment.pk, patient=False)

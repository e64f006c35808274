"""Mails of an order, written to the outbox in the transaction of their cause.

What each of them says is in mail_contexts.py. Before money has come anybody can have typed the address: of
these mails one recipient gets no more than LIMIT_MAILS_UNPAID.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from foundation import mail
from foundation.composed_text import fit
from shop.orders import mail_contexts
from shop.orders.mail_contexts import Context
from shop.orders.models import Order, Shipment


def received(order: Order) -> None:
    """Tell the buyer that the order is in and waits for payment."""
    _to_whoever_was_named(order, "order_received", "received", mail_contexts.of_received(order))


def paid(order: Order) -> None:
    """Tell the buyer that the payment arrived."""
    _to_buyer(order, "order_paid", "paid", mail_contexts.of_order(order))


def shipped(order: Order, shipment: Shipment, *, left: Mapping[int, int]) -> None:
    """Tell the buyer that a parcel left, and which units (line id -> units) are still to come."""
    message = "order_partly_shipped" if left else "order_shipped"
    context = mail_contexts.of_parcel(order, shipment, left=left)
    _to_buyer(order, message, f"shipment {shipment.pk}", context)


def refunded(order: Order, amount: str, *, reference: str) -> None:
    """Tell the buyer how much went back, once for each reference."""
    _to_buyer(order, "order_refunded", reference, mail_contexts.of_refund(order, amount))


def put_on_card(order: Order, amount: str, *, reference: str) -> None:
    """Tell the buyer how much is back on the gift card that paid, once for each reference."""
    context = mail_contexts.of_refund(order, amount, is_on_card=True)
    _to_buyer(order, "order_refunded", reference, context)


def cancelled(order: Order, *, refund_minor: int = 0, refund: str = "") -> None:
    """Tell the buyer that the order is called off, and how much goes back.

    In minor units of the order's currency, or, as text, in another one.
    """
    context = mail_contexts.of_cancellation(order, refund_minor=refund_minor, refund=refund)
    has_paid = order.paid_at is not None or bool(context["amount"])
    tell = _to_buyer if has_paid else _to_whoever_was_named
    tell(order, "order_cancelled", "called off", context)


def payment_failed(order: Order, *, attempt: int, reason: str) -> None:
    """Tell the buyer that a try to pay came to nothing, with the way to try again."""
    context = mail_contexts.of_failed_payment(order, reason)
    _to_whoever_was_named(order, "payment_failed", f"attempt {attempt} failed", context)


def staff_new_order(order: Order) -> None:
    """Tell the staff that there is an order to ship."""
    _to_staff(order, "staff_new_order", "to ship", mail_contexts.for_staff(order))


def staff_alert(order: Order, text: str) -> None:
    """Tell the staff that money and order need a look."""
    _to_staff(order, "staff_alert", fit(text, 80), mail_contexts.for_staff(order, alert=text))


def staff_dispute(order: Order, *, cause: str, **facts: Any) -> None:
    """Tell the staff of a dispute: `amount`, `reason` and `status` as text, `due_by`, `answer_url`.

    `cause` names the dispute and how far it is; `is_open` and `holds_shipment` say what may be done.
    """
    _to_staff(order, "staff_dispute", cause, mail_contexts.for_staff(order, **facts))


def _to_buyer(order: Order, message: str, cause: str, context: Context) -> None:
    _enqueue(order, message, [order.email], cause, context)


def _to_whoever_was_named(order: Order, message: str, cause: str, context: Context) -> None:
    """Mail an address that nobody has paid for yet, unless it had too many such mails."""
    if mail.may_write(order.email, rate=settings.LIMIT_MAILS_UNPAID, cause=f"{message} of {order}"):
        _to_buyer(order, message, cause, context)


def _to_staff(order: Order, message: str, cause: str, context: Context) -> None:
    _enqueue(order, message, settings.STAFF_EMAILS, cause, context)


def _enqueue(order: Order, message: str, to: list[str], cause: str, context: Context) -> None:
    mail.enqueue(message=message, to=to, context=context, reference=f"order {order.number} {cause}")

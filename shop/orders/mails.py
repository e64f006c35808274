"""Mails of an order, written to the outbox in the transaction of their cause."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from foundation import mail
from shop.money import Money
from shop.orders import summary
from shop.orders.models import Order, Shipment


def received(order: Order) -> None:
    """Tell the buyer that the order is in and waits for payment."""
    _to_buyer(order, "order_received", "received")


def paid(order: Order) -> None:
    """Tell the buyer that the payment arrived."""
    _to_buyer(order, "order_paid", "paid")


def shipped(order: Order, shipment: Shipment) -> None:
    """Tell the buyer that the parcel left, with carrier and tracking number."""
    _to_buyer(order, "order_shipped", f"shipment {shipment.pk}", shipment=shipment)


def refunded(order: Order, amount: str, *, reference: str) -> None:
    """Tell the buyer how much went back, once for each reference."""
    _to_buyer(order, "order_refunded", reference, amount=amount)


def cancelled(order: Order, *, refund_minor: int = 0, refund: str = "") -> None:
    """Tell the buyer that the order is called off, and how much goes back.

    In minor units of the order's currency, or, as text, in another one.
    """
    amount = refund or (Money(refund_minor, order.currency).display() if refund_minor else "")
    _to_buyer(order, "order_cancelled", "called off", amount=amount)


def payment_failed(order: Order, *, attempt: int, reason: str) -> None:
    """Tell the buyer that a try to pay came to nothing, with the way to try again."""
    until = timezone.now() + settings.ORDER_RETRY
    _to_buyer(order, "payment_failed", f"attempt {attempt} failed", reason=reason, until=until)


def staff_new_order(order: Order) -> None:
    """Tell the staff that there is an order to ship."""
    _to_staff(order, "staff_new_order", "to ship")


def staff_alert(order: Order, text: str) -> None:
    """Tell the staff that money and order need a look."""
    _to_staff(order, "staff_alert", text[:80], alert=text)


def staff_dispute(order: Order, *, cause: str, **facts: Any) -> None:
    """Tell the staff of a dispute: `amount`, `reason` and `status` as text, `due_by`, `answer_url`.

    `cause` names the dispute and how far it is; `is_open` and `holds_shipment` say what may be done.
    """
    _to_staff(order, "staff_dispute", cause, **facts)


def _to_buyer(order: Order, message: str, cause: str, **extra: Any) -> None:
    mail.enqueue(
        message=message,
        to=[order.email],
        context=_context(order) | extra,
        reference=f"order {order.number} {cause}",
    )


def _to_staff(order: Order, message: str, cause: str, **extra: Any) -> None:
    admin_url = f"{settings.SITE_URL}/admin/shop/order/{order.pk}/change/"
    mail.enqueue(
        message=message,
        to=settings.STAFF_EMAILS,
        context=_context(order) | {"admin_url": admin_url} | extra,
        reference=f"order {order.number} {cause}",
    )


def _context(order: Order) -> dict[str, Any]:
    return {"order": order, "lines": summary.of_lines(order), "totals": summary.of_order(order)}

"""Every mail about an order as it would go out now, from the same contexts and templates as the real one.

Nothing is written or sent. Error: DoesNotFit.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import mail
from shop.backoffice import desk, queues
from shop.giftcards import codes, issuing
from shop.giftcards.models import GiftCard
from shop.money import Money
from shop.orders import mail_contexts
from shop.orders.mail_contexts import Context
from shop.orders.models import Order, Shipment, ShipmentLine
from shop.payments import disputes, refunds, wording
from shop.payments.models import Payment, Refund
from shop.withdrawals import mails as withdrawal_mails
from shop.withdrawals.models import Withdrawal

TOGETHER = timedelta(seconds=10)  # a cancellation and its refunds are written in one transaction
CAME_TO_NOTHING = (Payment.Status.FAILED, Payment.Status.EXPIRED, Payment.Status.ABANDONED)
TO_LOOK_AT = (Payment.Status.REVIEW, Payment.Status.REFUND_DUE)


class DoesNotFit(Exception):
    """A mail that makes no sense for an order; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of mail: its name for the staff, and what it says about an order."""

    label: str | Promise
    context: Callable[[Order], Context]


def messages() -> dict[str, str]:
    """Return the folder and the name of each mail about an order."""
    return {name: str(message.label) for name, message in MESSAGES.items()}


def preview(message: str, order: Order) -> dict[str, str]:
    """Return `subject`, `text` and `html` of a mail. Raises DoesNotFit. Up to five queries."""
    return mail.render(message, MESSAGES[message].context(order))


def _to_be_paid(order: Order) -> Context:
    _require_not_called_off(order)
    return mail_contexts.of_received(order)


def _just_paid(order: Order) -> Context:
    _require_not_called_off(order)
    return mail_contexts.of_order(order)


def _require_not_called_off(order: Order) -> None:
    if order.is_called_off:
        raise DoesNotFit(_("Order %(order)s is called off, so nobody is asked to pay it.") % {"order": order})


def _last_parcel(order: Order) -> Context:
    last = _parcels(order)[-1]
    if order.fulfilment == Order.Fulfilment.PARTIAL:
        raise DoesNotFit(_("A part of order %(order)s is still to be shipped.") % {"order": order})
    return mail_contexts.of_parcel(order, last, left={})


def _part(order: Order) -> Context:
    """Tell of the last parcel after which something was left: what later ones held, and what is left now."""
    parcels = _parcels(order)
    later = [] if order.fulfilment == Order.Fulfilment.PARTIAL else [parcels.pop()]
    if not parcels:
        raise DoesNotFit(_("Order %(order)s was shipped in one parcel.") % {"order": order})
    left = Counter(desk.left_to_ship(order))
    for line in ShipmentLine.objects.filter(shipment__in=later):
        left[line.order_line_id] += line.quantity
    return mail_contexts.of_parcel(order, parcels[-1], left=left)


def _parcels(order: Order) -> list[Shipment]:
    """Return the parcels that left, the last one last. Raises DoesNotFit when there is none."""
    parcels = list(order.shipments.order_by("pk"))
    if not parcels:
        raise DoesNotFit(_("No parcel of order %(order)s has left yet.") % {"order": order})
    return parcels


def _refund(order: Order) -> Context:
    """Tell of the last refund, or of the one that would send everything back."""
    last = _refunds(order).last()
    if last:
        return mail_contexts.of_refund(order, _amount(last), is_on_card=last.payment is None)
    left_minor = queues.refundable_minor(order)
    if not left_minor:
        raise DoesNotFit(_("Nothing was paid for order %(order)s that could go back.") % {"order": order})
    return mail_contexts.of_refund(order, Money(left_minor, order.currency).display())


def _cancellation(order: Order) -> Context:
    """Tell of the cancellation that happened, or of one that happened now."""
    if order.fulfilment != Order.Fulfilment.UNFULFILLED:
        raise DoesNotFit(
            _("A parcel of order %(order)s has left, so it cannot be cancelled.") % {"order": order}
        )
    if order.cancelled_at is None:
        return mail_contexts.of_cancellation(order, refund_minor=queues.refundable_minor(order))
    back = _refunds(order).filter(created_at__gte=order.cancelled_at - TOGETHER)
    currencies = {refund.currency for refund in back}
    total_minor = sum(refund.amount_minor for refund in back)
    if currencies <= {order.currency}:
        return mail_contexts.of_cancellation(order, refund_minor=total_minor)
    return mail_contexts.of_cancellation(order, refund=", ".join(_amount(refund) for refund in back))


def _failed_payment(order: Order) -> Context:
    """Tell of the last payment that came to nothing, or that an open one did so now."""
    if order.status == Order.Status.PAID or order.is_called_off:
        raise DoesNotFit(_("Order %(order)s does not wait for a payment.") % {"order": order})
    last = order.payments.filter(status__in=CAME_TO_NOTHING).order_by("attempt").last()
    return mail_contexts.of_failed_payment(order, wording.failure(last) if last else "")


def _gift_card(order: Order) -> Context:
    card = GiftCard.objects.filter(source=order.reference).order_by("pk").first()
    if card is None:
        raise DoesNotFit(_("Order %(order)s has bought no gift card, or is not paid yet.") % {"order": order})
    return issuing.mail_context(card, codes.masked(card.hint), withdrawal_url=order.withdrawal_url)


def _to_ship(order: Order) -> Context:
    if order.is_called_off:
        raise DoesNotFit(_("Order %(order)s is called off, so nothing is shipped.") % {"order": order})
    return mail_contexts.for_staff(order)


def _alert(order: Order) -> Context:
    payment = order.payments.filter(status__in=TO_LOOK_AT).order_by("attempt").last()
    if payment is None:
        raise DoesNotFit(_("Nothing about the money of order %(order)s needs a look.") % {"order": order})
    return mail_contexts.for_staff(order, alert=wording.alert(payment))


def _dispute(order: Order) -> Context:
    found = refunds.disputes_of(order)
    if not found:
        raise DoesNotFit(_("No bank disputes the payment of order %(order)s.") % {"order": order})
    return mail_contexts.for_staff(order, **disputes.facts(order, found[-1]))


def _withdrawal(order: Order) -> Context:
    return withdrawal_mails.context(_last_withdrawal(order))


def _refused_withdrawal(order: Order) -> Context:
    refused = order.withdrawals.exclude(refused_at=None).last()
    if refused is None:
        raise DoesNotFit(_("No withdrawal from order %(order)s was refused.") % {"order": order})
    return withdrawal_mails.context(refused)


def _withdrawal_for_staff(order: Order) -> Context:
    return withdrawal_mails.staff_context(_last_withdrawal(order))


def _last_withdrawal(order: Order) -> Withdrawal:
    last = order.withdrawals.last()
    if last is None:
        raise DoesNotFit(_("Nobody withdrew from order %(order)s.") % {"order": order})
    return last


def _refunds(order: Order) -> QuerySet[Refund]:
    """Return the order's refunds that did not fail, the last one last."""
    standing = Refund.objects.exclude(status=Refund.Status.FAILED)
    return standing.filter(order=order).select_related("payment", "order").order_by("pk")


def _amount(refund: Refund) -> str:
    return wording.amount(refund.amount_minor, refund.currency)


MESSAGES = {
    "order_received": Message(gettext_lazy("To the buyer: order received"), _to_be_paid),
    "order_paid": Message(gettext_lazy("To the buyer: payment arrived"), _just_paid),
    "order_partly_shipped": Message(gettext_lazy("To the buyer: a part is on its way"), _part),
    "order_shipped": Message(gettext_lazy("To the buyer: parcel is on its way"), _last_parcel),
    "order_refunded": Message(gettext_lazy("To the buyer: money goes back"), _refund),
    "order_cancelled": Message(gettext_lazy("To the buyer: order cancelled"), _cancellation),
    "gift_card": Message(gettext_lazy("To the buyer: gift card"), _gift_card),
    "withdrawal_received": Message(gettext_lazy("To the buyer: withdrawal received"), _withdrawal),
    "withdrawal_refused": Message(gettext_lazy("To the buyer: withdrawal refused"), _refused_withdrawal),
    "payment_failed": Message(gettext_lazy("To the buyer: payment failed"), _failed_payment),
    "staff_new_order": Message(gettext_lazy("To the staff: new order to ship"), _to_ship),
    "staff_withdrawal": Message(gettext_lazy("To the staff: a buyer withdrew"), _withdrawal_for_staff),
    "staff_alert": Message(gettext_lazy("To the staff: a payment needs a look"), _alert),
    "staff_dispute": Message(gettext_lazy("To the staff: the bank disputes a payment"), _dispute),
}

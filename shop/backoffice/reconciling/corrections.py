"""What the buttons do: each brings the shop to what Stripe says, or does what a person decided.

Every function takes the key of its difference and the member of the staff (None for the worker). All may
be called twice. Errors, for the staff to read: NotMended, and those of the functions they call.
Lock order: Order, Payment, Refund, GiftCard, Variant.
"""

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.reconciling import disputes, refunds, sessions
from shop.backoffice.reconciling.orders import put_back, sent_back
from shop.discounts.codes import CodeRefused
from shop.giftcards import desk as card_desk
from shop.giftcards import issuing
from shop.giftcards.cards import CardRefused
from shop.orders import holds, lifecycle, mails, sources
from shop.orders.models import Order
from shop.payments import disputes as dispute_rows
from shop.payments import paperwork, refund_imports, review, stripe_api, sync, webhooks
from shop.payments import refunds as refund_rows
from shop.payments.models import Payment, Refund
from shop.stock import reservations
from shop.stock.reservations import NotEnoughStock


class NotMended(Exception):
    """It cannot be mended this way; the message is for the staff."""


# ---- sessions, by their ids at Stripe ------------------------------------------------------------


def take_session(key: str, staff: Any) -> None:
    """Bring the payment to what Stripe says, with the amount it received."""
    session = sessions.ask(key)
    payment = sessions.payment_of(key, session)
    if session is None or payment is None:
        raise NotMended(_("Stripe or the shop does not know this payment any more."))
    sync.apply(payment.pk, stripe_api.retrieve_session(session.id, patient=True))


def send_back_session(key: str, staff: Any) -> None:
    """Send the money of a session that is not the shop's back to its buyer, once for each rest."""
    session = sessions.ask(key)
    rest = sessions.rest_of(session) if session else 0
    if session is not None and rest:
        again = f"send back {session.id} {rest}"
        stripe_api.create_refund(intent_id=session.intent_id, amount_minor=rest, key=again)


def call_off_session(key: str, staff: Any) -> None:
    """Cancel the order of a payment that never brought money."""
    session = sessions.ask(key)
    payment = sessions.payment_of(key, session)
    if payment is None or (session is not None and session.is_paid):
        raise NotMended(_("Meanwhile Stripe has the money."))
    _no_money_came(payment.order_id, staff)


@transaction.atomic
def _no_money_came(order_id: int, staff: Any) -> None:
    """Cancel a paid order whose money never came: its goods go back on the shelf, the buyer is told."""
    order = Order.objects.select_for_update().get(pk=order_id)
    reason = _("No money came")
    believed = order.payments.filter(status__in=sessions.MONEY_ARRIVED)
    believed.update(status=Payment.Status.FAILED, reason=reason)
    if order.status == Order.Status.PAID:
        lifecycle.call_off(order, reason=reason, staff=staff)
        mails.cancelled(order)
        refund_rows.put_back_on_cards(order, reason=reason, staff=staff)
        paperwork.take_back_invoice(order, reason=reason)


# ---- refunds, by their numbers or their ids at Stripe --------------------------------------------


def import_refund(key: str, staff: Any) -> None:
    """Take over a refund that was made at Stripe."""
    there = refunds.ask(key)
    if there is not None:
        refund_imports.take(there)


def book_refund(key: str, staff: Any) -> None:
    """Book what Stripe says about a refund."""
    row = Refund.objects.get(pk=int(key))
    there = refunds.ask(str(row.stripe_id))
    if there is None:
        raise NotMended(_("Stripe does not know this refund any more."))
    with transaction.atomic():
        if row.status == Refund.Status.FAILED and there["status"] == "succeeded":
            _lock_refund(row.pk)
            Refund.objects.filter(pk=row.pk).update(status=Refund.Status.PENDING, failure="")
        refund_rows.book(row.pk, there)


def _lock_refund(refund_id: int) -> Refund:
    ids = Refund.objects.values("payment_id", "order_id").get(pk=refund_id)
    Order.objects.select_for_update().get(pk=ids["order_id"])
    Payment.objects.select_for_update().get(pk=ids["payment_id"])
    return Refund.objects.select_for_update().get(pk=refund_id)


def fail_refund(key: str, staff: Any) -> None:
    """Count a refund that Stripe does not know as failed, so that it can be asked for again."""
    row = Refund.objects.get(pk=int(key))
    failure = _("Stripe does not know this refund.")
    refund_rows.book(row.pk, {"id": row.stripe_id, "status": "failed", "failure_reason": failure})


def take_refund_amount(key: str, staff: Any) -> None:
    """Take over Stripe's amount of a refund, and with it what the order counts as refunded."""
    there = refunds.ask(str(Refund.objects.get(pk=int(key)).stripe_id))
    if there is None:
        raise NotMended(_("Stripe does not know this refund any more."))
    with transaction.atomic():
        row = _lock_refund(int(key))
        row.amount_minor = refunds.minor_of(there)
        row.save(update_fields=["amount_minor"])
        take_sum(str(row.order_id), staff)
        _note_amount(row)


def _note_amount(row: Refund) -> None:
    """Replace the credit note of a refund whose amount was wrong."""
    if row.status == Refund.Status.SUCCEEDED:
        paperwork.cancel_credit_note(row.order, row)
        paperwork.credit_note(row.order, row)


def send_refund(key: str, staff: Any) -> None:
    """Send a refund that was asked for; a repeat is the same refund at Stripe."""
    refund_rows.send.call(refund_id=int(key))


# ---- disputes by their ids at Stripe, events by their numbers ------------------------------------


def take_dispute(key: str, staff: Any) -> None:
    """Take over a dispute as Stripe knows it."""
    there = disputes.ask(key)
    if there is not None:
        dispute_rows.take(there)


def process_event(key: str, staff: Any) -> None:
    """Work on an event of the inbox now."""
    webhooks.process.call(row_id=int(key))


# ---- orders --------------------------------------------------------------------------------------


@transaction.atomic
def take_sum(key: str, staff: Any) -> None:
    """Count as refunded what the order's refunds add up to."""
    Order.objects.select_for_update().get(pk=int(key))
    order = Order.objects.annotate(sent_back=sent_back()).get(pk=int(key))
    order.refunded_minor = order.sent_back
    order.save(update_fields=["refunded_minor"])


@transaction.atomic
def take_card_sum(key: str, staff: Any) -> None:
    """Count as put back on gift cards what the order's refunds onto them add up to."""
    Order.objects.select_for_update().get(pk=int(key))
    order = Order.objects.annotate(put_back=put_back()).get(pk=int(key))
    order.gift_card_returned_minor = order.put_back
    order.save(update_fields=["gift_card_returned_minor"])


def find_payment(key: str, staff: Any) -> None:
    """Let the payment that Stripe has money of be the one that paid the order."""
    for payment in Payment.objects.filter(order=int(key)).exclude(session_id=None):
        session = sessions.ask(str(payment.session_id))
        if session is not None and session.is_paid:
            _let_it_have_paid(payment.pk, session.received)
            return
    raise NotMended(_("Stripe has no money for this order."))


@transaction.atomic
def _let_it_have_paid(payment_id: int, received: tuple[int, str]) -> None:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    Order.objects.select_for_update().get(pk=order_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.status, payment.reason = Payment.Status.PAID, ""
    payment.received_minor, payment.received_currency = received
    payment.save(update_fields=["status", "reason", "received_minor", "received_currency"])


def call_off_order(key: str, staff: Any) -> None:
    """Cancel an order that counts as paid, but that Stripe has no money for."""
    for session_id in Payment.objects.filter(order=int(key)).values_list("session_id", flat=True):
        session = sessions.ask(session_id) if session_id else None
        if session is not None and session.is_paid:
            raise NotMended(_("Stripe has money for this order: let the payment be found instead."))
    _no_money_came(int(key), staff)


# ---- payments, by their numbers ------------------------------------------------------------------


@transaction.atomic
def mark_paid(key: str, staff: Any) -> None:
    """Sell what the payment paid for. Raises IllegalTransition."""
    payment = Payment.objects.get(pk=int(key))
    order = sources.lock_order(payment.order_id)
    try:
        lifecycle.mark_paid(order)
        paperwork.invoice(order, payment)
    except NotEnoughStock as error:
        raise NotMended(_("The stock is gone by now: send the money back.")) from error
    except (CodeRefused, CardRefused) as error:
        raise NotMended(str(error)) from error


@transaction.atomic
def send_back_payment(key: str, staff: Any) -> None:
    """Ask for a refund of all that is left of a payment, and cancel an order that still waits for it."""
    payment = Payment.objects.get(pk=int(key))
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    rest, reason = refund_rows.refundable_minor(payment), _("It bought nothing")
    refund_rows.request(payment=payment, amount_minor=rest, restock=False, reason=reason, staff=staff)
    if order.status == Order.Status.PENDING:
        lifecycle.cancel(order, reason=reason, is_called_off=True, staff=staff)
        mails.cancelled(order, refund_minor=rest)


def accept(key: str, staff: Any) -> None:
    """Accept a payment in review as it is."""
    review.accept(payment_id=int(key), staff=staff)


def send_back_review(key: str, staff: Any) -> None:
    """Send the money of a payment in review back."""
    review.send_back(payment_id=int(key), staff=staff)


def close_payment(key: str, staff: Any) -> None:
    """End a payment whose time is over, or take its money if it was paid."""
    sync.close(int(key), patient=True)


# ---- variants, by their numbers ------------------------------------------------------------------


@transaction.atomic
def book_on_hand(key: str, staff: Any) -> None:
    """Book what the movements lack as counted by this member of the staff."""
    reference = f"count {timezone.localdate():%Y-%m-%d} {secrets.token_hex(3)}"
    note = _("The book did not add up to what is on hand.")
    reservations.explain(int(key), reference=reference, note=note, staff=staff)


def mend_reserved(key: str, staff: Any) -> None:
    """Reserve what orders hold."""
    holds.mend(int(key))


# ---- gift cards, by their numbers ----------------------------------------------------------------


@transaction.atomic
def book_balance(key: str, staff: Any) -> None:
    """Book what the movements lack of a card's balance as changed by this member of the staff."""
    reason = _("The book did not add up to what is on the card.")
    card_desk.explain(int(key), reference=issuing.new_reference(), reason=reason, staff=staff)

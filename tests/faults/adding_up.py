"""Do stock, holds, orders, gift cards, refunds and the charges at Stripe agree? Each answer is a sentence.

differences_now() must be empty at any moment, also right after a crash; differences_soon() when the
worker has run for a quarter of an hour; differences_in_the_end() when nobody can pay any more.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Sum
from django_tasks_db.models import DBTaskResult

from foundation.mail import OutboxMail
from shop.giftcards import ledger
from shop.orders.card_holds import held_differences
from shop.orders.holds import reserved_differences
from shop.orders.models import Order
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.models import Payment, Refund, WebhookEvent
from shop.stock.ledger import on_hand_differences
from shop.stock.models import StockMovement
from tests.faults.adding_up_cards import cards_not_mailed_once, gift_cards_of, withdrawn_but_not_empty

HOLD_OF = {"pending": "held", "paid": "consumed", "cancelled": "released"}
MONEY_IS_HERE = {Payment.Status.PAID, Payment.Status.REVIEW, Payment.Status.REFUND_DUE}


def assert_everything_adds_up() -> None:
    """Fail unless everything agrees and nothing is left to do."""
    found = differences_now() + differences_soon() + differences_in_the_end()
    assert not found, "\n".join(found)


def differences_now() -> list[str]:
    """Return what must never be seen, not even for a moment."""
    found = on_hand_differences() + reserved_differences()
    found += ledger.balance_differences() + held_differences() + withdrawn_but_not_empty()
    for order in Order.objects.all():
        found += [*_of_order(order), *gift_cards_of(order)]
    for session in DemoSession.objects.all():
        found += _of_session(session)
    return found + list(_refunds_without_a_row())


def differences_in_the_end() -> list[str]:
    """Return what still waits although its time is over."""
    found = [f"{p} is still {p.status}" for p in Payment.objects.filter(status__in=Payment.ACTIVE)]
    return found + [f"order {o.number} is still pending" for o in Order.objects.filter(status="pending")]


def differences_soon() -> list[str]:
    """Return what the worker should have booked, sent or finished by now."""
    found = [f"{r} is still pending" for r in Refund.objects.filter(status=Refund.Status.PENDING)]
    found += [f"{e} is not processed" for e in WebhookEvent.objects.filter(status=WebhookEvent.Status.NEW)]
    found += [f"job {j.task_path} {j.status}" for j in DBTaskResult.objects.exclude(status="SUCCESSFUL")]
    found += [f"never sent: {mail}" for mail in OutboxMail.objects.filter(sent_at=None)]
    found += cards_not_mailed_once()
    for session in DemoSession.objects.filter(payment_status="paid"):
        found += _of_charge(session)
    for order in Order.objects.all():
        found += _mails_of(order)
    return found + list(_refunds_that_differ())


def _of_order(order: Order) -> Iterator[str]:
    if order.hold != HOLD_OF[order.status]:
        yield f"order {order.number} is {order.status}, its stock {order.hold}"
    paid = [p for p in order.payments.all() if p.status == Payment.Status.PAID]
    is_paid_with_money = bool(order.paid_at and order.charged_minor)
    if len(paid) != is_paid_with_money:
        yield f"order {order.number} is {order.status} with {len(paid)} paid payments"
    if order.status == Order.Status.PAID and len(paid) != sum(_is_charged(payment) for payment in paid):
        yield f"order {order.number} is paid, but there is no money at Stripe"
    yield from _movements_of(order)


def _movements_of(order: Order) -> Iterator[str]:
    """Sold once when paid, and back on the shelf as often as the lines say: all of it when called off."""
    causes = [*map(str, order.refunds.all()), f"{order.reference} called off"]
    for line in order.lines.all():
        movements = StockMovement.objects.filter(variant=line.variant_id)
        sold = [-m.delta for m in movements.filter(reference=order.reference, kind="sold")]
        back = sum(m.delta for m in movements.filter(reference__in=causes, kind="returned"))
        if sold != ([line.quantity] if order.paid_at else []):
            yield f"order {order.number}: sold {sold} of {line.quantity}"
        if back != line.returned_quantity:
            yield f"order {order.number}: {back} back on the shelf, its line says {line.returned_quantity}"
        if order.paid_at and order.is_called_off and back != line.quantity:
            yield f"order {order.number}: called off, but {back} of {line.quantity} back on the shelf"


def _is_charged(payment: Payment) -> bool:
    return DemoSession.objects.filter(session_id=payment.session_id, payment_status="paid").exists()


def _of_session(session: DemoSession) -> Iterator[str]:
    payment = Payment.objects.select_related("order").filter(pk=session.params["metadata"]["payment"]).first()
    if payment is None:
        yield f"{session} is at Stripe, but the shop has no payment for it"
        return
    if payment.session_id not in {None, session.session_id}:
        yield f"{payment} has two sessions at Stripe"
    if session.is_payable and not (payment.is_active and payment.order.hold == Order.Hold.HELD):
        yield f"{payment} is {payment.status}, its order {payment.order.hold}, but it can still be paid"
    if session.payment_status != "paid" and payment.status in MONEY_IS_HERE:
        yield f"{payment} is {payment.status}, but nothing was paid at Stripe"


def _of_charge(session: DemoSession) -> Iterator[str]:
    """Money at Stripe bought an order, or all of it went back, or a person looks at it."""
    payment = Payment.objects.select_related("order").get(pk=session.params["metadata"]["payment"])
    if payment.status not in MONEY_IS_HERE:
        yield f"{payment} is {payment.status}, but the money is at Stripe"
    went_back = _sent_back(session.intent_id) == session.amount_total
    if payment.status == Payment.Status.REFUND_DUE and not went_back:
        yield f"{payment} should have gone back"
    if payment.status == Payment.Status.PAID and payment.order.status != Order.Status.PAID and not went_back:
        yield f"{payment} is paid, order {payment.order.number} {payment.order.status}, the money kept"


def _sent_back(intent_id: str, **asked: Any) -> int:
    rows = DemoRefund.objects.filter(intent_id=intent_id, **asked).exclude(status="failed")
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def _refunds_without_a_row() -> Iterator[str]:
    """The row comes first; only what was sent back in Stripe's dashboard has none yet."""
    for payment in Payment.objects.exclude(intent_id=""):
        rows = payment.refunds.exclude(status=Refund.Status.FAILED)
        known = rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0
        sent = _sent_back(payment.intent_id, metadata__has_key="refund")
        if sent > known:
            yield f"{payment}: {sent} went back, the shop knows of {known}"
        if known > payment.amount_minor:
            yield f"{payment}: refunds of {known} for {payment.amount_minor}"


def _refunds_that_differ() -> Iterator[str]:
    for payment in Payment.objects.exclude(intent_id=""):
        booked = (
            payment.refunds.filter(status=Refund.Status.SUCCEEDED).aggregate(sum=Sum("amount_minor"))["sum"]
            or 0
        )
        if _sent_back(payment.intent_id) != booked:
            yield f"{payment}: {_sent_back(payment.intent_id)} went back, {booked} booked"
        if payment.status == Payment.Status.PAID and payment.order.refunded_minor != booked:
            yield f"order {payment.order.number}: refunded {payment.order.refunded_minor}, booked {booked}"


def _mails_of(order: Order) -> Iterator[str]:
    """One mail about the order, and one to each side once it is paid."""
    mails = OutboxMail.objects.filter(reference__startswith=f"{order.reference} ")
    written = Counter(mails.values_list("message", flat=True))
    expected = {
        "order_received": 1,
        "order_paid": bool(order.paid_at),
        "staff_new_order": bool(order.paid_at),
    }
    expected |= {"order_cancelled": 1} if order.is_called_off else {}
    for message, times in expected.items():
        if written[message] != times:
            yield f"order {order.number}: {written[message]} x {message} instead of {int(times)}"

"""Money at Stripe and payments of the shop: each has its other half, over the same amount."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.backoffice.reconciling.findings import SETTLING, Finding, Kind
from shop.backoffice.reconciling.listing import Listing, Session, shown
from shop.orders.models import Order
from shop.payments import refunds, stripe_api, wording
from shop.payments.models import Payment

KINDS = frozenset({Kind.PAID_AT_STRIPE, Kind.UNKNOWN_SESSION, Kind.NOT_PAID, Kind.AMOUNT})
MONEY_ARRIVED = (Payment.Status.PAID, Payment.Status.REFUND_DUE)


def suspects(listing: Listing) -> Iterator[str]:
    """Return sessions paid there and not the same here, and paid here and not there. A few queries."""
    paid = {s.id: s for s in listing.sessions.values() if s.is_paid and s.is_ours}
    known = Payment.objects.in_bulk(list(paid), field_name="session_id")
    yield from (s.id for s in paid.values() if not _is_same(known.get(s.id), s))
    here = Payment.objects.filter(status__in=MONEY_ARRIVED, created_at__gte=listing.since)
    ids = here.exclude(session_id=None).values_list("session_id", flat=True)
    yield from (str(session_id) for session_id in ids if session_id not in paid)


def _is_same(payment: Payment | None, session: Session) -> bool:
    if payment is None or payment.status not in Payment.FINAL:
        return False
    return received(payment) == session.received


def received(payment: Payment) -> tuple[int, str]:
    """Return what the shop believes a payment brought: minor units and currency."""
    return refunds.received_minor(payment), payment.received_currency or payment.currency


def judge(key: str, listing: Listing) -> Iterator[Finding]:
    """Return what differs about a session. Stripe is asked unless it listed the session as paid."""
    listed = listing.sessions.get(key)
    session = listed if listed and listed.is_paid else ask(key)  # what is paid at Stripe stays paid
    payment = payment_of(key, session)
    if session is None or not session.is_paid:
        yield from _not_paid(key, payment)
    elif payment is None:
        yield from _unknown(session)
    elif payment.status in Payment.FINAL:
        yield from _amount(payment, session)
    elif not _is_under_way(payment) and not _is_order_paid_alone(payment.order):
        yield Finding(Kind.PAID_AT_STRIPE, key, _paid_text(payment, session))


def ask(session_id: str) -> Session | None:
    """Return a session as Stripe knows it now; None when there is none of this id."""
    try:
        return Session.read(stripe_api.retrieve_session(session_id, patient=True))
    except stripe_api.Refused as refusal:
        if refusal.code == "resource_missing":
            return None
        raise


def payment_of(session_id: str, session: Session | None) -> Payment | None:
    """Return the payment of a session, by its id, or by what it names while no id was stored."""
    payments = Payment.objects.select_related("order")
    payment = payments.filter(session_id=session_id).first()
    if payment is None and session and _is_number(session.payment) and _is_number(session.order):
        nameless = payments.filter(session_id=None, order__number=int(session.order))
        payment = nameless.filter(pk=int(session.payment)).first()
    return payment


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _is_under_way(payment: Payment) -> bool:
    """Whether the worker still has time to notice the money by itself."""
    return payment.is_active and payment.next_check > timezone.now() - SETTLING


def _is_order_paid_alone(order: Order) -> bool:
    """Whether the order is paid by nothing: orders.py tells that, and this money is the missing payment."""
    return (
        order.status == Order.Status.PAID and not order.payments.filter(status=Payment.Status.PAID).exists()
    )


def _paid_text(payment: Payment, session: Session) -> str:
    amount = shown(session.amount, session.currency)
    words = {"amount": amount, "order": payment.order, "status": payment.get_status_display()}
    return _("Stripe has %(amount)s for order %(order)s; here the payment is “%(status)s”.") % words


def _not_paid(key: str, payment: Payment | None) -> Iterator[Finding]:
    if payment is None or payment.status not in MONEY_ARRIVED:
        return
    session = ask(key)  # once more: the shop may have learned of the money after the first answer
    if session is not None and session.is_paid:
        return
    words = {"amount": wording.amount(*received(payment)), "order": payment.order}
    if session is None:
        text = _("Order %(order)s counts %(amount)s as paid, but Stripe does not know the payment.")
    else:
        text = _("Order %(order)s counts %(amount)s as paid, but Stripe says that nothing was paid.")
    yield Finding(Kind.NOT_PAID, key, text % words)


def _unknown(session: Session) -> Iterator[Finding]:
    rest = rest_of(session)
    if not rest:
        return
    words = {"amount": shown(rest, session.currency), "order": session.order, "session": session.id}
    text = _("Stripe has %(amount)s for order #%(order)s, which this shop does not have (%(session)s).")
    yield Finding(Kind.UNKNOWN_SESSION, session.id, text % words)


def rest_of(session: Session) -> int:
    """Return what of a session's money has not gone back, as Stripe counts. Asks Stripe."""
    if not session.intent_id:
        return 0
    gone = stripe_api.list_refunds(intent_id=session.intent_id)
    sent_back = sum(int(one["amount"]) for one in gone if one["status"] not in {"failed", "canceled"})
    return max(session.amount - sent_back, 0)


def _amount(payment: Payment, session: Session) -> Iterator[Finding]:
    if received(payment) == session.received:
        return
    here, there = wording.amount(*received(payment)), shown(session.amount, session.currency)
    words = {"payment": payment.pk, "order": payment.order, "here": here, "there": there}
    text = _("Payment %(payment)s of order %(order)s brought %(here)s here, but %(there)s at Stripe.")
    yield Finding(Kind.AMOUNT, session.id, text % words)

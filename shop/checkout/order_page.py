"""What the public order page shows: status, lines, totals, payment and parcels."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext as _

from foundation import email_typos
from foundation.models import SiteIdentity
from shop.cart import basket
from shop.checkout import flow, standing, wording
from shop.checkout.standing import Stage, Standing
from shop.orders import addresses, delivery, parcels, summary
from shop.orders.models import Order, OrderLine
from shop.orders.parcels import Parcel
from shop.payments import refunds, stripe_api, sync
from shop.payments.hold_limits import HoldsEnough
from shop.payments.models import Payment
from shop.stock.reservations import NotEnoughStock
from shop.withdrawals import pages as withdrawal_pages

logger = logging.getLogger(__name__)


def find(token: str) -> Order:
    """Return the order of a token as the shop knows it. Raises Http404."""
    order = Order.objects.filter(token=token).first()
    if order is None:
        raise Http404
    return order


def find_synced(token: str) -> Order:
    """Return the order of a token, brought up to date with Stripe. Raises Http404."""
    order = find(token)
    if order.status != Order.Status.PENDING:
        return order
    payment = flow.active_payment(order)
    if payment is not None and sync.may_ask_from_page(payment):
        _try_to_sync(payment)
    order.refresh_from_db()  # the worker may have been quicker, also since the first look
    return order


def _try_to_sync(payment: Payment) -> None:
    ask = sync.close if flow.is_ending(payment) else sync.sync
    try:
        ask(payment.pk, patient=False)
    except stripe_api.StripeError as error:
        logger.warning("The order page could not ask Stripe about %s: %s", payment, error)


def context(order: Order) -> dict[str, Any]:
    """Return the template's context. Ten queries; a few more when it is cancelled or a parcel has left."""
    prefetch_related_objects([order], "lines")
    sent = parcels.of_order(order)
    where = standing.of(order)
    return {
        "order": order,
        "lines": summary.of_lines(order),
        "totals": summary.of_order(order),
        "papers": order.papers.for_links(),
        "status_label": status_label(order),
        "steps": steps(where, sent),
        "parcels": sent,
        "still_to_come": still_to_come(where),
        "delivery": delivery.sentence(order),
        "sends_codes": any(line.is_gift_card for line in order.lines.all()),
        "shop_address": SiteIdentity.current().address_lines if order.is_pickup else [],
        "address_lines": addresses.address_lines(order),
        "billing_lines": addresses.billing_lines(order) if order.has_other_billing else [],
        "email_hint": email_typos.hint(order.email),
        "headline": wording.headline(where),
        "explanation": wording.explanation(where),
        "can_pay": where.can_pay,
        "can_try_again": where.can_try_again,
        "can_cancel": where.can_cancel,
        "withdrawal": withdrawal_pages.notice(order),
        "demo_url": _demo_url(where),
    }


def _demo_url(where: Standing) -> str:
    """Return where the demo's bank confirms or refuses; outside the demo nothing."""
    is_shown = where.order.is_demo and where.stage == Stage.AT_BANK
    return where.payment.url if is_shown and where.payment else ""


def shortage(order: Order, error: NotEnoughStock) -> str:
    """Return what the buyer reads of whose order too little is left, line by line. One query."""
    lines = order.lines.filter(variant__in=error.available)
    if isinstance(error, HoldsEnough):
        texts = error.messages()
        return " ".join(f"{line.title}: {texts[line.variant_id]}" for line in lines)
    short = [f"{line.title}: {_shortage(line, error)}" for line in lines]
    return " ".join([_("We are sorry, not everything is there any more."), *short])


def _shortage(line: OrderLine, error: NotEnoughStock) -> str:
    return basket.shortage(line.quantity, error.available[line.variant_id])


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order's way: done or still to come."""

    label: str
    is_done: bool
    at: datetime | None = None


def still_to_come(where: Standing) -> list[str]:
    """Return the units that follow, of an order of which a part has left. Four queries, else none."""
    if where.stage != Stage.PARTLY_SHIPPED:
        return []
    order = where.order
    return parcels.in_words(order, parcels.units_left(order, refunds.open_units(order)))


def steps(where: Standing, sent: list[Parcel]) -> list[Step]:
    """Return the order's way from order to parcel, or to where it ended."""
    order = where.order
    is_cancelled = order.status == Order.Status.CANCELLED
    way = [Step(_("Ordered"), is_done=True, at=order.created_at)]
    if order.paid_at or not is_cancelled:
        paid = _("Paid") if order.total_minor else _("Nothing to pay")
        way.append(Step(paid, is_done=order.paid_at is not None, at=order.paid_at))
    way += _steps_of_parcels(order, sent)
    if is_cancelled:
        way.append(Step(_("Cancelled"), is_done=True, at=order.cancelled_at))
    return way + _last_steps(where, has_left=bool(sent))


def _steps_of_parcels(order: Order, sent: list[Parcel]) -> list[Step]:
    is_whole = order.fulfilment != Order.Fulfilment.PARTIAL
    labels = [_left(order, is_all=is_whole and parcel is sent[-1]) for parcel in sent]
    return [Step(label, is_done=True, at=p.shipped_at) for label, p in zip(labels, sent, strict=True)]


def _left(order: Order, *, is_all: bool) -> str:
    if order.is_by_email:
        return _("Sent by e-mail")
    if order.is_pickup:
        return _("Ready to be picked up") if is_all else _("Partly ready to be picked up")
    return _("Shipped") if is_all else _("Partly shipped")


def _last_steps(where: Standing, *, has_left: bool) -> list[Step]:
    """Return the money's way back, or what is still to leave."""
    is_over = where.order.status == Order.Status.CANCELLED or where.stage in _MONEY_GOES_BACK
    if is_over and where.returning_minor:
        return [Step(_("Refunded"), is_done=False)]
    if is_over and where.returned_minor:
        return [Step(_("Refunded"), is_done=True)]
    if where.stage == Stage.PARTLY_SHIPPED:
        return [Step(_("The rest"), is_done=False)]
    if where.stage == Stage.WITHDRAWN:
        return [Step(_("Refunded"), is_done=False)]
    if _went_by_email(where.order):
        return [Step(_left(where.order, is_all=True), is_done=True, at=where.order.paid_at)]
    return [] if is_over or has_left else [Step(_left(where.order, is_all=True), is_done=False)]


def _went_by_email(order: Order) -> bool:
    return order.is_by_email and order.fulfilment == Order.Fulfilment.DELIVERED


_MONEY_GOES_BACK = {Stage.REFUNDING, Stage.REFUNDED}


def status_label(order: Order) -> str:
    """Return the status in a word or two."""
    if order.status == Order.Status.PAID and not order.total_minor:
        return _("Nothing to pay")
    return _("Refunded") if order.is_refunded else str(order.get_status_display())

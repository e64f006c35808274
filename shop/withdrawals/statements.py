"""A buyer states to withdraw, and what the staff notes about it; each under the order's lock.

Error: WithdrawalRefused. Lock order: Order, Withdrawal, GiftCard. Source: docs/returns.md.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.giftcards.cards import CardRefused
from shop.orders import gift_cards, lifecycle, parcels
from shop.orders.models import Order, OrderLine
from shop.payments import refunds
from shop.withdrawals import mails, rights
from shop.withdrawals.models import Withdrawal, WithdrawalLine

KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


class WithdrawalRefused(Exception):
    """What was asked for is not there any more; the message is for whoever asked."""


def made_with(order: Order, key: str) -> Withdrawal | None:
    """Return the statement that a form with this key has made. At most one query."""
    return order.withdrawals.filter(key=key).first() if KEY.fullmatch(key) else None


@transaction.atomic
def withdraw(*, order_id: int, units: Mapping[int, int], name: str, email: str, key: str) -> Withdrawal:
    """State that the buyer withdraws from units (line id -> units), once for each `key`. Locks the order.

    Gift cards are out of use at once. Receipt and mail to the staff go out. Raises WithdrawalRefused.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if made := made_with(order, key):
        return made
    chosen = {pk: count for pk, count in units.items() if count}
    right, open_units = rights.of(order), refunds.open_units(order)
    if not chosen or any(not 0 < count <= right.units.get(pk, 0) for pk, count in chosen.items()):
        raise WithdrawalRefused(_("Not all of this can be withdrawn from any more. Please look again."))
    row = Withdrawal.objects.create(order=order, key=key, name=name, email=email)
    for line in order.lines.all():
        if line.pk in chosen:
            _take(row, line, chosen[line.pk], refunded=line.quantity - open_units[line.pk])
    _take_cards_out_of_use(order, chosen, cause=str(row))
    what = ", ".join(parcels.in_words(order, chosen))
    lifecycle.record(order, _("Buyer withdrew from %(what)s") % {"what": what})
    lifecycle.recount_parcels(order, open_units=open_units)
    mails.received(row)
    mails.staff_received(row)
    return row


def _take(row: Withdrawal, line: OrderLine, count: int, *, refunded: int) -> None:
    line.withdrawn_until = max(line.withdrawn_until, refunded) + count
    line.save(update_fields=["withdrawn_until"])
    WithdrawalLine.objects.create(withdrawal=row, order_line=line, quantity=count, until=line.withdrawn_until)


def _take_cards_out_of_use(order: Order, units: Mapping[int, int], *, cause: str) -> None:
    gift_cards.lock(order)
    try:
        gift_cards.take_back(order, units, cause=cause)
    except CardRefused as error:
        text = _("One of these gift cards was used meanwhile. Please look again.")
        raise WithdrawalRefused(text) from error


@transaction.atomic
def note_goods_back(*, withdrawal_id: int, staff: Any) -> Withdrawal:
    """Note that the goods of a withdrawal came back, once; the refund decides about the stock."""
    order, row = _lock(withdrawal_id)
    if row.refused_at is None and row.goods_back_at is None:
        row.goods_back_at = timezone.now()
        row.save(update_fields=["goods_back_at"])
        lifecycle.record(order, _("Goods of %(withdrawal)s came back") % {"withdrawal": row}, staff=staff)
    return row


@transaction.atomic
def refuse(*, withdrawal_id: int, reason: str, staff: Any) -> Withdrawal:
    """Refuse a withdrawal of which nothing was paid back, such as of goods that came back unsealed.

    Its units count as bought again, and its gift cards can pay again. Raises WithdrawalRefused.
    """
    order, row = _lock(withdrawal_id)
    if row.refused_at is not None:
        return row
    open_units = refunds.open_units(order)
    lines = list(row.lines.select_related("order_line"))
    if any(_is_begun(line, open_units) for line in lines):
        raise WithdrawalRefused(_("A part of it was paid back already, so it cannot be refused any more."))
    for line in lines:
        _give_back(line)
    gift_cards.lock(order)
    gift_cards.reinstate(order, cause=str(row))
    row.refused_at, row.refusal_reason = timezone.now(), reason
    row.save(update_fields=["refused_at", "refusal_reason"])
    words = {"withdrawal": row, "reason": reason}
    lifecycle.record(order, _("Refused %(withdrawal)s: %(reason)s") % words, staff=staff)
    lifecycle.recount_parcels(order, open_units=open_units)
    mails.refused(row)
    return row


def _is_begun(line: WithdrawalLine, open_units: Mapping[int, int]) -> bool:
    """Whether one of these units was refunded."""
    refunded = line.order_line.quantity - open_units[line.order_line_id]
    return refunded > line.until - line.quantity


def _give_back(line: WithdrawalLine) -> None:
    """Take units out of the row of those that are gone: later statements move up."""
    later = WithdrawalLine.objects.filter(order_line=line.order_line, until__gt=line.until)
    later.filter(withdrawal__refused_at=None).update(until=F("until") - line.quantity)
    OrderLine.objects.filter(pk=line.order_line_id).update(
        withdrawn_until=F("withdrawn_until") - line.quantity
    )


def _lock(withdrawal_id: int) -> tuple[Order, Withdrawal]:
    order_id = Withdrawal.objects.values_list("order", flat=True).get(pk=withdrawal_id)
    order = Order.objects.select_for_update().get(pk=order_id)
    row = Withdrawal.objects.select_for_update().get(pk=withdrawal_id)
    row.order = order
    return order, row

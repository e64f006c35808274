"""Mails about a withdrawal, written to the outbox in its transaction, and what each of them says."""

from typing import Any

from django.conf import settings

from foundation import mail
from shop.orders import mail_contexts, parcels
from shop.withdrawals import wording
from shop.withdrawals.models import Withdrawal


def received(row: Withdrawal) -> None:
    """Send the receipt to the address that the buyer named, and to that of the order."""
    _enqueue(row, "withdrawal_received", _buyer(row), context(row))


def staff_received(row: Withdrawal) -> None:
    """Tell the staff what goes back."""
    _enqueue(row, "staff_withdrawal", settings.STAFF_EMAILS, staff_context(row))


def refused(row: Withdrawal) -> None:
    """Tell the buyer that the shop refuses a withdrawal, and why."""
    _enqueue(row, "withdrawal_refused", _buyer(row), context(row))


def _buyer(row: Withdrawal) -> list[str]:
    """Return the order's address, and the one named in the statement unless it had too many mails already."""
    named, known = row.email, row.order.email
    if named == known or not mail.may_write(named, rate=settings.LIMIT_MAILS_UNPAID, cause=f"{row}"):
        return [known]
    return [named, known]


def context(row: Withdrawal) -> dict[str, Any]:
    """Return what the buyer's mails and the page of the receipt say. Up to two queries."""
    order, rows = row.order, list(row.lines.select_related("order_line"))
    units = {line.order_line_id: line.quantity for line in rows}
    return {
        "order": order,
        "withdrawal": row,
        "received_at": wording.moment(row.received_at),
        "units": parcels.in_words(order, units),
        "has_goods": any(not line.order_line.is_gift_card for line in rows),
        "has_cards": any(line.order_line.is_gift_card for line in rows),
        "send_back_by": wording.day(wording.send_back_by(row.received_at)),
        "refund_by": wording.day(wording.refund_by(row.received_at)),
        "withdrawal_url": order.withdrawal_url,
    }


def staff_context(row: Withdrawal) -> dict[str, Any]:
    """Return what the mail to the staff says."""
    return mail_contexts.for_staff(row.order) | context(row) | {"withdrawal_url": ""}


def _enqueue(row: Withdrawal, message: str, to: list[str], facts: dict[str, Any]) -> None:
    mail.enqueue(message=message, to=to, context=facts, reference=f"order {row.order.number} {row}")

"""What the order page says of the right of withdrawal, and what cannot be withdrawn from."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from shop.catalogue import withdrawal_rules
from shop.orders import parcels
from shop.orders.models import Order
from shop.withdrawals import rights, wording
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.rights import Right, Standing


@dataclass(frozen=True, slots=True)
class Statement:
    """A withdrawal that was stated: what became of it, in a sentence, and where its receipt is."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The part of the order page about withdrawing; `url` is empty when nobody can withdraw now."""

    sentence: str
    url: str
    statements: list[Statement]


def notice(order: Order) -> Notice | None:
    """Return what the order page shows; None for orders that never had the right.

    Queries of rights.of(), and two.
    """
    right = rights.of(order)
    if right.standing in {Standing.COMPANY, Standing.UNPAID, Standing.CANCELLED}:
        return None
    made = [_statement(order, row) for row in order.withdrawals.prefetch_related("lines")]
    url = address(order) if right.is_open else ""
    sentence = wording.until(right) or (_ended(right) if not made else "")
    return Notice(sentence, url, made) if sentence or made else None


def _ended(right: Right) -> str:
    return wording.why_not(right) if right.standing in {Standing.ENDED, Standing.EXCLUDED} else ""


def _statement(order: Order, row: Withdrawal) -> Statement:
    units = {line.order_line_id: line.quantity for line in row.lines.all()}
    words = {
        "what": ", ".join(parcels.in_words(order, units)),
        "day": wording.moment(row.received_at),
        "reason": row.refusal_reason,
    }
    text = _("You withdrew on %(day)s from %(what)s.")
    if row.refused_at:
        text = _("You withdrew on %(day)s from %(what)s. We could not accept that: %(reason)s")
    return Statement(text % words, reverse("shop:withdrawal-receipt", args=[order.token, row.pk]))


def address(order: Order) -> str:
    """Return where the buyer withdraws."""
    return reverse("shop:withdraw", args=[order.token])


def exceptions(order: Order) -> list[str]:
    """Return a sentence for each line that cannot be withdrawn from."""
    return [
        f"{line.title}: {withdrawal_rules.sentence(line.withdrawal_rule)}"
        for line in order.lines.all()
        if line.is_excluded_from_withdrawal
    ]

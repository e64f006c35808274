"""What can go back of a payment or an order, and what it is worth: arithmetic from rows, changes nothing.

All amounts are minor units. Source: docs/pricing.md and docs/payments.md, "Refunds".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum

from shop import refund_shares
from shop.money import charge_step
from shop.orders.models import Order, OrderLine
from shop.payments.models import Dispute, Payment, Refund, RefundLine


def received_minor(payment: Payment) -> int:
    """Return what a payment brought, in minor units; 0 unless Stripe reported money."""
    if payment.status not in Payment.FINAL:
        return 0
    if payment.status == Payment.Status.REVIEW or payment.received_minor is not None:
        return payment.received_minor or 0
    return payment.amount_minor


def refundable_minor(payment: Payment) -> int:
    """Return what can still be refunded of a payment, in minor units. Two queries, none without money.

    Money that its bank questions or took back cannot be refunded.
    """
    received = received_minor(payment)
    if not received:
        return 0
    under_way = payment.refunds.exclude(status=Refund.Status.FAILED)
    disputed = payment.disputes.filter(status__in=Dispute.TAKES_MONEY)
    gone = [rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0 for rows in (under_way, disputed)]
    return max(received - sum(gone), 0)


def open_units(order: Order) -> dict[int, int]:
    """Return line id -> units that no refund pays back, but for refunds that failed. Two queries."""
    standing = RefundLine.objects.filter(order_line__order=order).exclude(refund__status=Refund.Status.FAILED)
    sums = standing.order_by().values_list("order_line").annotate(Sum("quantity"))
    gone: dict[int, int] = dict(sums)
    lines = order.lines.values_list("pk", "quantity")
    return {pk: max(quantity - gone.get(pk, 0), 0) for pk, quantity in lines}


def is_shipping_open(order: Order) -> bool:
    """Whether shipping was charged and no refund pays it back, but for refunds that failed. One query."""
    standing = order.refunds.filter(includes_shipping=True)
    is_charged = order.shipping_minor > order.shipping_discount_minor
    return is_charged and not standing.exclude(status=Refund.Status.FAILED).exists()


def card_left_minor(order: Order) -> int:
    """Return what gift cards paid of an order and no refund has put back, in minor units. One query.

    Nothing of an order that was never paid: it gives back what it holds by itself.
    """
    if not order.gift_card_minor or order.paid_at is None:
        return 0
    back = order.refunds.filter(payment=None).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return max(order.gift_card_minor - back, 0)


@dataclass(frozen=True, slots=True)
class Worth:
    """What goes back, in minor units: as money, and onto the gift cards that paid."""

    money_minor: int
    card_minor: int

    @property
    def total_minor(self) -> int:
        """Both together."""
        return self.money_minor + self.card_minor


def left(order: Order) -> Worth:
    """Return all that can still go back of an order. At most two queries, and two a payment with money."""
    money = sum(refundable_minor(payment) for payment in order.payments.all())
    return Worth(money_minor=money, card_minor=card_left_minor(order))


def cards_bought_minor(order: Order, *, besides: Mapping[int, int]) -> int:
    """Return what was paid for gift cards that no refund takes back, nor these units (line id -> units).

    In minor units. Three queries, one without such lines.
    """
    bought = list(order.lines.filter(gift_value_minor__gt=0))
    if not bought:
        return 0
    standing = {pk: count - besides.get(pk, 0) for pk, count in open_units(order).items()}
    return sum(line.net_minor * max(standing[line.pk], 0) // line.quantity for line in bought)


def of_amount(order: Order, amount_minor: int) -> Worth:
    """Return how an amount goes back: as money, and what money cannot cover onto the gift cards."""
    rest = left(order)
    money = min(amount_minor, rest.money_minor)
    return Worth(money_minor=money, card_minor=amount_minor - money)


def proposal(order: Order, *, units: Mapping[int, int], includes_shipping: bool) -> Worth:
    """Return what these open units (line id -> units) and the open shipping are worth.

    Never more than is left of what bought them: an amount may have gone back before. Nine queries.
    """
    lines = list(order.lines.all())
    paid, gone = _paid(order, lines), open_units(order)
    is_shipping_back = includes_shipping and is_shipping_open(order)

    def worth(shares: refund_shares.Shares) -> int:
        of_lines = _worth_minor(order, dict(zip(lines, shares.lines_minor, strict=True)), units, gone)
        return of_lines + (shares.shipping_minor if is_shipping_back else 0)

    bought = order.payments.filter(status=Payment.Status.PAID)
    rest_minor = sum(refundable_minor(payment) for payment in bought)
    return Worth(
        money_minor=min(worth(paid.charged), rest_minor),
        card_minor=min(worth(paid.by_card), card_left_minor(order)),
    )


def _worth_minor(
    order: Order, shares: Mapping[OrderLine, int], units: Mapping[int, int], left: Mapping[int, int]
) -> int:
    return sum(
        refund_shares.of_units(
            share,
            line.quantity,
            before=line.quantity - left[line.pk],
            count=min(units.get(line.pk, 0), left[line.pk]),
            step_minor=charge_step(order.currency),
        )
        for line, share in shares.items()
    )


def _paid(order: Order, lines: list[OrderLine]) -> refund_shares.Paid:
    shipping_minor = order.shipping_minor - order.shipping_discount_minor
    return refund_shares.of_order(
        [line.net_minor + line.tax_added_minor for line in lines],
        shipping_minor + order.shipping_tax_added_minor,
        gift_card_minor=order.gift_card_minor,
        vouchers={place for place, line in enumerate(lines) if line.is_gift_card},
        step_minor=charge_step(order.currency),
    )

"""What can go back of a payment or an order, and what it is worth: arithmetic from rows, changes nothing.

All amounts are minor units. Source: docs/pricing.md and docs/payments.md, "Refunds".
"""

from collections.abc import Mapping

from django.db.models import Sum

from shop import pricing, refund_shares
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


def currency_of(payment: Payment) -> str:
    """Return the currency of the money that a payment brought."""
    return payment.received_currency or payment.currency


def open_units(order: Order) -> dict[int, int]:
    """Return line id -> units that no refund pays back, but for refunds that failed. Two queries."""
    standing = RefundLine.objects.filter(order_line__order=order).exclude(refund__status=Refund.Status.FAILED)
    sums = standing.order_by().values_list("order_line").annotate(Sum("quantity"))
    gone: dict[int, int] = dict(sums)
    lines = order.lines.values_list("pk", "quantity")
    return {pk: max(quantity - gone.get(pk, 0), 0) for pk, quantity in lines}


def is_shipping_open(order: Order) -> bool:
    """Whether shipping was charged and no refund pays it back, but for refunds that failed. One query."""
    standing = Refund.objects.filter(payment__order=order, includes_shipping=True)
    is_charged = order.shipping_minor > order.shipping_discount_minor
    return is_charged and not standing.exclude(status=Refund.Status.FAILED).exists()


def proposal_minor(order: Order, *, units: Mapping[int, int], includes_shipping: bool) -> int:
    """Return what these open units (line id -> units) and the open shipping are worth, in minor units.

    Never more than is left of the payment that bought them: an amount may have gone back before.
    Seven queries.
    """
    lines = list(order.lines.all())
    shares = _shares(order, lines)
    worth = _worth_minor(order, dict(zip(lines, shares.lines_minor, strict=True)), units)
    if includes_shipping and is_shipping_open(order):
        worth += shares.shipping_minor
    bought = order.payments.filter(status=Payment.Status.PAID)
    return min(worth, sum(refundable_minor(payment) for payment in bought))


def _worth_minor(order: Order, shares: Mapping[OrderLine, int], units: Mapping[int, int]) -> int:
    left = open_units(order)
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


def _shares(order: Order, lines: list[OrderLine]) -> refund_shares.Shares:
    names = pricing.Totals.__slots__
    return refund_shares.of_charge(
        [line.net_minor for line in lines],
        pricing.Totals(**{name: getattr(order, name) for name in names}),
        rate_basis_points=order.tax_rate_basis_points,
        step_minor=charge_step(order.currency),
    )

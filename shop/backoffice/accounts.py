"""An order's payments, refunds, disputes and parcels, read together; what they allow the staff to do."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shop.orders import parcels
from shop.orders.models import Order
from shop.payments import refunds
from shop.payments.models import Dispute, Payment, Refund, RefundLine


@dataclass(frozen=True, slots=True)
class Account:
    """All the money of one order, and which units of its lines (line id -> units) have left."""

    order: Order
    payments: list[Payment]
    refunds: list[Refund]
    refund_lines: list[RefundLine]
    disputes: list[Dispute]
    shipped: Mapping[int, int]

    @property
    def under_way_minor(self) -> int:
        """What goes back and is not confirmed yet, in minor units."""
        return sum(r.amount_minor for r in self.refunds if r.status == Refund.Status.PENDING)

    @property
    def holding(self) -> list[Dispute]:
        """The disputes because of which nothing may be shipped."""
        return [dispute for dispute in self.disputes if dispute.holds_shipment]

    @property
    def to_review(self) -> list[Payment]:
        """The payments about which a person has to decide."""
        return [payment for payment in self.payments if payment.status == Payment.Status.REVIEW]

    @property
    def is_ending(self) -> bool:
        """Whether the order is called off and waits for Stripe to end its payment."""
        is_pending = self.order.status == Order.Status.PENDING
        return is_pending and any(
            payment.is_active and payment.closing == Payment.Closing.CALLED_OFF for payment in self.payments
        )

    @property
    def can_ship(self) -> bool:
        """Whether a parcel may leave."""
        is_waiting = self._is_untouched or self._is_paid_in(Order.Fulfilment.PARTIAL)
        return is_waiting and bool(self.left) and not self.under_way_minor and not self.holding

    @property
    def can_call_off(self) -> bool:
        """Whether nothing has left, and there is a payment to end or money to send back."""
        if self.order.status == Order.Status.PENDING:
            return not self.is_ending and any(payment.is_active for payment in self.payments)
        return self._is_untouched and not self.holding and not self.to_review

    @property
    def _is_untouched(self) -> bool:
        return self._is_paid_in(Order.Fulfilment.UNFULFILLED)

    def _is_paid_in(self, fulfilment: Order.Fulfilment) -> bool:
        is_here = self.order.fulfilment == fulfilment
        return self.order.status == Order.Status.PAID and is_here and not self.order.is_refunded

    @property
    def left(self) -> dict[int, int]:
        """Line id -> units that are left to ship. One query unless the order's lines are there."""
        lines, refunded = list(self.order.lines.all()), self.refunded_units()
        open_units = {line.pk: line.quantity - refunded[line.pk] for line in lines}
        return parcels.rest_of(lines, self.shipped, open_units)

    def refunded_units(self) -> Counter[int]:
        """Count the units of each line, by its id, that were paid back or soon will be."""
        failed = {refund.pk for refund in self.refunds if refund.status == Refund.Status.FAILED}
        units: Counter[int] = Counter()
        for row in self.refund_lines:
            if row.refund_id not in failed:
                units[row.order_line_id] += row.quantity
        return units


def read(order: Order) -> Account:
    """Read the money of an order, each refund and dispute with its payment, and its parcels. Five queries."""
    payments = {payment.pk: payment for payment in order.payments.order_by("attempt")}
    back = list(order.refunds.select_related("staff").order_by("id"))
    disputes = refunds.disputes_of(order)
    for refund in back:
        refund.order, refund.payment = order, payments.get(refund.payment_id or 0)
    for dispute in disputes:
        dispute.payment = payments[dispute.payment_id]
    return Account(
        order=order,
        payments=list(payments.values()),
        refunds=back,
        refund_lines=list(RefundLine.objects.filter(order_line__order=order)),
        disputes=disputes,
        shipped=parcels.units_shipped(order),
    )

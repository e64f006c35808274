"""The order's file: everything the shop knows about one order, and what the staff can do with it.

Costs a fixed number of queries, asserted in tests/shop/backoffice/test_order_page.py.
"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foundation.models import OutboxMail
from shop.backoffice import pictures, queues
from shop.backoffice.forms import RefundForm, ShipForm
from shop.backoffice.tables import Table, moment, table
from shop.checkout import order_page
from shop.money import Money
from shop.orders import summary
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund
from shop.stock.models import StockMovement


@dataclass(frozen=True, slots=True)
class LineCard:
    """A line with its picture and formatted amounts."""

    picture: SafeString
    title: str
    sku: str
    quantity: int
    unit_price: str
    total: str


def context(order: Order, *, can_change: bool) -> dict[str, Any]:
    """Return what admin/shop/order/change_form.html shows, with empty forms for what can be done.

    The order comes with `pictures.lines_with_pictures()`.
    """
    refunds = list(Refund.objects.filter(payment__order=order).select_related("staff").order_by("id"))
    under_way = any(refund.status == Refund.Status.PENDING for refund in refunds)
    left_minor = queues.refundable_minor(order)
    is_shippable = _is_shippable(order) and not under_way
    return {
        "order": order,
        "status_label": order_page.status_label(order),
        "fulfilment_label": order.get_fulfilment_display() if order.status == Order.Status.PAID else "",
        "ordered_at": moment(order.created_at),
        "notices": notices(order, refunds),
        "lines": [_line(order, line) for line in order.lines.all()],
        "totals": summary.of_order(order),
        "address_lines": order_page.address_lines(order),
        "refundable": Money(left_minor, order.currency).display() if left_minor else "",
        "ship_form": ShipForm() if can_change and is_shippable else None,
        "refund_form": RefundForm(order=order) if can_change and left_minor else None,
        "tables": [part for part in tables(order, refunds) if part.rows],
    }


def _is_shippable(order: Order) -> bool:
    is_waiting = order.fulfilment == Order.Fulfilment.UNFULFILLED
    return order.status == Order.Status.PAID and is_waiting and not order.is_refunded


def _line(order: Order, line: OrderLine) -> LineCard:
    return LineCard(
        picture=pictures.thumbnail(line),
        title=line.title,
        sku=line.sku,
        quantity=line.quantity,
        unit_price=Money(line.unit_price_minor, order.currency).display(),
        total=Money(line.total_minor, order.currency).display(),
    )


def notices(order: Order, refunds: list[Refund]) -> list[str]:
    """Return the sentences that the staff should read first."""
    under_way = sum(r.amount_minor for r in refunds if r.status == Refund.Status.PENDING)
    texts = []
    if under_way:
        amount = Money(under_way, order.currency).display()
        texts.append(_("Refund is on its way: %(amount)s.") % {"amount": amount})
    if refunds and refunds[-1].status == Refund.Status.FAILED:
        texts.append(_("The last refund failed: %(reason)s") % {"reason": refunds[-1].failure})
    if order.is_demo:
        texts.append(_("A demonstration order: nothing was charged and nothing will be shipped."))
    return texts


def tables(order: Order, refunds: list[Refund]) -> list[Table]:
    """Return all tables, also the empty ones. Five queries."""
    return [
        _payments(order),
        _refunds(order, refunds),
        _shipments(order),
        _movements(order, refunds),
        _mails(order),
        _history(order),
    ]


def _payments(order: Order) -> Table:
    rows = [
        (
            (str(p.attempt), reverse("admin:shop_payment_change", args=[p.pk])), str(p.get_status_display()),
            Money(p.amount_minor, p.currency).display(), p.session_id or "", p.reason, moment(p.created_at),
        )
        for p in Payment.objects.filter(order=order).order_by("attempt")
    ]  # fmt: skip
    headings = (_("Attempt"), _("Status"), _("Amount"), _("Session"), _("Reason"), _("Started"))
    return table("payments", _("Payments"), headings, rows)


def _refunds(order: Order, refunds: list[Refund]) -> Table:
    rows = [
        (
            (str(r.pk), reverse("admin:shop_refund_change", args=[r.pk])), str(r.get_status_display()),
            Money(r.amount_minor, order.currency).display(), _("yes") if r.restock else _("no"),
            r.failure or r.reason, _who(r.staff), moment(r.created_at),
        )
        for r in refunds
    ]  # fmt: skip
    headings = (_("No."), _("Status"), _("Amount"), _("Restock"), _("Reason"), _("By"), _("Asked for"))
    return table("refunds", _("Refunds"), headings, rows)


def _shipments(order: Order) -> Table:
    rows = [
        (s.carrier, s.tracking_number, _who(s.staff), moment(s.shipped_at))
        for s in order.shipments.select_related("staff")
    ]
    headings = (_("Carrier"), _("Tracking number"), _("By"), _("Shipped"))
    return table("shipments", _("Shipments"), headings, rows)


def _movements(order: Order, refunds: list[Refund]) -> Table:
    references = [order.reference, *(f"refund {refund.pk}" for refund in refunds)]
    movements = StockMovement.objects.filter(reference__in=references).select_related("variant", "staff")
    rows = [
        (m.variant.sku, f"{m.delta:+d}", str(m.get_kind_display()), m.reference, _who(m.staff), moment(m.at))
        for m in movements.order_by("id")
    ]
    headings = (_("SKU"), _("Change"), _("Kind"), _("Cause"), _("By"), _("At"))
    return table("movements", _("Stock movements"), headings, rows)


def _mails(order: Order) -> Table:
    mails = OutboxMail.objects.filter(reference__startswith=f"{order.reference} ").order_by("id")
    rows = [
        (
            (mail.subject, reverse("admin:foundation_outboxmail_change", args=[mail.pk])), mail.recipient,
            _("waiting") if mail.sent_at is None else moment(mail.sent_at),
        )
        for mail in mails.defer("text", "html")
    ]  # fmt: skip
    return table("mails", _("Mails"), (_("Subject"), _("To"), _("Sent")), rows)


def _history(order: Order) -> Table:
    rows = [(e.text, _who(e.staff), moment(e.at)) for e in order.events.select_related("staff")]
    return table("history", _("History"), (_("What"), _("By"), _("At")), rows)


def _who(staff: Any) -> str:
    return staff.get_username() if staff else ""

"""The tables of an order's page: payments, refunds, disputes, parcels, stock, mails and what happened."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.models import OutboxMail
from shop.backoffice import order_papers
from shop.backoffice.accounts import Account
from shop.backoffice.tables import Table, moment, table
from shop.giftcards.models import GiftCard, GiftCardMovement
from shop.orders import parcels
from shop.orders.models import Order
from shop.payments import wording
from shop.payments.models import Payment, Refund
from shop.stock.models import StockMovement


def of_order(order: Order, account: Account) -> list[Table]:
    """Return all tables that have rows. Seven queries."""
    tables = [
        _disputes(account),
        _payments(account),
        _refunds(account),
        _shipments(order),
        order_papers.of_order(order),
        _gift_cards(order),
        _movements(order, account.refunds),
        _mails(order),
        _history(order),
    ]
    return [part for part in tables if part.rows]


def _disputes(account: Account) -> Table:
    rows = [
        (
            (d.stripe_id, reverse("admin:shop_dispute_change", args=[d.pk])), wording.dispute_status(d),
            wording.amount(d.amount_minor, d.payment.currency), wording.dispute_reason(d), moment(d.due_by),
            moment(d.opened_at), moment(d.closed_at),
        )
        for d in account.disputes
    ]  # fmt: skip
    headings = (
        _("Dispute"), _("Status"), _("Amount"), _("Reason"), _("Answer until"), _("Opened"), _("Closed"),
    )  # fmt: skip
    return table("disputes", _("Disputes"), headings, rows)


def _payments(account: Account) -> Table:
    rows = [
        (
            (str(p.attempt), reverse("admin:shop_payment_change", args=[p.pk])), str(p.get_status_display()),
            wording.amount(p.amount_minor, p.currency), wording.received(p), p.session_id or "",
            " · ".join(_remarks(p)), moment(p.created_at),
        )
        for p in account.payments
    ]  # fmt: skip
    headings = (
        _("Attempt"), _("Status"), _("Amount"), _("Received"), _("Session"), _("Remarks"), _("Started"),
    )  # fmt: skip
    return table("payments", _("Payments"), headings, rows)


def _remarks(payment: Payment) -> Iterator[str]:
    if payment.closing:
        yield str(payment.get_closing_display())
    if payment.refusals:
        count = payment.refusals
        yield ngettext("%(count)d card was refused", "%(count)d cards were refused", count) % {"count": count}
    if payment.reason:
        yield payment.reason


def _refunds(account: Account) -> Table:
    rows = [
        (
            (str(r.pk), reverse("admin:shop_refund_change", args=[r.pk])), str(r.get_status_display()),
            wording.amount(r.amount_minor, r.currency), ", ".join(_parts(r, account)),
            _("yes") if r.restock else _("no"), r.failure or r.reason,
            _("made at Stripe") if r.is_imported else _who(r.staff), moment(r.created_at),
        )
        for r in account.refunds
    ]  # fmt: skip
    headings = (
        _("No."), _("Status"), _("Amount"), _("For"), _("Restock"), _("Reason"), _("By"), _("Asked for"),
    )  # fmt: skip
    return table("refunds", _("Refunds"), headings, rows)


def _parts(refund: Refund, account: Account) -> Iterator[str]:
    titles = {line.pk: line.title for line in account.order.lines.all()}
    for row in account.refund_lines:
        if row.refund_id == refund.pk:
            yield f"{row.quantity} × {titles[row.order_line_id]}"
    if refund.includes_shipping:
        yield _("shipping")
    if refund.payment is None:
        yield _("onto gift cards")


def _shipments(order: Order) -> Table:
    rows = [
        (
            s.carrier, (s.tracking_number, s.tracking_url), ", ".join(parcels.of_shipment(s).lines),
            (_("Packing slip (PDF)"), reverse("admin:shop_paper_parcel", args=[s.pk])), _who(s.staff),
            moment(s.shipped_at), date_format(s.delivered_on, "j M Y") if s.delivered_on else "",
        )
        for s in order.shipments.select_related("staff").prefetch_related("lines__order_line")
    ]  # fmt: skip
    headings = (
        _("Carrier"), _("Tracking number"), _("In it"), _("Paper"), _("By"), _("Shipped"), _("Delivered"),
    )  # fmt: skip
    return table("shipments", _("Shipments"), headings, rows)


def _movements(order: Order, refunds: list[Refund]) -> Table:
    causes = [
        order.reference,
        f"{order.reference} called off",
        *(f"refund {refund.pk}" for refund in refunds),
    ]
    movements = StockMovement.objects.filter(reference__in=causes).select_related("variant", "staff")
    rows = [
        (m.variant.sku, f"{m.delta:+d}", str(m.get_kind_display()), m.reference, _who(m.staff), moment(m.at))
        for m in movements.order_by("id")
    ]
    headings = (_("SKU"), _("Change"), _("Kind"), _("Cause"), _("By"), _("At"))
    return table("movements", _("Stock movements"), headings, rows)


def _gift_cards(order: Order) -> Table:
    """Show what cards paid, got back, or were issued and taken out of use for this order."""
    own = Q(reference=order.reference) | Q(reference__startswith=f"{order.reference} ")
    movements = GiftCardMovement.objects.filter(own).select_related("card", "staff").order_by("id")
    rows = [
        (
            (str(m.card), reverse("admin:shop_giftcard_change", args=[m.card_id])), m.amount,
            str(m.get_kind_display()), m.card.balance.display(), str(m.card.state.label), _who(m.staff),
            moment(m.at),
        )
        for m in movements
    ]  # fmt: skip
    headings = (_("Card"), _("Change"), _("Kind"), _("Balance now"), _("State"), _("By"), _("At"))
    return table("gift-cards", _("Gift cards"), headings, rows)


def _mails(order: Order) -> Table:
    own = Q(reference__startswith=f"{order.reference} ")
    for pk in GiftCard.objects.filter(source=order.reference).values_list("pk", flat=True):
        own |= Q(reference__startswith=f"gift card {pk} ")
    mails = OutboxMail.objects.filter(own).order_by("id")
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

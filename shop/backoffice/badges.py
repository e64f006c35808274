"""The states of an order as small labels, in the list and on its page."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shop.backoffice import queues
from shop.checkout import order_page
from shop.orders.models import Order


def of_order(order: Order, *, is_disputed: bool) -> list[SafeString]:
    """Return what became of order and money, the buyer's own word first."""
    badges = [_badge(order.public_status, order_page.status_label(order))]
    if order.refunded_minor and not order.is_refunded:
        badges.append(_badge("partly-refunded", _("Partly refunded")))
    if order.is_called_off:
        badges.append(_badge("called-off", _("Called off")))
    if is_disputed:
        badges.append(_badge("disputed", _("Disputed")))
    return badges


def of_parcel(order: Order, *, is_disputed: bool) -> list[SafeString]:
    """Return what became of the parcel of a paid order; nothing for any other."""
    if order.public_status != Order.Status.PAID:
        return []
    if is_disputed and order.fulfilment in queues.WAITING:
        return [_badge("on-hold", _("Do not ship"))]
    return [_badge(order.fulfilment, _parcel_label(order))]


def _parcel_label(order: Order) -> str:
    if order.is_by_email:
        return _("By e-mail")
    if not order.is_pickup or order.fulfilment == Order.Fulfilment.DELIVERED:
        return str(order.get_fulfilment_display())
    words = {Order.Fulfilment.UNFULFILLED: _("Pick-up"), Order.Fulfilment.PARTIAL: _("Partly ready")}
    return words.get(Order.Fulfilment(order.fulfilment), _("Ready to be picked up"))


def together(badges: list[SafeString]) -> SafeString:
    """Show badges side by side; a dash for none."""
    inside = format_html_join(" ", "{}", ((badge,) for badge in badges))
    return format_html('<span class="order-states">{}</span>', inside or "–")


def _badge(state: str, label: str) -> SafeString:
    return format_html('<span class="order-state" data-state="{}">{}</span>', state, label)

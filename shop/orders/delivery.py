"""When an order arrives, or where it is picked up, in words. Days are counted from the payment."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.models import SiteIdentity
from shop.orders.models import Order


def in_days(days_from: int, days_to: int) -> str:
    """Return such as "2 to 3 days" or "1 day"."""
    if days_from == days_to:
        return ngettext("%(days)d day", "%(days)d days", days_to) % {"days": days_to}
    return _("%(from)d to %(to)d days") % {"from": days_from, "to": days_to}


def after_payment(days_from: int, days_to: int) -> str:
    """Return when something arrives that is not paid yet."""
    return _("Arrives %(days)s after your payment.") % {"days": in_days(days_from, days_to)}


def after_order(days_from: int, days_to: int) -> str:
    """Return when something arrives of which nothing is left to pay."""
    return _("Arrives %(days)s after your order.") % {"days": in_days(days_from, days_to)}


def pickup_place() -> str:
    """Return name and address of the shop on one line. No query when warm."""
    return ", ".join(SiteIdentity.current().address_lines)


def sentence(order: Order) -> str:
    """Return when an order arrives, or where it is picked up; empty when that is over or was never said."""
    if order.status == Order.Status.CANCELLED or order.is_refunded:
        return ""
    if order.is_by_email:
        return _("Your gift cards come by e-mail as soon as they are paid.") if order.paid_at is None else ""
    if order.is_pickup:
        return _("Pick-up: %(place)s.") % {"place": pickup_place()}
    if order.delivery_days_from is None or order.delivery_days_to is None:
        return ""
    if order.paid_at is None:
        arrives = after_payment if order.charged_minor else after_order
        return arrives(order.delivery_days_from, order.delivery_days_to)
    return _about(order, order.delivery_days_from, order.delivery_days_to)


def _about(order: Order, days_from: int, days_to: int) -> str:
    """Return the days that are still to come, of those that were promised."""
    paid_on, today = timezone.localdate(order.paid_at), timezone.localdate()
    first, last = (paid_on + timedelta(days=days) for days in (days_from, days_to))
    if last < today:
        return ""
    return _("Arrives about %(dates)s.") % {"dates": between(max(first, today), last)}


def between(first: date, last: date) -> str:
    """Return such as "25 to 26 November", as short as it can be said."""
    if first == last:
        return date_format(last, "j F")
    begin = "j" if (first.year, first.month) == (last.year, last.month) else "j F"
    words = {"first": date_format(first, begin), "last": date_format(last, "j F")}
    return _("%(first)s to %(last)s") % words

"""Cancel the order: what will happen, then do it, once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shop.backoffice import accounts, queues
from shop.backoffice import desk as order_desk
from shop.backoffice.order_views import Desk, back, missing, order_to_change, render, shown_minor
from shop.money import Money
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order


def cancel(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Show what goes back and what returns to the shelf; a POST calls the order off."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    shown = shown_minor(request, "shown_minor")
    if request.method == "POST" and shown is not None:
        return _cancel(request, order, shown=shown)
    if not accounts.read(order).can_call_off:
        messages.warning(request, _("This order cannot be cancelled any more."))
        return back(order)
    return _ask_once_more(request, order, desk)


def _cancel(request: HttpRequest, order: Order, *, shown: int) -> HttpResponse:
    try:
        order = order_desk.call_off(order_id=order.pk, shown_minor=shown, staff=request.user)
    except IllegalTransition as refusal:
        messages.warning(request, str(refusal))
        return back(order)
    if order.status == Order.Status.CANCELLED:
        messages.success(
            request, _("Order %(order)s is cancelled; the buyer gets a mail.") % {"order": order}
        )
    return back(order)


def _ask_once_more(request: HttpRequest, order: Order, desk: Desk) -> HttpResponse:
    left_minor = queues.refundable_minor(order)
    return render(request, order, desk, "cancel", {
        "title": _("Cancel order %(order)s?") % {"order": order},
        "left_minor": left_minor,
        "amount": Money(left_minor, order.currency).display() if left_minor else "",
        "lines": order.lines.all(),
    })  # fmt: skip

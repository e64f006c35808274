"""Refund: what was chosen, then once more with the exact amount in view, then the worker sends it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shop.backoffice import desk as order_desk
from shop.backoffice.order_views import Desk, back, missing, order_to_change, page, render, shown_minor
from shop.backoffice.refund_forms import RefundForm
from shop.money import Money
from shop.orders.models import Order
from shop.payments.refunds import RefundRefused


def refund(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Ask once more with the amount in view, then have it refunded."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if request.method != "POST":
        return back(order)
    rest = order_desk.refundable(order)
    if not rest.left_minor:
        messages.warning(request, _("Nothing of this order is left to refund."))
        return back(order)
    form = RefundForm(request.POST, order=order, rest=rest)
    if not form.is_valid():
        return page(request, order, desk, refund_form=form)
    shown, left = shown_minor(request, "shown_minor"), shown_minor(request, "left_minor")
    if shown is None or left is None:
        return _ask_once_more(request, order, desk, form)
    return _refund(request, order, form, shown=shown, left=left)


def _refund(request: HttpRequest, order: Order, form: RefundForm, *, shown: int, left: int) -> HttpResponse:
    try:
        made = order_desk.refund(
            order_id=order.pk, wish=form.wish, shown_minor=shown, left_minor=left, staff=request.user
        )
    except RefundRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        amount = Money(sum(refund.amount_minor for refund in made), order.currency).display()
        messages.success(request, _("%(amount)s goes back to the buyer.") % {"amount": amount})
    return back(order)


def _ask_once_more(request: HttpRequest, order: Order, desk: Desk, form: RefundForm) -> HttpResponse:
    return render(request, order, desk, "refund", {
        "title": _("Refund order %(order)s?") % {"order": order},
        "form": form,
        "amount": Money(form.amount_minor, order.currency).display(),
        "parts": form.parts,
        "worth": form.worth,
    })  # fmt: skip

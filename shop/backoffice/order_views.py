"""The order's page in the admin and its two buttons; every view is wrapped by the admin's sign-in."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from shop.backoffice import desk as order_desk
from shop.backoffice import order_file, queues
from shop.backoffice.forms import RefundForm, ShipForm
from shop.money import Money
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order
from shop.payments.refunds import RefundRefused

Desk = ModelAdmin[Order]


def show(request: HttpRequest, object_id: str, *, desk: Desk) -> HttpResponse:
    """Show the order's file to whoever may see orders."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    order = desk.get_object(request, unquote(object_id))
    return _missing(request, object_id, desk) if order is None else _page(request, order, desk)


def ship(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Note the parcel, or show the page again with what is wrong next to the field."""
    order = _order_to_change(request, object_id, desk)
    if order is None:
        return _missing(request, object_id, desk)
    if request.method != "POST":
        return _back(order)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return _page(request, order, desk, ship_form=form)
    try:
        order_desk.ship(order_id=order.pk, staff=request.user, **form.cleaned_data)
    except IllegalTransition as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Order %(order)s is shipped; the buyer gets a mail.") % {"order": order})
    return _back(order)


def refund(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Ask once more with the amount in view, then have everything refunded."""
    order = _order_to_change(request, object_id, desk)
    if order is None:
        return _missing(request, object_id, desk)
    if request.method != "POST":
        return _back(order)
    form = RefundForm(request.POST, order=order)
    if not form.is_valid():
        return _page(request, order, desk, refund_form=form)
    shown = request.POST.get("shown_minor", "")
    if not (shown.isascii() and shown.isdigit()):
        return _ask_once_more(request, order, desk, form)
    return _refund(request, order, form, shown_minor=int(shown[:18]))


def _refund(request: HttpRequest, order: Order, form: RefundForm, *, shown_minor: int) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    try:
        order_desk.refund_everything(
            order_id=order.pk, shown_minor=shown_minor, restock=form.is_restocking, reason=reason,
            staff=request.user,
        )  # fmt: skip
    except RefundRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        amount = Money(shown_minor, order.currency).display()
        messages.success(request, _("%(amount)s goes back to the buyer.") % {"amount": amount})
    return _back(order)


def _ask_once_more(request: HttpRequest, order: Order, desk: Desk, form: RefundForm) -> HttpResponse:
    left_minor = queues.refundable_minor(order)
    if not left_minor:
        messages.warning(request, _("Nothing of this order is left to refund."))
        return _back(order)
    return _render(request, order, desk, "refund", {
        "title": _("Refund order %(order)s?") % {"order": order},
        "form": form,
        "left_minor": left_minor,
        "amount": Money(left_minor, order.currency).display(),
    })  # fmt: skip


def _order_to_change(request: HttpRequest, object_id: str, desk: Desk) -> Order | None:
    """Return the order for whoever may change orders. Raises PermissionDenied."""
    if not request.user.has_perm("shop.change_order"):
        raise PermissionDenied
    return desk.get_object(request, unquote(object_id))


def _page(request: HttpRequest, order: Order, desk: Desk, **forms: Any) -> HttpResponse:
    facts = order_file.context(order, can_change=request.user.has_perm("shop.change_order"))
    title = _("Order %(order)s") % {"order": order}
    return _render(request, order, desk, "change_form", facts | forms | {"title": title})


def _render(
    request: HttpRequest, order: Order, desk: Desk, page: str, context: dict[str, Any]
) -> HttpResponse:
    common = {**desk.admin_site.each_context(request), "opts": desk.opts, "order": order, "media": desk.media}
    return TemplateResponse(request, f"admin/shop/order/{page}.html", common | context)


def _missing(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    answer: HttpResponse = desk._get_obj_does_not_exist_redirect(request, desk.opts, object_id)  # type: ignore[attr-defined]
    return answer


def _back(order: Order) -> HttpResponse:
    return redirect("admin:shop_order_change", order.pk)

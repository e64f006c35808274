"""The order's page in the admin, and what the views of its buttons share.

Every view is wrapped by the admin's sign-in.
"""

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
from shop.backoffice import order_file
from shop.backoffice.forms import ShipForm
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order

Desk = ModelAdmin[Order]


def show(request: HttpRequest, object_id: str, *, desk: Desk) -> HttpResponse:
    """Show the order's file to whoever may see orders."""
    if not desk.has_view_permission(request):
        raise PermissionDenied
    order = desk.get_object(request, unquote(object_id))
    return missing(request, object_id, desk) if order is None else page(request, order, desk)


def ship(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Note the parcel, or show the page again with what is wrong next to the field."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if request.method != "POST":
        return back(order)
    form = ShipForm(request.POST, order=order, left=order_desk.left_to_ship(order))
    if not form.is_valid():
        return page(request, order, desk, ship_form=form)
    try:
        order_desk.ship(order_id=order.pk, staff=request.user, **form.parcel)
    except IllegalTransition as refusal:
        return _not_shipped(request, order, desk, str(refusal))
    messages.success(request, _said(order))
    return back(order)


def _not_shipped(request: HttpRequest, order: Order, desk: Desk, why: str) -> HttpResponse:
    """Say why nothing was shipped, and keep what was typed while there is still something to ship."""
    order = desk.get_object(request, str(order.pk)) or order
    messages.warning(request, why)
    if not order_file.can_ship(order):
        return back(order)
    form = ShipForm(request.POST, order=order, left=order_desk.left_to_ship(order))
    form.is_valid()
    return page(request, order, desk, ship_form=form)


def _said(order: Order) -> str:
    """Return what the staff reads of a parcel that was noted. One query."""
    order.refresh_from_db(fields=["fulfilment"])
    is_part = order.fulfilment == Order.Fulfilment.PARTIAL
    text = _("Order %(order)s is shipped; the buyer gets a mail.")
    if order.is_pickup:
        text = _("Order %(order)s is ready; the buyer gets a mail.")
    if is_part:
        text = _("A part of order %(order)s is on its way; the buyer gets a mail.")
    return text % {"order": order}


def order_to_change(request: HttpRequest, object_id: str, desk: Desk) -> Order | None:
    """Return the order for whoever may change orders. Raises PermissionDenied."""
    if not request.user.has_perm("shop.change_order"):
        raise PermissionDenied
    return desk.get_object(request, unquote(object_id))


def shown_minor(request: HttpRequest, name: str) -> int | None:
    """Return an amount in minor units that the page had shown; None when it is not there or garbled."""
    text = request.POST.get(name, "")
    return int(text[:18]) if text.isascii() and text.isdigit() else None


def page(request: HttpRequest, order: Order, desk: Desk, **forms: Any) -> HttpResponse:
    """Show the order's file, with forms that were filled in instead of empty ones."""
    facts = order_file.context(
        order,
        can_change=request.user.has_perm("shop.change_order"),
        refunds_withdrawal=request.GET.get("refund") == "withdrawal",
    )
    title = _("Order %(order)s") % {"order": order}
    return render(request, order, desk, "change_form", facts | forms | {"title": title})


def render(
    request: HttpRequest, order: Order, desk: Desk, name: str, context: dict[str, Any]
) -> HttpResponse:
    """Show a page of the order desk."""
    common = {**desk.admin_site.each_context(request), "opts": desk.opts, "order": order, "media": desk.media}
    return TemplateResponse(request, f"admin/shop/order/{name}.html", common | context)


def missing(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Lead back from an order that does not exist."""
    answer: HttpResponse = desk._get_obj_does_not_exist_redirect(request, desk.opts, object_id)  # type: ignore[attr-defined]
    return answer


def back(order: Order) -> HttpResponse:
    """Lead to the order's page."""
    return redirect("admin:shop_order_change", order.pk)

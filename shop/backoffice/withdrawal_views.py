"""The buttons about withdrawals and parcels' arrival on an order's page.

Every view is wrapped by the admin's sign-in.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shop.backoffice.corrections import Overtaken
from shop.backoffice.order_views import Desk, back, missing, order_to_change, page
from shop.backoffice.withdrawal_forms import DeliveryForm, RefusalForm
from shop.orders import lifecycle
from shop.orders.lifecycle import IllegalTransition
from shop.orders.models import Order
from shop.payments import refunds
from shop.withdrawals import statements
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.statements import WithdrawalRefused


def note_delivery(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Note on which days parcels arrived, or show the page again with what is wrong next to the field."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    if request.method != "POST":
        return back(order)
    form = DeliveryForm(request.POST, order=order)
    if not form.is_valid():
        return page(request, order, desk, delivery_form=form)
    try:
        _note(order.pk, form, request)
    except Overtaken as conflict:
        form.add_error(None, str(conflict))
        return page(request, order, desk, delivery_form=form)
    except IllegalTransition as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The days of delivery are noted."))
    return back(order)


@transaction.atomic
def _note(order_id: int, form: DeliveryForm, request: HttpRequest) -> None:
    order = Order.objects.select_for_update().get(pk=order_id)
    if lines := form.overtaken(staff=request.user):
        raise Overtaken(" ".join(lines))
    open_units = refunds.open_units(order)
    for shipment, day in form.days:
        lifecycle.note_delivery(order, shipment, day, open_units=open_units, staff=request.user)


def goods_back(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Note that the goods of a withdrawal came back."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    row = _chosen(request, order)
    if request.method == "POST" and row is not None:
        statements.note_goods_back(withdrawal_id=row.pk, staff=request.user)
        messages.success(request, _("Noted. The refund below can put them back into stock."))
    return back(order)


def refuse(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Refuse a withdrawal with a reason that the buyer reads."""
    order = order_to_change(request, object_id, desk)
    if order is None:
        return missing(request, object_id, desk)
    row = _chosen(request, order)
    if request.method != "POST" or row is None:
        return back(order)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return page(request, order, desk, refusal_form=form, refusal_of=row.pk)
    try:
        statements.refuse(withdrawal_id=row.pk, reason=form.cleaned_data["reason"], staff=request.user)
    except WithdrawalRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The withdrawal is refused; the buyer gets a mail."))
    return back(order)


def _chosen(request: HttpRequest, order: Order) -> Withdrawal | None:
    """Return the withdrawal that the button stands beside, if it is one of this order."""
    text = request.POST.get("withdrawal", "")
    if not (text.isascii() and text.isdigit()):
        return None
    return Withdrawal.objects.filter(order=order, pk=int(text[:18])).first()

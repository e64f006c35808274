"""Withdraw from contract, confirm, read the receipt. For whoever holds the order's token, so never cached."""

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from foundation.methods import require_any, require_safe
from foundation.models import SiteIdentity
from shop.cart.limits import limited
from shop.orders import parcels
from shop.orders.models import Order
from shop.withdrawals import mails, pages, rights, statements, wording
from shop.withdrawals.forms import WithdrawalForm
from shop.withdrawals.models import Withdrawal
from shop.withdrawals.rights import Right, Standing


@require_any
@never_cache
@limited(lambda: settings.LIMIT_CHECKOUT)
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Ask from what the buyer withdraws, then to confirm it; the second POST states it, once."""
    order = get_object_or_404(Order, token=token)
    if request.method == "POST" and (made := statements.made_with(order, request.POST.get("key", ""))):
        return _see(made)
    right = rights.of(order)
    if not right.is_open:
        return _closed(request, right)
    if request.method != "POST":
        return _form(request, right, WithdrawalForm(right=right))
    form = WithdrawalForm(request.POST, right=right)
    if not form.is_valid() or "change" in request.POST:
        return _form(request, right, form)
    key = request.POST.get("key", "")
    if "confirm" not in request.POST or not statements.KEY.fullmatch(key):
        return _ask_to_confirm(request, form)
    return _state(request, form, key)


def _state(request: HttpRequest, form: WithdrawalForm, key: str) -> HttpResponse:
    data, order = form.cleaned_data, form.right.order
    try:
        made = statements.withdraw(
            order_id=order.pk, units=form.units, name=data["name"], email=data["email"], key=key
        )
    except statements.WithdrawalRefused as refusal:
        right = rights.of(get_object_or_404(Order, pk=order.pk))
        if not right.is_open:
            return _closed(request, right)
        again = WithdrawalForm(request.POST, right=right)
        again.add_error(None, str(refusal))
        return _form(request, right, again)
    return _see(made)


def _form(request: HttpRequest, right: Right, form: WithdrawalForm) -> HttpResponse:
    return _page(request, "form", right.order, {"form": form, "until": wording.until(right)})


def _ask_to_confirm(request: HttpRequest, form: WithdrawalForm) -> HttpResponse:
    order = form.right.order
    facts = {"form": form, "key": uuid.uuid4().hex, "units": parcels.in_words(order, form.units)}
    return _page(request, "confirm", order, facts)


def _closed(request: HttpRequest, right: Right) -> HttpResponse:
    facts = {"why_not": wording.why_not(right), "can_cancel": right.standing == Standing.UNPAID}
    return _page(request, "closed", right.order, facts)


@require_safe
@never_cache
def receipt(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Show what was stated and when, and what happens next."""
    made = Withdrawal.objects.filter(pk=number, order__token=token).select_related("order").first()
    if made is None:
        raise Http404
    return _page(request, "receipt", made.order, mails.context(made))


def _page(request: HttpRequest, name: str, order: Order, facts: dict[str, Any]) -> HttpResponse:
    common = {
        "order": order,
        "exceptions": pages.exceptions(order),
        "shop_address": SiteIdentity.current().address_lines,
    }
    response = render(request, f"shop/withdrawals/{name}.html", common | facts)
    response["Referrer-Policy"] = "same-origin"  # the token goes to no other site
    response["X-Robots-Tag"] = "noindex"
    return response


def _see(made: Withdrawal) -> HttpResponse:
    address = reverse("shop:withdrawal-receipt", args=[made.order.token, made.pk])
    return HttpResponseRedirect(address, status=303)

"""A payment in review, for the staff: what does not match, and the two ways out, each asked twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.payments import review, wording
from shop.payments.models import Payment

Desk = ModelAdmin[Payment]
TITLES = {
    "accept": gettext_lazy("Accept payment %(number)s?"),
    "send_back": gettext_lazy("Send payment %(number)s back?"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """What was asked for and what came; `differences` are Stripe's facts against the shop's."""

    payment_id: int
    expected: str
    received: str
    differences: list[str]


def card(payment: Payment) -> Card:
    """Return what the staff has to know to decide about a payment."""
    return Card(
        payment_id=payment.pk,
        expected=wording.amount(payment.amount_minor, payment.currency),
        received=wording.received(payment) or _("nothing so far"),
        differences=[fact for fact in payment.reason.split("; ") if fact],
    )


def accept(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Show what accepting means; a POST makes the order paid."""
    done = _("The payment is accepted, the order is paid.")
    return _decide(request, object_id, desk, page="accept", verb=review.accept, done=done)


def send_back(request: HttpRequest, object_id: str, desk: Desk) -> HttpResponse:
    """Show what sending back means; a POST has the money sent back."""
    done = _("The money goes back to the buyer.")
    return _decide(request, object_id, desk, page="send_back", verb=review.send_back, done=done)


def _decide(
    request: HttpRequest, object_id: str, desk: Desk, *, page: str, verb: Callable[..., Any], done: str
) -> HttpResponse:
    if not request.user.has_perm("shop.change_order"):
        raise PermissionDenied
    payment = desk.get_object(request, unquote(object_id))
    if payment is None:
        answer: HttpResponse = desk._get_obj_does_not_exist_redirect(request, desk.opts, object_id)  # type: ignore[attr-defined]
        return answer
    if request.method == "POST":
        return _do(request, payment, verb, done)
    if payment.status != Payment.Status.REVIEW:
        messages.warning(request, _("This payment is not in review any more."))
        return redirect("admin:shop_order_change", payment.order_id)
    return _ask(request, payment, desk, page)


def _do(request: HttpRequest, payment: Payment, verb: Callable[..., Any], done: str) -> HttpResponse:
    try:
        verb(payment_id=payment.pk, staff=request.user)
    except review.ReviewRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("admin:shop_order_change", payment.order_id)


def _ask(request: HttpRequest, payment: Payment, desk: Desk, page: str) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "media": desk.media,
        "title": TITLES[page] % {"number": payment.pk},
        "payment": payment,
        "order": payment.order,
        "card": card(payment),
    }
    return TemplateResponse(request, f"admin/shop/payment/{page}.html", context)

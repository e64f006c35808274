"""The demo's payment page: what Stripe's own page is in a real shop."""

import json
import secrets
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shop.money import Money
from shop.payments import stripe_api, webhooks
from shop.payments.demo import objects
from shop.payments.demo.models import DemoSession
from shop.payments.stripe_amounts import from_stripe


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payment_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be paid with the buttons Pay, Decline and Abandon, and act on them."""
    session = DemoSession.objects.filter(token=token).first()
    if session is None:
        raise Http404
    work = {"pay": _pay, "decline": _decline}.get(request.POST.get("action", ""))
    if work is not None and session.is_payable:
        work(session)
    if request.method == "POST":
        return HttpResponseRedirect(session.params["success_url"], status=303)
    return render(request, "shop/payments/demo_page.html", _context(session))


def _context(session: DemoSession) -> dict[str, object]:
    def show(amount: int) -> str:
        currency = session.currency.upper()
        return Money(from_stripe(amount, currency), currency).display()

    prices: list[Any] = [item["price_data"] for item in session.params["line_items"]]
    return {
        "session": session,
        "items": [(p["product_data"]["name"], show(int(p["unit_amount"]))) for p in prices],
        "total": show(session.amount_total),
        "back_url": session.params["success_url"],
    }


def _pay(session: DemoSession) -> None:
    """Take the money once, then tell the shop as Stripe would: a signed event, in this process."""
    paid = _open(session).update(
        status="complete", payment_status="paid", intent_status="succeeded",
        intent_id=session.intent_id or _intent_id(), decline_message="",
    )  # fmt: skip
    session.refresh_from_db()
    if paid:
        body = json.dumps(objects.event(session, "checkout.session.completed"))
        webhooks.receive(body.encode(), stripe_api.sign(body, secret=webhooks.secret()))


def _decline(session: DemoSession) -> None:
    """Refuse the card; the session stays open, as at Stripe."""
    _open(session).update(
        intent_id=session.intent_id or _intent_id(), intent_status="requires_payment_method",
        decline_message=_("Your card was declined."),
    )  # fmt: skip


def _open(session: DemoSession) -> QuerySet[DemoSession]:
    return DemoSession.objects.filter(pk=session.pk, status="open", expires_at__gt=timezone.now())


def _intent_id() -> str:
    return f"pi_demo_{secrets.token_hex(12)}"

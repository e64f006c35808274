"""The demo's payment page: what Stripe's own page is in a real shop."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from foundation.methods import require_any
from shop.money import Money
from shop.payments.demo import doings
from shop.payments.demo.models import DemoRefund, DemoSession
from shop.payments.stripe_amounts import from_stripe

_SESSION_DOINGS = {
    "pay": doings.pay,
    "pay_later": doings.pay_later,
    "decline": doings.decline,
    "bank_confirms": doings.bank_confirms,
    "bank_refuses": doings.bank_refuses,
}
_REFUND_DOINGS = {"refund_arrives": doings.settle_refund, "refund_fails": doings.fail_refund}


@never_cache
@require_any
def payment_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show how this payment can go on, with a button each, and act on them."""
    session = DemoSession.objects.filter(token=token).first()
    if session is None:
        raise Http404
    if request.method == "POST":
        _act(session, request.POST)
        return HttpResponseRedirect(session.params["success_url"], status=303)
    return render(request, "shop/payments/demo_page.html", _context(session))


def _act(session: DemoSession, posted: QueryDict) -> None:
    """Do what the button says; an unknown or late one, and "abandon", change nothing."""
    action = posted.get("action", "")
    if action in _SESSION_DOINGS:
        _SESSION_DOINGS[action](session)
    elif action in _REFUND_DOINGS:
        refund = _refunds(session).filter(refund_id=posted.get("refund", "")).first()
        if refund is not None:
            _REFUND_DOINGS[action](refund.refund_id)


def _context(session: DemoSession) -> dict[str, object]:
    def show(amount: int) -> str:
        currency = session.currency.upper()
        return Money(from_stripe(amount, currency), currency).display()

    prices: list[Any] = [item["price_data"] for item in session.params["line_items"]]
    return {
        "session": session,
        "items": [(p["product_data"]["name"], show(int(p["unit_amount"]))) for p in prices],
        "total": show(session.amount_total),
        "refunds": [(refund, show(refund.amount)) for refund in _refunds(session)],
        "back_url": session.params["success_url"],
    }


def _refunds(session: DemoSession) -> QuerySet[DemoRefund]:
    """Return the refunds that can still change, newest first."""
    rows = DemoRefund.objects.filter(intent_id=session.intent_id).exclude(intent_id="")
    return rows.exclude(status="failed").order_by("-pk")

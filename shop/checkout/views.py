"""Checkout: from the cart to the order. Personal, so never cached; the order page is in order_views.py.

A POST is not answered with the page: what was typed is kept, what is wrong is told by the page shown next.
"""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation import limits
from foundation.methods import require_any
from shop.cart import basket, codes, cookies, notices, replies
from shop.cart.codes import CartCode
from shop.cart.limits import ask_to_wait, limited
from shop.cart.models import Cart, CartLine
from shop.cart.replies import NOTHING, Reply
from shop.checkout import flow, kept
from shop.checkout.page import CheckoutPage, build, email_in
from shop.discounts.codes import CodeRefused
from shop.giftcards.cards import CardRefused
from shop.orders.models import Order
from shop.payments import card_testing, stripe_api
from shop.payments.hold_limits import HoldsEnough
from shop.stock.reservations import NotEnoughStock

KEEP, TO_CART = "keep", "cart"  # what the button "update" may hold, besides a code's and "1"


@require_any
@never_cache
@limited(lambda: settings.LIMIT_CHECKOUT)
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the checkout; a POST without a button's name orders if this total was shown."""
    cart = basket.find(request)
    lines = basket.lines_of(cart) if cart else []
    if cart is None or not lines:
        return _nothing_to_buy(request)
    if request.method != "POST":
        reply = replies.collect(cart) if request.method == "GET" else NOTHING
        return _show(request, _as_kept(cart, lines, reply))
    kept.keep(cart, request.POST)
    if "update" in request.POST:
        return _update(request, cart, lines)
    return _order(request, cart, lines)


def _nothing_to_buy(request: HttpRequest) -> HttpResponse:
    """Lead a doubled or late submit to its order, and everybody else to the cart."""
    token, _count = cookies.read(request)
    order = Order.objects.filter(carts__token=token, status=Order.Status.PAID).first() if token else None
    if order is not None:
        return _see(order.get_absolute_url())
    words = _("Your cart is empty. Carts are kept for %(days)d days.")
    messages.info(request, words % {"days": settings.CART_LIFETIME.days})
    return _see(redirect("shop:cart-detail")["Location"])


def _as_kept(cart: Cart, lines: list[CartLine], reply: Reply) -> CheckoutPage:
    """Return the page with what was typed before, and with what the last form is told."""
    typed = kept.of_cart(cart)
    code = codes.of_cart(cart, lines).told(reply)
    page = build(cart, lines, typed, is_order=reply.is_order, code=code)
    if not reply.is_order:
        page.stop_complaining()
    elif page.is_agreed() and not reply.notice:
        page.notice = _("Nothing was ordered yet. Please check your order once more, then order.")
    page.notice = " ".join(text for text in (reply.notice, page.notice) if text)
    return page


def _update(request: HttpRequest, cart: Cart, lines: list[CartLine]) -> HttpResponse:
    """Keep what was typed, do what a button wants with codes, and go where it leads."""
    if request.POST["update"] == KEEP:
        return HttpResponse(status=204)
    code = _wanted_code(request, cart, lines)
    if code.wait_seconds:
        return _wait(request, cart, lines, code)
    replies.leave(cart, code.as_reply())
    if request.POST["update"] == TO_CART:
        return _see(redirect("shop:cart-detail")["Location"])
    return _again()


def _wait(request: HttpRequest, cart: Cart, lines: list[CartLine], code: CartCode) -> HttpResponse:
    """Show the page with what was typed, to a network that tried very many codes."""
    page = build(cart, lines, kept.short(request.POST), is_order=False, code=code)
    page.stop_complaining()
    return ask_to_wait(_show(request, page), code.wait_seconds)


def _wanted_code(request: HttpRequest, cart: Cart, lines: list[CartLine]) -> CartCode:
    """Return the cart's code, after what the posted form wants with it: remove it, or try another."""
    posted = kept.short(request.POST)
    button, typed = posted.get("update", ""), posted.get("code")
    if button.startswith((codes.REMOVE_CODE, codes.REMOVE_CARD)):
        note = codes.remove_named(cart, button)
        return replace(codes.of_cart(cart, lines), note=note)
    if typed is None or codes.is_kept(cart, typed):
        return codes.of_cart(cart, lines)
    if not typed.strip():
        kept_code = codes.of_cart(cart, lines)
        if kept_code.applied:  # the field for another one was left empty
            return kept_code
    return codes.put(cart, typed, lines, origin=limits.client_key(request))


def _order(request: HttpRequest, cart: Cart, lines: list[CartLine]) -> HttpResponse:
    code = _wanted_code(request, cart, lines)
    if code.applied and not code.error:
        email, origin = email_in(kept.short(request.POST)), limits.client_key(request)
        told = codes.of_customer(cart, lines, origin=origin, email=email)
        if told.wait_seconds:
            return _wait(request, cart, lines, told)
        code = told if told.error else code
    page = build(cart, lines, kept.short(request.POST), is_order=True, code=code)
    if not page.is_agreed() or page.terms is None:
        return _refused(page)
    try:
        order = flow.order_and_pay(
            cart=page.cart,
            contact=page.form.contact(),
            terms=page.terms,
            lines=page.lines,
            origin=limits.client_key(request),
        )
    except flow.OrderWaits as waiting:
        return _see(waiting.order.get_absolute_url())
    except card_testing.TooManyAttempts as error:
        page.notice = str(error)
        return ask_to_wait(_show(request, page), error.seconds)
    except _NOT_NOW as error:
        return _refused(page, notice=_why(error, lines))
    return _see(_where_to_pay(order))


_NOT_NOW = (NotEnoughStock, CodeRefused, CardRefused, flow.CartChanged, stripe_api.StripeError)


def _why(error: Exception, lines: list[CartLine]) -> str:
    """Return what the next page cannot know; stock and codes it asks anew."""
    if isinstance(error, HoldsEnough):
        titles = {line.variant_id: line.variant.full_title for line in lines}
        return " ".join(f"{titles[pk]}: {text}" for pk, text in error.messages().items())
    if isinstance(error, CardRefused):
        return str(error)
    if isinstance(error, flow.CartChanged):
        return _("Your cart has changed meanwhile. Please check it and order again.")
    if isinstance(error, stripe_api.StripeError):
        return _("Our payment service does not answer. Nothing was charged; please try again.")
    return ""


def _refused(page: CheckoutPage, *, notice: str = "") -> HttpResponse:
    """Show the checkout again, which tells what is missing; `notice` is what it cannot know."""
    replies.leave(page.cart, replace(page.code.as_reply(), is_order=True, notice=notice))
    return _again()


def _where_to_pay(order: Order) -> str:
    payment = flow.active_payment(order)
    is_open = payment is not None and payment.status == payment.Status.OPEN
    return payment.url if is_open and payment else order.get_absolute_url()


def _show(request: HttpRequest, page: CheckoutPage) -> HttpResponse:
    context = {"page": page, "form": page.form, "notices": notices.of_cart(page.cart)}
    return render(request, "shop/checkout/checkout.html", context)


def _again() -> HttpResponse:
    return _see(redirect("shop:checkout")["Location"])


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)

"""The public order page: look, pay, try again, cancel. For whoever holds the token, so never cached."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from foundation import limits
from foundation.methods import require_any, require_safe
from shop.cart import basket, cookies
from shop.cart.limits import ask_to_wait, limited
from shop.cart.models import Cart
from shop.checkout import flow, order_page, standing, wording
from shop.discounts.codes import CodeRefused
from shop.giftcards.cards import CardRefused
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.payments import calling_off, card_testing
from shop.stock.reservations import NotEnoughStock


@require_safe
@never_cache
def order_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Show an order to whoever holds its token; asks Stripe while the payment is open."""
    return _show(request, order_page.find_synced(token))


def _show(request: HttpRequest, order: Order, *, problem: str = "") -> HttpResponse:
    """Render the order page; once the order is paid, the browser hears what is left in its cart."""
    cart = _own_cart(request, order)
    is_bought = cart is not None and order.paid_at is not None
    context = order_page.context(order) | {"problem": problem, "is_own_cart": cart and not is_bought}
    units = basket.units(list(cart.lines.all())) if cart and is_bought else 0
    if is_bought:
        context["cart_count"] = units
    elif order.status == Order.Status.CANCELLED and cart is None:
        context["newer_order"] = _newer_order(request, order)
    response = _private(render(request, "shop/checkout/order_detail.html", context))
    if is_bought:
        cookies.renew(request, response, cart if units else None, units=units)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "same-origin"  # the token goes to no other site
    response["X-Robots-Tag"] = "noindex"
    return response


def _own_cart(request: HttpRequest, order: Order) -> Cart | None:
    """Return the cart of this browser, if this order is the one that it made last. One query."""
    token, _count = cookies.read(request)
    return order.carts.filter(token=token).first() if token else None


def _newer_order(request: HttpRequest, order: Order) -> Order | None:
    """Return the order that this browser's cart made since for the same person. One query."""
    token, _count = cookies.read(request)
    newer = Order.objects.filter(carts__token=token, email=order.email, pk__gt=order.pk)
    return newer.first() if token else None


@require_any
@never_cache
@limited(lambda: settings.LIMIT_CHECKOUT)
def order_pay(request: HttpRequest, token: str) -> HttpResponse:
    """Send the buyer of an unpaid order to its payment, or to another try when that came to nothing."""
    order = order_page.find(token)
    if request.method != "POST":
        return _see(order.get_absolute_url())
    try:
        address = _where_to_pay(order, origin=limits.client_key(request))
    except flow.TooLate:
        address = ""
    except NotEnoughStock as error:
        messages.error(request, order_page.shortage(order, error))
        address = ""
    except CodeRefused as error:
        messages.error(request, f"{order.discount_code}: {error}")
        address = ""
    except CardRefused as error:
        messages.error(request, str(error))
        address = ""
    except card_testing.TooManyAttempts as error:
        return ask_to_wait(_show(request, order, problem=str(error)), error.seconds)
    return _see(address or order.get_absolute_url())


def _where_to_pay(order: Order, *, origin: str) -> str:
    if order.status == Order.Status.CANCELLED:
        return flow.try_again(order, origin=origin)
    return flow.prepare_payment(order)


@require_any
@never_cache
@limited(lambda: settings.LIMIT_CHECKOUT)
def order_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Say what cancelling does; a POST does it, once."""
    order = order_page.find(token)
    where = standing.of(order)
    if not where.can_cancel:
        return _too_late(request, where)
    if request.method == "POST":
        return _cancel(request, where)
    going_back = standing.going_back_minor(order)
    context = {"order": order, "what_happens": wording.if_cancelled(where, going_back_minor=going_back)}
    return _private(render(request, "shop/checkout/order_cancel.html", context))


def _cancel(request: HttpRequest, where: standing.Standing) -> HttpResponse:
    try:
        order = calling_off.call_off(order_id=where.order.pk)
    except lifecycle.IllegalTransition:
        return _too_late(request, standing.of(order_page.find(where.order.token)))
    calling_off.finish(order)
    return _see(order.get_absolute_url())


def _too_late(request: HttpRequest, where: standing.Standing) -> HttpResponse:
    """Lead to the order page, which says why it is too late, or shows that it is cancelled already."""
    if where.order.status == Order.Status.PAID or where.stage == standing.Stage.REVIEW:
        messages.error(request, wording.too_late_to_cancel(where))
    return _see(where.order.get_absolute_url())


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)

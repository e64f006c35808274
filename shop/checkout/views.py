"""Checkout: from the cart to the order. Personal, so never cached; the order page is in order_views.py."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from foundation import limits
from shop.cart import basket, cookies
from shop.cart.limits import ask_to_wait, limited
from shop.checkout import flow
from shop.checkout.page import CheckoutPage, build, new_total_notice
from shop.discounts.codes import CodeRefused
from shop.giftcards.cards import CardRefused
from shop.orders.models import Order
from shop.payments import card_testing, stripe_api
from shop.stock.reservations import NotEnoughStock


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(lambda: settings.LIMIT_CHECKOUT)
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the checkout; a POST without a button's name orders if this total was shown."""
    cart = basket.find(request)
    lines = basket.lines_of(cart) if cart else []
    if cart is None or not lines:
        return _nothing_to_buy(request)
    page = build(request, cart, lines)
    if request.method != "POST":
        return _show(request, page)
    if "update" in request.POST:
        shown = _show(request, _without_errors(page))
        return ask_to_wait(shown, page.code.wait_seconds) if page.code.wait_seconds else shown
    return _order(request, page)


def _nothing_to_buy(request: HttpRequest) -> HttpResponse:
    """Lead a doubled or late submit to its order, and everybody else to the cart."""
    token, _count = cookies.read(request)
    order = Order.objects.filter(carts__token=token, status=Order.Status.PAID).first() if token else None
    if order is not None:
        return _see(order.get_absolute_url())
    messages.info(request, _("Your cart is empty. Carts are kept for 30 days."))
    return _see(redirect("shop:cart-detail")["Location"])


def _without_errors(page: CheckoutPage) -> CheckoutPage:
    """Keep what was typed, show new totals and complain about nothing yet."""
    form = page.form
    form.initial = {**form.initial, **{n: form.data[n] for n in form.fields if n in form.data}}
    form.is_bound = False
    return page


def _is_agreed(page: CheckoutPage) -> bool:
    """Whether this can be ordered and the buyer was shown all of it; else the page says what is new."""
    is_valid = page.form.is_valid()
    if page.terms is None or page.shipping_error or page.has_problems or not is_valid:
        return False
    if page.has_news_of_code:
        page.tell_of_code()
    elif not page.was_shown:
        page.notice = new_total_notice(page)
    return not page.notice


def _order(request: HttpRequest, page: CheckoutPage) -> HttpResponse:
    if not _is_agreed(page) or page.terms is None:
        return _show(request, page)
    try:
        order = flow.order_and_pay(
            cart=page.cart,
            contact=page.form.contact(),
            terms=page.terms,
            lines=page.lines,
            origin=limits.client_key(request),
        )
    except NotEnoughStock as error:
        page.note_shortage(error)
    except CodeRefused as error:
        page.drop_code(error)
        page.tell_of_code()
    except CardRefused as error:
        page = build(request, page.cart, page.cart_lines)
        page.notice = f"{error} {new_total_notice(page)}"
    except flow.CartChanged:
        page = build(request, page.cart, basket.lines_of(page.cart))
        page.notice = _("Your cart has changed meanwhile. Please check it and order again.")
    except flow.OrderWaits as waiting:
        return _see(waiting.order.get_absolute_url())
    except card_testing.TooManyAttempts as error:
        page.notice = str(error)
        return ask_to_wait(_show(request, page), error.seconds)
    except stripe_api.StripeError:
        page.notice = _("Our payment service does not answer. Nothing was charged; please try again.")
    else:
        return _see(_where_to_pay(order))
    return _show(request, page)


def _where_to_pay(order: Order) -> str:
    payment = flow.active_payment(order)
    is_open = payment is not None and payment.status == payment.Status.OPEN
    return payment.url if is_open and payment else order.get_absolute_url()


def _show(request: HttpRequest, page: CheckoutPage) -> HttpResponse:
    return render(request, "shop/checkout/checkout.html", {"page": page, "form": page.form})


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)

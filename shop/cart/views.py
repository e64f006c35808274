"""Cart pages: look, add, change. Personal, so never cached."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from foundation.limits import client_key
from shop.cart import basket, codes, cookies, gift_cards, limits, notices, replies, rows
from shop.cart.codes import CartCode
from shop.cart.forms import AddForm, LinesForm, is_changed, unknown_item
from shop.cart.models import Cart, CartLine
from shop.cart.replies import NOTHING, Reply
from shop.catalogue.models import Product, Variant
from shop.catalogue.views import product_page


@require_safe
@never_cache
def cart_detail(request: HttpRequest) -> HttpResponse:
    """Show the cart, each line with what is wrong with it, and once what the last form is told."""
    cart = basket.find(request)
    reply = replies.collect(cart) if cart and request.method == "GET" else NOTHING
    return _page(request, cart, reply=reply)


def _page(
    request: HttpRequest,
    cart: Cart | None,
    *,
    reply: Reply = NOTHING,
    code: CartCode | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    lines = basket.lines_of(cart) if cart else []
    own = basket.own_holds(cart) if cart else {}
    if code is None:
        code = codes.of_cart(cart, lines).told(reply) if cart else CartCode()
    form = LinesForm(reply.quantities, lines=lines, own=own) if reply.quantities else None
    context: dict[str, Any] = {
        "rows": rows.rows_of(lines, own=own, form=form),
        "totals": rows.totals(lines, code),
        "code": code,
        "cards": gift_cards.of_cart(cart) if cart else [],
        "notices": notices.of_cart(cart) if cart else [],
        "error": error,
        "cart_count": basket.units(lines),
    }
    response = render(request, "shop/cart/cart_detail.html", context, status=status)
    cookies.renew(request, response, cart, units=basket.units(lines))
    return response


@require_POST
@never_cache
@limits.limited(lambda: settings.LIMIT_CART)
def cart_add(request: HttpRequest) -> HttpResponse:
    """Put units of a variant into the cart; a mistake shows the product page again with it."""
    sku = request.POST.get("sku", "").replace("\0", "")[:40]
    found = Variant.objects.select_related("product").filter(sku=sku, is_active=True)
    variant = found.filter(product__status=Product.Status.ACTIVE).first()
    if variant is None:
        return _page(request, basket.find(request), error=unknown_item(), status=404)
    form = AddForm(request.POST)
    if not form.is_valid():
        return _again(request, variant, [str(e) for e in form.errors.get("quantity", [])])
    try:
        cart = basket.add(basket.find(request), variant=variant, quantity=form.cleaned_data["quantity"])
    except basket.TooMany as error:
        return _again(request, variant, [str(error)])
    messages.success(request, _("%(title)s is in your cart.") % {"title": variant.full_title})
    return _to_cart(cart)


def _again(request: HttpRequest, variant: Variant, errors: list[str]) -> HttpResponse:
    typed = request.POST.get("quantity", "")[:20]
    product = Product.objects.with_page().get(pk=variant.product_id)
    return product_page(
        request, product, form_errors={"quantity": errors}, chosen_sku=variant.sku, quantity=typed
    )


@require_POST
@never_cache
@limits.limited(lambda: settings.LIMIT_CART)
def cart_update(request: HttpRequest) -> HttpResponse:
    """Change quantities or remove a line, then show the cart or go on to checkout."""
    cart = basket.find(request)
    if cart is None:
        messages.info(request, _("Your cart is empty. Carts are kept for 30 days."))
        return redirect("shop:cart-detail", permanent=False)
    lines = basket.lines_of(cart)
    if "remove" in request.POST:
        return _remove(request, cart, lines)
    form = LinesForm(request.POST, lines=lines, own=basket.own_holds(cart))
    if not form.is_valid():
        return _told(cart, Reply(quantities=_typed(request, lines)))
    response = _to_cart(basket.change(cart, form.quantities))
    if "checkout" in request.POST:
        response["Location"] = redirect("shop:checkout")["Location"]
    return response


def _remove(request: HttpRequest, cart: Cart, lines: list[CartLine]) -> HttpResponse:
    """Remove a line; what was typed at the others stays typed."""
    line_id = request.POST["remove"]
    if line_id.isascii() and line_id.isdigit() and len(line_id) < 19:
        basket.change(cart, {int(line_id): 0})
    return _told(cart, Reply(quantities=_typed(request, lines)))


def _typed(request: HttpRequest, lines: list[CartLine]) -> dict[str, str]:
    """Return the posted quantities that are not those of the cart."""
    posted = {f"quantity-{line.pk}": str(line.quantity) for line in lines}
    typed = {name: request.POST[name] for name in posted if is_changed(request.POST, name)}
    return {name: text[: replies.LONGEST_QUANTITY] for name, text in typed.items() if text != posted[name]}


@require_POST
@never_cache
@limits.limited(lambda: settings.LIMIT_CART)
def cart_code(request: HttpRequest) -> HttpResponse:
    """Try a discount code or a gift card, or remove one; the cart says at the field what came of it."""
    cart = basket.find(request)
    if cart is None:
        messages.info(request, _("Your cart is empty. Carts are kept for 30 days."))
        return redirect("shop:cart-detail", permanent=False)
    if "remove" in request.POST:
        return _told(cart, Reply(code_note=codes.remove_named(cart, request.POST["remove"])))
    lines, origin = basket.lines_of(cart), client_key(request)
    code = codes.put(cart, request.POST.get("code", ""), lines, origin=origin)
    if code.wait_seconds:
        return limits.ask_to_wait(_page(request, cart, code=code), code.wait_seconds)
    return _told(cart, code.as_reply())


def _told(cart: Cart, reply: Reply) -> HttpResponse:
    replies.leave(cart, reply)
    return _to_cart(cart)


def _to_cart(cart: Cart) -> HttpResponse:
    response = HttpResponseRedirect(redirect("shop:cart-detail")["Location"], status=303)
    cookies.write(response, token=cart.token, units=basket.units(list(cart.lines.all())))
    return response

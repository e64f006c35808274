"""Cart pages: look, add, change. Personal, so never cached."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation import links
from foundation.limits import client_key
from foundation.methods import require_any, require_POST, require_safe
from foundation.typed_text import without_controls
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
        "cart_count": basket.units(lines),
    }
    response = render(request, "shop/cart/cart_detail.html", context)
    cookies.renew(request, response, cart, units=basket.units(lines))
    return response


@require_any
@never_cache
@limits.limited(lambda: settings.LIMIT_CART)
def cart_add(request: HttpRequest) -> HttpResponse:
    """Put units of a variant into the cart; a mistake leads to the product's form, which tells it once."""
    if request.method != "POST":
        return _refused(request)
    variant = _for_sale(request.POST.get("sku", ""))
    if variant is None:
        messages.error(request, unknown_item())
        return _see(reverse("shop:cart-detail"))
    form, cart = AddForm(request.POST), basket.find(request)
    if not form.is_valid():
        return _refuse(request, cart, variant, " ".join(str(e) for e in form.errors["quantity"]))
    try:
        cart = basket.add(cart, variant=variant, quantity=form.cleaned_data["quantity"])
    except basket.TooMany as error:
        return _refuse(request, cart, variant, str(error))
    messages.success(request, _("%(title)s is in your cart.") % {"title": variant.full_title})
    return _to_cart(cart)


def _for_sale(sku: str) -> Variant | None:
    named = Variant.objects.filter(sku=without_controls(sku[:100]), is_active=True)
    return named.select_related("product").filter(product__status=Product.Status.ACTIVE).first()


def _refuse(request: HttpRequest, cart: Cart | None, variant: Variant, error: str) -> HttpResponse:
    """Lead to the form again; a cart is made when there is none, for what was typed waits there."""
    cart = cart or Cart.objects.create()
    typed = request.POST.get("quantity", "")[: replies.LONGEST_QUANTITY]
    replies.leave(cart, Reply(sku=variant.sku, quantity=typed, quantity_error=error))
    response = _see(links.address(reverse("shop:cart-add"), {"sku": variant.sku}))
    cookies.write(response, token=cart.token, units=basket.units(list(cart.lines.all())))
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    """Show the product with what was wrong with its form, once; lead to the product from then on."""
    variant = _for_sale(request.GET.get("sku", ""))
    if variant is None:
        return _see(reverse("shop:cart-detail"))
    cart = basket.find(request)
    reply = replies.collect(cart) if cart and request.method == "GET" else NOTHING
    if not reply.quantity_error or reply.sku != variant.sku:
        return _see(links.address(variant.product.get_absolute_url(), {"variant": variant.sku}))
    response = product_page(
        request,
        Product.objects.with_page().get(pk=variant.product_id),
        form_errors={"quantity": [reply.quantity_error]},
        chosen_sku=variant.sku,
        quantity=reply.quantity,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _see(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)


@require_POST
@never_cache
@limits.limited(lambda: settings.LIMIT_CART)
def cart_update(request: HttpRequest) -> HttpResponse:
    """Change quantities or remove a line, then show the cart or go on to checkout."""
    cart = basket.find(request)
    if cart is None:
        return _is_empty(request)
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
        return _is_empty(request)
    if "remove" in request.POST:
        return _told(cart, Reply(code_note=codes.remove_named(cart, request.POST["remove"])))
    lines, origin = basket.lines_of(cart), client_key(request)
    code = codes.put(cart, request.POST.get("code", ""), lines, origin=origin)
    if code.wait_seconds:
        return limits.ask_to_wait(_page(request, cart, code=code), code.wait_seconds)
    return _told(cart, code.as_reply())


def _is_empty(request: HttpRequest) -> HttpResponse:
    words = _("Your cart is empty. Carts are kept for %(days)d days.")
    messages.info(request, words % {"days": settings.CART_LIFETIME.days})
    return redirect("shop:cart-detail", permanent=False)


def _told(cart: Cart, reply: Reply) -> HttpResponse:
    replies.leave(cart, reply)
    return _to_cart(cart)


def _to_cart(cart: Cart) -> HttpResponse:
    response = _see(reverse("shop:cart-detail"))
    cookies.write(response, token=cart.token, units=basket.units(list(cart.lines.all())))
    return response

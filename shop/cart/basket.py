"""A guest's cart: find it, fill it, change it. Nothing in a cart is held.

Error: TooMany, with a message for the line.
"""

from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.cart import cookies
from shop.cart.models import Cart, CartLine
from shop.catalogue import price_rules
from shop.catalogue.models import Product, Variant
from shop.orders.models import Order

MOST_UNITS = 999  # of one variant in one cart


class TooMany(Exception):
    """More units were asked for than are available; str() is the message for the buyer."""


def find(request: HttpRequest) -> Cart | None:
    """Return the browser's cart, unless it is unknown or too old. One query."""
    token, _count = cookies.read(request)
    if not token:
        return None
    cart = Cart.objects.select_related("order").filter(token=token).first()
    return None if cart is None or cart.is_expired else cart


def lines_of(cart: Cart) -> list[CartLine]:
    """Return the lines with variant, product, pictures and today's price. Four queries."""
    related = cart.lines.select_related("variant__product").prefetch_related(
        "variant__product__pictures__picture", "variant__product__quantity_breaks"
    )
    return with_prices(list(related))


def with_prices(lines: list[CartLine]) -> list[CartLine]:
    """Set what a unit of each line costs now; all variants of a product count together. No query."""
    now, units_of = timezone.now(), Counter[int]()
    for line in lines:
        units_of[line.variant.product_id] += line.quantity
    for line in lines:
        together = units_of[line.variant.product_id]
        line.price = price_rules.unit_price(line.variant, units_of_product=together, now=now)
    return lines


def units(lines: list[CartLine]) -> int:
    """Return the number of units in these lines."""
    return sum(line.quantity for line in lines)


def own_holds(cart: Cart) -> dict[int, int]:
    """Return variant id -> units that this cart's own waiting order holds; they are not lost to it.

    One query while an order waits for its payment, else none.
    """
    if cart.order is None or cart.order.hold != Order.Hold.HELD:
        return {}
    return dict(cart.order.lines.values_list("variant_id", "quantity"))


def problem_of(line: CartLine, *, own: Mapping[int, int]) -> str:
    """Return why a line cannot be bought as it stands, or an empty text. No query."""
    left = units_for_sale(line.variant, own=own)
    wrong = shortage(line.quantity, left)
    return wrong if left or not wrong else wrong + " " + _("Please remove this line.")


def units_for_sale(variant: Variant, *, own: Mapping[int, int]) -> int:
    """Return how many units this cart could order now; 0 for what is not sold any more."""
    is_for_sale = variant.is_active and variant.product.status == Product.Status.ACTIVE
    return variant.available + own.get(variant.pk, 0) if is_for_sale else 0


def shortage(quantity: int, left: int) -> str:
    """Return what a buyer reads who wants more units than are left; empty when there are enough."""
    if quantity <= left:
        return ""
    if left <= 0:
        return _("Sold out.")
    return ngettext("Only %(left)d unit left.", "Only %(left)d units left.", left) % {"left": left}


@transaction.atomic
def add(cart: Cart | None, *, variant: Variant, quantity: int) -> Cart:
    """Put units into the cart, which is made if there is none. Raises TooMany; locks the cart."""
    cart = _lock(cart) if cart else Cart.objects.create()
    line = cart.lines.filter(variant=variant).first()
    already = line.quantity if line else 0
    wrong = shortage(already + quantity, units_for_sale(variant, own=own_holds(cart)))
    if wrong and already:
        wrong += " " + _("Your cart already holds %(units)d.") % {"units": already}
    if wrong:
        raise TooMany(wrong)
    if line:
        cart.lines.filter(pk=line.pk).update(quantity=F("quantity") + quantity)
    else:
        CartLine.objects.create(cart=cart, variant=variant, quantity=quantity)
    return _touch(cart)


@transaction.atomic
def change(cart: Cart, quantities: Mapping[int, int]) -> Cart:
    """Set the units of lines by their id; 0 removes a line. Locks the cart."""
    cart = _lock(cart)
    for line_id, quantity in sorted(quantities.items()):
        line = cart.lines.filter(pk=line_id)
        if quantity:
            line.update(quantity=quantity)
        else:
            line.delete()
    return _touch(cart)


def _lock(cart: Cart) -> Cart:
    return Cart.objects.select_for_update(of=("self",)).select_related("order").get(pk=cart.pk)


def _touch(cart: Cart) -> Cart:
    cart.changed_at = timezone.now()
    cart.save(update_fields=["changed_at"])
    return cart

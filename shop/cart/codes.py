"""The discount code of a cart: typed by the buyer, kept while wanted, asked anew each time it is shown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import ngettext

from foundation import limits
from shop.cart.models import Cart, CartLine
from shop.discounts import codes
from shop.discounts.codes import AppliedCode, CodeRefused, Item
from shop.discounts.models import normalised

LONGEST_SHOWN = 60  # characters of a wrong code that are shown again


@dataclass(frozen=True, slots=True)
class CartCode:
    """What a page shows of a code: as typed, what it takes off, or why it does not.

    `wait_seconds` is set when very many codes were tried from the buyer's network.
    """

    typed: str = ""
    applied: AppliedCode | None = None
    error: str = ""
    wait_seconds: int = 0


def of_cart(cart: Cart, lines: Sequence[CartLine], *, email: str = "") -> CartCode:
    """Return the cart's code as it stands now. No query without a code, else up to four."""
    return _judge(cart, cart.discount_code, lines, email) if cart.discount_code else CartCode()


def put(cart: Cart, text: str, lines: Sequence[CartLine], *, origin: str, email: str = "") -> CartCode:
    """Try a code that somebody typed, and keep it if it applies; an empty text removes the kept one.

    `origin` is the buyer's network address as limits.client_key() gives it; its attempts are counted.
    """
    if not text.strip():
        remove(cart)
        return CartCode()
    verdict = limits.take(bucket="discount codes", key=origin, rate=settings.LIMIT_CODES)
    if not verdict.is_allowed:
        return _too_many(text, verdict.retry_after_seconds)
    judged = _judge(cart, text, lines, email)
    if judged.applied:
        _keep(cart, judged.applied.code)
    return judged


def is_kept(cart: Cart, text: str) -> bool:
    """Whether what somebody typed is the code that the cart has already."""
    return bool(cart.discount_code) and normalised(text) == cart.discount_code


def remove(cart: Cart) -> None:
    """Forget the cart's code."""
    if cart.discount_code:
        _keep(cart, "")


def _keep(cart: Cart, code: str) -> None:
    cart.discount_code = code
    Cart.objects.filter(pk=cart.pk).update(discount_code=code)


def _judge(cart: Cart, text: str, lines: Sequence[CartLine], email: str) -> CartCode:
    own = cart.order.reference if cart.order else ""
    items = [Item(line.variant_id, line.variant.product_id, line.total_minor) for line in lines]
    try:
        applied = codes.apply(text, items, email=email, reference=own)
    except CodeRefused as error:
        return CartCode(typed=text[:LONGEST_SHOWN], error=str(error))
    return CartCode(typed=applied.code, applied=applied)


def _too_many(text: str, seconds: int) -> CartCode:
    minutes = math.ceil(seconds / 60)
    sentence = ngettext(
        "Very many codes were tried from your network. Please try again in %(minutes)d minute.",
        "Very many codes were tried from your network. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return CartCode(typed=text[:LONGEST_SHOWN], error=sentence % {"minutes": minutes}, wait_seconds=seconds)

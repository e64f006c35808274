"""The discount code of a cart: typed by the buyer, kept while wanted, asked anew each time it is shown.

The same field takes the codes of gift cards, which are in gift_cards.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import ngettext

from foundation import limits
from shop.cart import gift_cards
from shop.cart.models import Cart, CartLine
from shop.discounts import codes
from shop.discounts.codes import AppliedCode, CodeRefused, Item
from shop.discounts.models import normalised

REMOVE_CODE, REMOVE_CARD = "remove-code", "remove-card-"  # what the buttons send, the latter with an id
LONGEST_SHOWN = 60  # characters of a wrong code that are shown again


@dataclass(frozen=True, slots=True)
class CartCode:
    """What a page shows of codes: the one that applies, and what was typed with the reason it does not.

    `wait_seconds` is set when very many codes were tried from the buyer's network.
    """

    applied: AppliedCode | None = None
    typed: str = ""
    error: str = ""
    wait_seconds: int = 0


def of_cart(cart: Cart, lines: Sequence[CartLine], *, email: str = "") -> CartCode:
    """Return the cart's code as it stands now. No query without a code, else up to four."""
    return _judge(cart, cart.discount_code, lines, email) if cart.discount_code else CartCode()


def put(cart: Cart, text: str, lines: Sequence[CartLine], *, origin: str, email: str = "") -> CartCode:
    """Try a code that somebody typed, a discount code or a gift card's, and keep it if it applies.

    An empty text removes the kept discount code. `origin` is the buyer's network address as
    limits.client_key() gives it; its attempts are counted.
    """
    if not text.strip():
        remove(cart)
        return CartCode()
    verdict = limits.take(bucket="discount codes", key=origin, rate=settings.LIMIT_CODES)
    if not verdict.is_allowed:
        seconds = verdict.retry_after_seconds
        return _beside(cart, lines, email, text, _too_many(seconds), wait_seconds=seconds)
    judged = _judge(cart, text, lines, email)
    if judged.applied:
        _keep(cart, judged.applied.code)
        return judged
    problem = gift_cards.put(cart, text)
    if problem == "":
        return of_cart(cart, lines, email=email)
    return _beside(cart, lines, email, text, judged.error if problem is None else problem)


def _beside(
    cart: Cart, lines: Sequence[CartLine], email: str, text: str, error: str, *, wait_seconds: int = 0
) -> CartCode:
    """Return what was refused beside the kept code, which still applies or not."""
    kept = of_cart(cart, lines, email=email)
    return CartCode(kept.applied, typed=text[:LONGEST_SHOWN], error=error, wait_seconds=wait_seconds)


def is_kept(cart: Cart, text: str) -> bool:
    """Whether what somebody typed is the code that the cart has already."""
    return bool(cart.discount_code) and normalised(text) == cart.discount_code


def remove(cart: Cart) -> None:
    """Forget the cart's code."""
    if cart.discount_code:
        _keep(cart, "")


def remove_named(cart: Cart, button: str) -> None:
    """Forget what a pressed button names: the discount code, or one of the gift cards."""
    if button.startswith(REMOVE_CARD):
        gift_cards.remove(cart, button.removeprefix(REMOVE_CARD))
    else:
        remove(cart)


def _keep(cart: Cart, code: str) -> None:
    cart.discount_code = code
    Cart.objects.filter(pk=cart.pk).update(discount_code=code)


def _judge(cart: Cart, text: str, lines: Sequence[CartLine], email: str) -> CartCode:
    own = cart.order.reference if cart.order else ""
    items = [
        Item(line.variant_id, line.variant.product_id, line.total_minor)
        for line in lines
        if not line.variant.gift_value_minor  # money paid in advance gets no cheaper
    ]
    try:
        applied = codes.apply(text, items, email=email, reference=own)
    except CodeRefused as error:
        return CartCode(typed=text[:LONGEST_SHOWN], error=str(error))
    return CartCode(applied)


def _too_many(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    sentence = ngettext(
        "Very many codes were tried from your network. Please try again in %(minutes)d minute.",
        "Very many codes were tried from your network. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return sentence % {"minutes": minutes}

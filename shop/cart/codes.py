"""The discount code of a cart: typed by the buyer, kept while wanted, asked anew each time it is shown.

The same field takes the codes of gift cards, which are in gift_cards.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import limits
from shop.cart import gift_cards
from shop.cart.models import Cart, CartLine
from shop.cart.replies import Reply
from shop.discounts import codes
from shop.discounts.codes import AppliedCode, CodeRefused, Item
from shop.discounts.models import normalised

REMOVE_CODE, REMOVE_CARD = "remove-code", "remove-card-"  # what the buttons send, the latter with an id
TRIED = "discount codes"  # the limit's bucket
LONGEST_SHOWN = 60  # characters of a wrong code that are shown again


@dataclass(frozen=True, slots=True)
class CartCode:
    """What a page shows of codes: the one that applies, and what was typed with the reason it does not.

    `note` says what became of a code just now; `wait_seconds` is set when very many codes were tried from
    the buyer's network.
    """

    applied: AppliedCode | None = None
    typed: str = ""
    error: str = ""
    note: str = ""
    wait_seconds: int = 0

    def told(self, reply: Reply) -> "CartCode":
        """Return this with what the last form is told; a code that an order was refused is not applied."""
        if reply.code_error:
            kept = self.applied.code if self.applied else ""
            is_refused = reply.is_order and normalised(reply.code_typed) == kept
            applied = None if is_refused else self.applied
            return replace(self, applied=applied, typed=reply.code_typed, error=reply.code_error)
        return replace(self, note=reply.code_note)

    def as_reply(self) -> Reply:
        """Return what a page that is shown next says of this."""
        return Reply(code_typed=self.typed, code_error=self.error, code_note=self.note)


def of_cart(cart: Cart, lines: Sequence[CartLine], *, email: str = "") -> CartCode:
    """Return the cart's code as it stands now. No query without a code, else up to four."""
    return _judge(cart, cart.discount_code, lines, email) if cart.discount_code else CartCode()


def of_customer(cart: Cart, lines: Sequence[CartLine], *, origin: str, email: str) -> CartCode:
    """Return the cart's code as it stands for the customer with this address, who means to order now.

    The answer tells who is a customer: so nothing else asks it, and each address counts as a code tried.
    """
    seconds = _count_customer(cart, origin=origin, email=email)
    if seconds:
        return CartCode(typed=cart.discount_code, error=_too_many(seconds), wait_seconds=seconds)
    return of_cart(cart, lines, email=email)


def _count_customer(cart: Cart, *, origin: str, email: str) -> int:
    """Count that a network asks about another customer; return how many seconds it has to wait, mostly 0."""
    if not (email and codes.is_limited_for_each(cart.discount_code)):
        return 0
    asked = {"bucket": "customers of codes", "key": f"{origin} {codes.customer_key(email)}"}
    if not limits.take(**asked, rate=(1, settings.LIMIT_CODES[1])).is_allowed:
        return 0  # the same one again
    verdict = limits.take(bucket=TRIED, key=origin, rate=settings.LIMIT_CODES)
    if not verdict.is_allowed:
        limits.forgive(**asked)  # it was not answered
    return verdict.retry_after_seconds


def put(cart: Cart, text: str, lines: Sequence[CartLine], *, origin: str) -> CartCode:
    """Try a code that somebody typed, a discount code or a gift card's, and keep it if it applies.

    An empty text removes the kept discount code. `origin` is the buyer's network address as
    limits.client_key() gives it; its attempts are counted.
    """
    if not text.strip():
        return CartCode(note=remove(cart))
    verdict = limits.take(bucket=TRIED, key=origin, rate=settings.LIMIT_CODES)
    if not verdict.is_allowed:
        seconds = verdict.retry_after_seconds
        return _beside(cart, lines, text, _too_many(seconds), wait_seconds=seconds)
    judged = _judge(cart, text, lines, "")
    if judged.applied:
        return replace(judged, note=_put_in_place(cart, judged.applied.code))
    problem = gift_cards.put(cart, text)
    if problem == "":
        return of_cart(cart, lines)
    return _beside(cart, lines, text, judged.error if problem is None else problem)


def _put_in_place(cart: Cart, code: str) -> str:
    """Keep a code that applies; return the sentence about the one that it replaces, if any."""
    earlier = cart.discount_code
    _keep(cart, code)
    if earlier in {"", code}:
        return ""
    sentence = _("%(code)s takes the place of %(earlier)s: an order takes one discount code.")
    return sentence % {"code": code, "earlier": earlier}


def _beside(
    cart: Cart, lines: Sequence[CartLine], text: str, error: str, *, wait_seconds: int = 0
) -> CartCode:
    """Return what was refused beside the kept code, which still applies or not."""
    kept = of_cart(cart, lines)
    if kept.applied:
        error += " " + _("The code %(code)s still applies.") % {"code": kept.applied.code}
    return CartCode(kept.applied, typed=text[:LONGEST_SHOWN], error=error, wait_seconds=wait_seconds)


def is_kept(cart: Cart, text: str) -> bool:
    """Whether what somebody typed is the code that the cart has already."""
    return bool(cart.discount_code) and normalised(text) == cart.discount_code


def remove(cart: Cart) -> str:
    """Forget the cart's code; return the sentence that says so, or "" without one."""
    if not cart.discount_code:
        return ""
    _keep(cart, "")
    return _("The discount code was removed.")


def remove_named(cart: Cart, button: str) -> str:
    """Forget what a pressed button names, the discount code or a gift card; return what to say of it."""
    if button.startswith(REMOVE_CARD):
        return gift_cards.remove(cart, button.removeprefix(REMOVE_CARD))
    return remove(cart)


def _keep(cart: Cart, code: str) -> None:
    cart.discount_code = code
    Cart.objects.filter(pk=cart.pk).update(discount_code=code)


def _judge(cart: Cart, text: str, lines: Sequence[CartLine], email: str) -> CartCode:
    own = cart.waiting_reference
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

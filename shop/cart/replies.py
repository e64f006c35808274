"""What the last form of a cart was told, kept for the one page that is shown next.

A form that could not be done leads on with a redirect, so that neither Back nor Reload sends it again. What
was typed and what was wrong with it waits in the cart's row until that page is shown.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from shop.cart.models import Cart

LONGEST_QUANTITY = 40  # characters of a quantity that are shown again


@dataclass(frozen=True, slots=True)
class Reply:
    """Quantities by their field as typed, a code with its error or what became of it, a checkout's notice.

    `sku`, `quantity` and `quantity_error` are what a product's own form is told.
    `is_order` says that the checkout was sent to order, so what is wrong with it is shown.
    """

    quantities: Mapping[str, str] = field(default_factory=dict)
    code_typed: str = ""
    code_error: str = ""
    code_note: str = ""
    is_order: bool = False
    notice: str = ""
    sku: str = ""
    quantity: str = ""
    quantity_error: str = ""


NOTHING = Reply()


def leave(cart: Cart, reply: Reply) -> None:
    """Keep a reply for the next page, in place of an earlier one. At most one query."""
    text = "" if reply == NOTHING else json.dumps(asdict(reply))
    if text != cart.reply:
        cart.reply = text
        Cart.objects.filter(pk=cart.pk).update(reply=text)


def collect(cart: Cart) -> Reply:
    """Return what waits for this page, once. No query when nothing waits."""
    if not cart.reply:
        return NOTHING
    reply = Reply(**json.loads(cart.reply))
    Cart.objects.filter(pk=cart.pk, reply=cart.reply).update(reply="")
    cart.reply = ""
    return reply

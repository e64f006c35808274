"""What somebody typed at the checkout, kept with the cart until it is bought or gone.

It stands in the form again after "Change cart", Back, and a payment that came to nothing.
"""

import json
from collections.abc import Mapping

from shop.cart.models import Cart
from shop.checkout.forms import TYPED

LONGEST = 500  # characters of one field; more than any field takes, so too long a text is still told
_OF_THE_PAGE = {"shown_total", "refused_code", "shipping_rate"}  # what a page sends that nobody typed
_NAMES = {*TYPED, "refused_code"}
_STAYS = TYPED - _OF_THE_PAGE - {"billing_differs", "vat_number"}  # also while a page does not ask for it


def keep(cart: Cart, posted: Mapping[str, str]) -> None:
    """Keep what a checkout form holds, whole as it was sent. At most one query.

    A text that the page did not ask for, such as the street of a gift card's buyer, stays as it was.
    """
    if not any(name in posted for name in _NAMES - _OF_THE_PAGE):
        return
    fields = {name: text for name, text in (of_cart(cart) or {}).items() if name in _STAYS}
    fields |= {name: str(posted[name])[:LONGEST] for name in _NAMES if name in posted}
    text = json.dumps(fields, sort_keys=True)
    if text != cart.typed:
        cart.typed = text
        Cart.objects.filter(pk=cart.pk).update(typed=text)


def short(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a checkout form as far as they are kept: what is longer is refused anyway."""
    return {name: str(posted[name])[:LONGEST] for name in posted}


def of_cart(cart: Cart) -> dict[str, str] | None:
    """Return the fields as they were sent last, or None when nothing was. No query."""
    return dict(json.loads(cart.typed)) if cart.typed else None

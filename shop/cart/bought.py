"""What leaves a cart when its order is paid; what the cart gained meanwhile stays.

Called once an order, by the transaction that marks it paid. Lock order: Cart before Order.
"""

from django.db import transaction

from shop.cart.models import Cart, CartGiftCard, CartLine
from shop.giftcards import cards
from shop.orders.models import Order


def lock(order_id: int) -> None:
    """Lock the carts of an order, before the order, inside the caller's transaction. One query."""
    list(Cart.objects.select_for_update().filter(order=order_id).order_by("pk").values_list("pk"))


@transaction.atomic
def take_out(order: Order) -> None:
    """Take the ordered units, code, gift cards and details out of the order's cart. Locks the cart."""
    for cart in Cart.objects.select_for_update().filter(order=order).order_by("pk"):
        _take_units(cart, dict(order.lines.values_list("variant_id", "quantity")))
        if order.gift_card_minor:
            CartGiftCard.objects.filter(cart=cart, card__in=cards.held_minor(order.reference)).delete()
        if cart.discount_code == order.discount_code:
            cart.discount_code = ""
        cart.typed = cart.reply = ""
        cart.save(update_fields=["discount_code", "typed", "reply"])


def _take_units(cart: Cart, ordered: dict[int, int]) -> None:
    """Take units of variants (variant id -> units) off; a line of which none is left goes."""
    lines = list(cart.lines.filter(variant__in=ordered))
    left = [line for line in lines if line.quantity > ordered[line.variant_id]]
    cart.lines.filter(pk__in=[line.pk for line in lines if line not in left]).delete()
    for line in left:
        line.quantity -= ordered[line.variant_id]
    CartLine.objects.bulk_update(left, ["quantity"])

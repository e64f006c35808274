"""What the cart says of a payment that is under way at the buyer's bank."""

from django.utils.translation import gettext as _

from shop.cart.models import Cart
from shop.cart.notices import CartNotice
from shop.orders.models import Order
from shop.payments.models import Payment


def at_bank(cart: Cart) -> CartNotice | None:
    """Name the order that a bank is confirming. One query while the cart's order waits, else none."""
    order = cart.order
    if order is None or order.status != Order.Status.PENDING:
        return None
    at_work = order.payments.filter(status=Payment.Status.PROCESSING)
    if not at_work.exclude(closing=Payment.Closing.CALLED_OFF).exists():
        return None
    text = _("Your payment for order #%(number)d is being confirmed by your bank.") % {"number": order.number}
    return CartNotice(
        text=f"{text} {_('Once it is, what you ordered leaves this cart.')}",
        url=order.get_absolute_url(),
        link=_("Look at order #%(number)d") % {"number": order.number},
    )

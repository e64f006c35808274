"""What carts are forgotten, with all that was typed at their checkout."""

from datetime import datetime

from django.db.models import QuerySet

from foundation.retention import Rule
from shop.cart.models import Cart
from shop.orders.models import Order


def _due(before: datetime) -> QuerySet[Cart]:
    """Return carts that nobody changed since; one whose order may yet be paid waits for that."""
    return Cart.objects.filter(changed_at__lt=before).exclude(order__status=Order.Status.PENDING)


CARTS = Rule(name="carts", setting="CART_DAYS", due=_due)

"""How much stock unpaid orders of one buyer may hold, and for how long.

A buyer is known by the network address that opened the payment, for who drops cookies keeps it, and by the
cart, for who changes networks keeps that; both as keyed hashes.
Error: HoldsEnough (a NotEnoughStock). Source: docs/stock.md, "Hoarding", whose tables the tests read.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import transactions
from shop.catalogue.models import Variant
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment
from shop.stock.reservations import NotEnoughStock

LOOK_BACK = timedelta(days=1)
WORTH_COUNTING = timedelta(minutes=5)  # what was held for less time was in nobody's way
FREE_ENDS = 2  # holds that ended unpaid before the next one gets shorter


@dataclass(frozen=True, slots=True)
class Buyer:
    """From where a payment is opened and for which cart, as keyed hashes; the cart's is empty without one."""

    origin: str
    basket: str = ""

    def payments(self) -> QuerySet[Payment]:
        """Return the payments of this network or this cart."""
        is_mine = Q(origin=self.origin)
        return Payment.objects.filter(is_mine | Q(basket=self.basket) if self.basket else is_mine)


class HoldsEnough(NotEnoughStock):
    """Unpaid orders of a buyer would hold too much; `available` maps variant id to what he may still hold."""

    def messages(self) -> dict[int, str]:
        """Return a sentence for each variant of which more was asked for."""
        return {variant_id: _too_much(max(left, 0)) for variant_id, left in self.available.items()}


def _too_much(left: int) -> str:
    if not left:
        return _(
            "Unpaid orders from your network hold these already. Pay for them first, or try again later."
        )
    return ngettext(
        "We can hold only %(left)d unit for you before it is paid for. Order fewer, or write to us.",
        "We can hold only %(left)d units for you before they are paid for. Order fewer, or write to us.",
        left,
    ) % {"left": left}


def require_room(order: Order, buyer: Buyer) -> None:
    """Refuse an order with which the unpaid orders of its buyer would hold too much. Three queries.

    Raises HoldsEnough. Call it in the transaction that reserved the stock: that holds the variants' locks, so
    orders of one buyer at once are looked at one after another.
    """
    if not transactions.is_open():
        raise RuntimeError("Holds are counted under the lock of their variants.")
    asked = {line.variant_id: line.quantity for line in order.lines.all()}
    elsewhere = _held(buyer, list(asked), besides=order)
    on_hand = dict(Variant.objects.filter(pk__in=asked).values_list("pk", "on_hand"))
    left = {pk: most_held(on_hand[pk]) - elsewhere.get(pk, 0) for pk in asked}
    short = {pk: left[pk] for pk, units in asked.items() if units > left[pk]}
    if short:
        raise HoldsEnough(short)


def most_held(on_hand: int) -> int:
    """Return how many of `on_hand` units unpaid orders of one buyer may hold."""
    share: int = on_hand * settings.HOLD_SHARE_PERCENT // 100
    return max(share, settings.HOLD_UNITS)


def _held(buyer: Buyer, variant_ids: list[int], *, besides: Order) -> dict[int, int]:
    """Return variant id -> units that unpaid orders of a buyer hold, without one of them."""
    mine = buyer.payments().filter(order=OuterRef("order"), status__in=Payment.ACTIVE)
    lines = OrderLine.objects.filter(Exists(mine), variant__in=variant_ids, order__hold=Order.Hold.HELD)
    unpaid = lines.filter(order__status=Order.Status.PENDING).exclude(order=besides)
    return dict(unpaid.order_by().values_list("variant").annotate(units=Sum("quantity")))


def hold_of(buyer: Buyer) -> timedelta:
    """Return for how long the next order of a buyer holds its stock. Two queries."""
    return shortened(_ends(buyer) - _paid(buyer))


def shortened(ends: int) -> timedelta:
    """Return the hold after so many that ended unpaid: half as long with each beyond the free ones."""
    least = min(timedelta(minutes=settings.HOLD_SHORTEST_MINUTES), settings.PAYMENT_HOLD)
    whole_minutes = settings.PAYMENT_HOLD // timedelta(minutes=1) >> min(max(ends - FREE_ENDS, 0), 30)
    return max(timedelta(minutes=whole_minutes), least)


def _ends(buyer: Buyer) -> int:
    ended = _recent(buyer).filter(status=Payment.Status.EXPIRED, order__status=Order.Status.CANCELLED)
    return ended.filter(order__cancelled_at__gt=F("created_at") + WORTH_COUNTING).count()


def _paid(buyer: Buyer) -> int:
    return _recent(buyer).filter(status=Payment.Status.PAID).count()


def _recent(buyer: Buyer) -> QuerySet[Payment]:
    return buyer.payments().filter(created_at__gt=timezone.now() - LOOK_BACK)

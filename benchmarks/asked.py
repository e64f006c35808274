"""What a benchmark asks of the shop's own code; inside.py sets Django up and calls."""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from foundation.models import Picture
from shop.catalogue.models import Product, Variant
from shop.discounts.models import DiscountCode
from shop.giftcards import cards, issuing
from shop.orders.models import Order, OrderLine
from shop.payments.demo.models import DemoSession
from shop.payments.models import Payment
from shop.stock.models import StockMovement

POLL_SECONDS = 0.2
GIVE_UP_SECONDS = 1_500


@transaction.atomic
def make_variant(units: str) -> list[str]:
    """Make a product to sell with so many units on hand; return its slug and its SKU."""
    number = Product.objects.count() + 1
    product = Product.objects.create(
        title=f"Measured flute {number}", slug=f"measured-{number}", status=Product.Status.ACTIVE
    )
    variant = Variant.objects.create(
        product=product, sku=f"MEASURED-{number}", price_minor=4400, weight_grams=300, on_hand=int(units)
    )
    opening = StockMovement.Kind.OPENING
    StockMovement.objects.create(variant=variant, delta=int(units), kind=opening, reference="opening")
    return [product.slug, variant.sku]


def make_code(code: str) -> str:
    """Make a code of $5 off that one order may use."""
    kind = DiscountCode.Kind.AMOUNT
    return DiscountCode.objects.create(code=code, kind=kind, amount_minor=500, most_uses=1).code


def uses(code: str) -> list[int]:
    """Return how many orders have the code, and how many uses the code itself counts."""
    orders = Order.objects.filter(discount_code=code).exclude(status=Order.Status.CANCELLED)
    return [orders.count(), DiscountCode.objects.get(code=code).uses]


@transaction.atomic
def make_card(code: str, balance: str) -> str:
    """Make a gift card of so many minor units, whose code nobody is mailed."""
    issuing.issue_by_hand(amount_minor=int(balance), recipient="", note="", staff=None, code=code)
    return code


def spent(code: str) -> list[int]:
    """Return how many orders a card paid, what it paid of them, its balance, and the sum of its book."""
    card = cards.find(code)
    if card is None:
        raise ValueError(f"There is no card {code}.")
    orders = Order.objects.filter(gift_cards=str(card)).exclude(status=Order.Status.CANCELLED)
    paid = sum(orders.values_list("gift_card_minor", flat=True))
    return [
        orders.count(),
        paid,
        card.balance_minor,
        sum(card.movements.values_list("delta_minor", flat=True)),
    ]


def wait_for_pictures() -> int:
    """Return how many pictures there are, once all are rendered. Raises TimeoutError."""
    until = time.monotonic() + GIVE_UP_SECONDS
    while unfinished := sum(not picture.is_rendered for picture in Picture.objects.all()):
        if time.monotonic() > until:
            raise TimeoutError(f"{unfinished} pictures were never finished.")
        time.sleep(POLL_SECONDS)
    return Picture.objects.count()


def held(sku: str) -> int:
    """Return how many units of a variant the orders have that hold it or bought it."""
    lines = OrderLine.objects.filter(sku=sku).exclude(order__hold=Order.Hold.RELEASED)
    return lines.aggregate(units=Sum("quantity"))["units"] or 0


def pay_without_event(orders: str, *afters: str) -> list[list[float]]:
    """Have Stripe say "paid" for so many orders each, some seconds after ordering, and tell nobody.

    Returns for each of these groups how many seconds later each order was paid.
    """
    groups = [after for after in afters for _n in range(int(orders))]
    payments = Payment.objects.filter(status=Payment.Status.OPEN).order_by("pk")[: len(groups)]
    due = {
        payment: payment.created_at + timedelta(seconds=int(after))
        for payment, after in zip(payments, groups, strict=True)
    }
    waited = _wait_for(due)
    seconds = [waited[payment.pk] for payment in due]
    return [seconds[n : n + int(orders)] for n in range(0, len(seconds), int(orders))]


def _wait_for(due: dict[Payment, datetime]) -> dict[int, float]:
    """Pay each when it is due; return how many seconds later the shop knew. Raises TimeoutError."""
    paid_at: dict[int, float] = {}
    waited: dict[int, float] = {}
    until = time.monotonic() + GIVE_UP_SECONDS
    while len(waited) < len(due):
        if time.monotonic() > until:
            raise TimeoutError(f"{len(due) - len(waited)} orders were never paid.")
        for payment, at in due.items():
            if payment.pk not in paid_at and timezone.now() >= at:
                _pay_silently(payment)
                paid_at[payment.pk] = time.monotonic()
        unknown = paid_at.keys() - waited.keys()
        known = Payment.objects.filter(pk__in=unknown, status=Payment.Status.PAID)
        waited |= {pk: time.monotonic() - paid_at[pk] for pk in known.values_list("pk", flat=True)}
        time.sleep(POLL_SECONDS)
    return waited


def _pay_silently(payment: Payment) -> None:
    DemoSession.objects.filter(session_id=payment.session_id).update(
        status="complete", payment_status="paid", intent_id=f"pi_measured_{payment.pk}",
        intent_status="succeeded",
    )  # fmt: skip

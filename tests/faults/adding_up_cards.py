"""Do orders agree with the gift cards that paid them, and with those that they bought? See adding_up.py.

Reads the book of movements by itself, without asking the code that is on trial.
"""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q, QuerySet, Sum

from foundation.mail import OutboxMail
from shop.giftcards.models import GiftCard, GiftCardMovement
from shop.orders.models import Order
from shop.payments.models import Refund, RefundLine

REFUND_OF_A_PURCHASE = Q(movements__kind__in=["withdrawn", "reinstated"])


def gift_cards_of(order: Order) -> Iterator[str]:
    """Return what an order and its cards see differently."""
    yield from _sums_of(order)
    yield from _spent_for(order)
    yield from _bought_with(order)


def _sums_of(order: Order) -> Iterator[str]:
    paid_minor = order.charged_minor + order.gift_card_minor
    if paid_minor != order.total_minor:
        yield f"order {order.number}: {paid_minor} paid of {order.total_minor}"
    on_cards = order.refunds.filter(payment=None)
    if on_cards.exclude(status=Refund.Status.SUCCEEDED).exists():
        yield f"order {order.number}: a refund onto its cards is not done"
    booked = on_cards.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    if booked != order.gift_card_returned_minor:
        back = order.gift_card_returned_minor
        yield f"order {order.number}: {back} back on cards, its refunds say {booked}"


def _spent_for(order: Order) -> Iterator[str]:
    """What no card got back is what the order is paid with, and nothing once it came to nothing."""
    own = Q(reference=order.reference, kind__in=["spent", "given_back"])
    refunds = Q(reference__in=[f"{order.reference} {row}" for row in order.refunds.all()], kind="refunded")
    moved = GiftCardMovement.objects.filter(own | refunds).aggregate(sum=Sum("delta_minor"))["sum"] or 0
    lives = order.status != Order.Status.CANCELLED
    due = order.gift_card_minor - order.gift_card_returned_minor if lives else 0
    if -moved != due:
        yield f"order {order.number} is {order.status}: cards hold {-moved} for it instead of {due}"
    if order.paid_at and not lives and order.gift_card_returned_minor != order.gift_card_minor:
        yield f"order {order.number}: called off, but {order.gift_card_returned_minor} is back on its cards"


def _bought_with(order: Order) -> Iterator[str]:
    """A card for each unit from the moment of payment, and those whose money goes back out of use."""
    for line in order.lines.all():
        is_issued = bool(line.gift_value_minor and order.paid_at)
        cards = GiftCard.objects.filter(source=order.reference, source_sku=line.sku)
        issued = Counter(cards.values_list("initial_minor", flat=True))
        if issued != (Counter({line.gift_value_minor: line.quantity}) if is_issued else Counter()):
            yield f"order {order.number} is {order.status}, cards of {sorted(issued.elements())} are issued"
        goes_back = RefundLine.objects.filter(order_line=line).exclude(refund__status=Refund.Status.FAILED)
        refunded = sum(goes_back.values_list("quantity", flat=True))
        out = line.quantity if order.is_called_off else max(refunded, line.withdrawn_until)
        withdrawn = _withdrawn(GiftCard.objects.filter(pk__in=cards)).count()
        if withdrawn != (out if is_issued else 0):
            yield f"order {order.number}: {withdrawn} cards withdrawn, {out} units go back"


def _withdrawn(cards: QuerySet[GiftCard]) -> QuerySet[GiftCard]:
    sums = cards.annotate(taken=Sum("movements__delta_minor", filter=REFUND_OF_A_PURCHASE))
    return sums.filter(taken__lt=0)


def withdrawn_but_not_empty() -> list[str]:
    """Return the cards that were not empty when their purchase went back; staff may put value on later."""
    found = []
    for card in _withdrawn(GiftCard.objects.all()):
        until = card.movements.filter(pk__lte=card.movements.filter(kind="withdrawn").latest("pk").pk)
        if left := sum(until.values_list("delta_minor", flat=True)):
            found.append(f"card {card.pk} was withdrawn and kept {left}")
    return found


def cards_not_mailed_once() -> list[str]:
    """Return the bought cards whose code was written to nobody, or twice."""
    mails = OutboxMail.objects.filter(message="gift_card")
    written = Counter(mails.values_list("reference", flat=True))
    bought = GiftCard.objects.exclude(source="")
    return [
        f"card {card.pk}: its code was mailed {written[f'gift card {card.pk} code 1']} times"
        for card in bought
        if written[f"gift card {card.pk} code 1"] != 1
    ]

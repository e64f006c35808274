"""Make an order out of plain lines: frozen prices, a number without gaps, stock held.

Raises codes.CodeRefused, cards.CardRefused and reservations.NotEnoughStock.
Lock order: discount code, gift cards by id, variants by id, number.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from shop import pricing
from shop.discounts import codes
from shop.discounts.codes import AppliedCode
from shop.giftcards import cards
from shop.giftcards.cards import CardPayment
from shop.orders import mails
from shop.orders.models import NumberSequence, Order, OrderEvent, OrderLine, OrderTax
from shop.orders.tax_groups import OrderTaxShare
from shop.stock import reservations
from shop.taxing import TaxPart, TaxRule


@dataclass(frozen=True, slots=True)
class PlainLine:
    """What is bought: a variant and its facts; price in minor units, weight in grams a unit.

    `gift_value_minor` is what each unit is worth as a gift card, 0 for all other goods.
    """

    variant_id: int
    sku: str
    title: str
    unit_price_minor: int
    quantity: int
    weight_grams: int
    tax_class: int | None = None
    gift_value_minor: int = 0
    withdrawal_rule: str = ""

    @property
    def is_gift_card(self) -> bool:
        """Whether its units are gift cards."""
        return self.gift_value_minor > 0


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to write and where to ship; `country` is an ISO 3166 code, `vat_number` a valid one or empty.

    What needs no parcel has neither street nor city. The billing fields are those of another address for
    the invoice, all empty without one.
    """

    email: str
    name: str
    line1: str
    city: str
    country: str
    postal_code: str = ""
    line2: str = ""
    region: str = ""
    phone: str = ""
    vat_number: str = ""
    company: str = ""
    billing_name: str = ""
    billing_line1: str = ""
    billing_line2: str = ""
    billing_postal_code: str = ""
    billing_city: str = ""
    billing_region: str = ""
    billing_country: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What it costs and why: the bill, the chosen shipping, the destination's taxes, a code, gift cards.

    The bill's lines are in the order of the lines that are bought. Delivery in days from payment; None when
    nobody promised anything, as for pick-up. `standard_shipping_minor` is what the cheapest delivery costs.
    """

    bill: pricing.Bill
    shipping_name: str
    tax: TaxRule
    code: AppliedCode | None = None
    gift_cards: tuple[CardPayment, ...] = ()
    is_pickup: bool = False
    is_by_email: bool = False
    delivery_days_from: int | None = None
    delivery_days_to: int | None = None
    standard_shipping_minor: int | None = None

    @property
    def card_hints(self) -> str:
        """The gift cards that pay, as the order names them."""
        return ", ".join(card.hint for card in self.gift_cards)

    @property
    def totals(self) -> pricing.Totals:
        """The amounts of the bill."""
        return self.bill.totals


def place(*, lines: Sequence[PlainLine], contact: Contact, terms: Terms) -> Order:
    """Use code, stock and gift cards and write the order, inside the caller's transaction.

    Raises CodeRefused, NotEnoughStock and CardRefused; the caller rolls back by letting them pass.
    """
    used = codes.take(terms.code, email=contact.email) if terms.code else None
    spent = {card.card_id: card.amount_minor for card in terms.gift_cards}
    cards.lock(spent)
    reservations.reserve({line.variant_id: line.quantity for line in lines})
    order = Order.objects.create(
        number=next_number(),
        is_demo=settings.IS_DEMO,
        currency=settings.SHOP_CURRENCY,
        shipping_name=terms.shipping_name,
        is_pickup=terms.is_pickup,
        is_by_email=terms.is_by_email,
        delivery_days_from=terms.delivery_days_from,
        delivery_days_to=terms.delivery_days_to,
        standard_shipping_minor=terms.standard_shipping_minor,
        withdrawal_days=settings.WITHDRAWAL_DAYS,
        discount_code=terms.code.code if terms.code else "",
        gift_cards=terms.card_hints,
        is_reverse_charge=terms.tax.is_reverse_charge,
        shipping_tax_added_minor=terms.bill.shipping_tax_added_minor,
        **asdict(contact),
        **asdict(terms.totals),
    )
    if used:
        codes.record_use(used, reference=order.reference, email=contact.email)
    cards.spend(spent, reference=order.reference)
    OrderLine.objects.bulk_create(
        _frozen(order, line, share) for line, share in zip(lines, terms.bill.lines, strict=True)
    )
    _write_taxes(order, terms.bill.taxes)
    OrderEvent.objects.create(order=order, text=_("Ordered"))
    mails.received(order)
    return order


def _write_taxes(order: Order, parts: Sequence[TaxPart]) -> None:
    rows = OrderTax.objects.bulk_create(
        OrderTax(
            order=order,
            name=part.name,
            rate_millipercent=part.rate_millipercent,
            is_added=part.is_added,
            base_minor=part.base_minor,
            tax_minor=part.tax_minor,
            shipping_minor=part.shipping_minor,
        )
        for part in parts
    )
    OrderTaxShare.objects.bulk_create(
        OrderTaxShare(tax=row, **asdict(share))
        for row, part in zip(rows, parts, strict=True)
        for share in part.shares
    )


def _frozen(order: Order, line: PlainLine, share: pricing.LineShare) -> OrderLine:
    return OrderLine(
        order=order,
        variant_id=line.variant_id,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        unit_price_minor=share.unit_price_minor,
        total_minor=share.unit_price_minor * line.quantity,
        discount_minor=share.discount_minor,
        tax_group=share.tax_group,
        tax_added_minor=share.tax_added_minor,
        gift_value_minor=line.gift_value_minor,
        weight_grams=line.weight_grams,
        withdrawal_rule=line.withdrawal_rule,
    )


def next_number(series: str = "order") -> int:
    """Return the next number of a series; its row stays locked until the transaction ends, so ask last."""
    with transaction.atomic():
        NumberSequence.objects.get_or_create(name=series)
        NumberSequence.objects.filter(name=series).update(next_number=F("next_number") + 1)
        return NumberSequence.objects.get(name=series).next_number - 1

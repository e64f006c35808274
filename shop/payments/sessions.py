"""Open a payment: the row with its frozen Checkout Session parameters.

Source: docs/payments.md; https://docs.stripe.com/api/checkout/sessions/create
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.money import Money, charge_step
from shop.orders.models import Order
from shop.orders.summary import tax_label
from shop.payments import hold_limits
from shop.payments.models import Payment
from shop.payments.stripe_amounts import to_stripe
from shop.payments.stripe_limits import LINE_ITEMS, PRODUCT_NAME
from shop.sharing import spread

FIRST_CHECK = timedelta(seconds=30)


def open_payment(order: Order, *, origin: str = "", basket: str = "") -> Payment:
    """Write the next attempt to pay an order, inside the transaction that reserved its stock.

    `origin` is the buyer's network address as foundation.limits.client_key() gives it, `basket` the keyed
    hash of the cart's token. Raises hold_limits.HoldsEnough; asks Stripe nothing.
    """
    now, hold = timezone.now(), settings.PAYMENT_HOLD
    if origin:
        buyer = hold_limits.Buyer(origin=origin, basket=basket)
        hold_limits.require_room(order, buyer)
        hold = hold_limits.hold_of(buyer)
    payment = Payment.objects.create(
        order=order,
        attempt=order.payments.count() + 1,
        amount_minor=order.charged_minor,
        currency=order.currency,
        livemode=settings.SHOP_MODE == "live",
        origin=origin,
        basket=basket,
        hold_until=now + hold,
        next_check=now + FIRST_CHECK,
    )
    payment.params = session_params(order, payment, expires_at=now + settings.PAYMENT_HOLD)
    payment.save(update_fields=["params"])
    return payment


def session_params(order: Order, payment: Payment, *, expires_at: datetime) -> dict[str, Any]:
    """Return the parameters of the session: final amounts, quantity 1, never negative.

    Stripe keeps no session for less than half an hour: a hold that is shorter is ended by the worker.
    """
    return {
        "mode": "payment",
        "client_reference_id": str(order.number),
        "customer_email": order.email,
        "expires_at": int(expires_at.timestamp()),
        "line_items": [_item(order.currency, name, minor) for name, minor in _charges(order)],
        "metadata": {"order": str(order.number), "payment": str(payment.pk)},
        "payment_intent_data": {"metadata": {"order": str(order.number), "payment": str(payment.pk)}},
        "success_url": order.site_url,
        "cancel_url": order.site_url,
        **_said_of_gift_cards(order),
    }


def _said_of_gift_cards(order: Order) -> dict[str, Any]:
    """Say on Stripe's page why its items cost less than in the shop."""
    if not order.gift_card_minor:
        return {}
    amount = Money(order.gift_card_minor, order.currency).display()
    text = _("%(amount)s is paid by gift card already: the items above say what is left of each.")
    return {"custom_text": {"submit": {"message": text % {"amount": amount}}}}


def _charges(order: Order) -> list[tuple[str, int]]:
    """Return what each part of an order comes to; what gift cards pay is off each part but gift cards."""
    lines = list(order.lines.all())
    charges = [(f"{line.quantity} × {line.title}", line.net_minor) for line in lines]
    shipping = _("Shipping (%(name)s)") % {"name": order.shipping_name}
    shipping_minor = order.shipping_minor - order.shipping_discount_minor
    charges.append((shipping, shipping_minor))
    added = (tax for tax in order.taxes.all() if tax.is_added)
    charges += [(tax_label(tax.name, tax.rate_millipercent), tax.tax_minor) for tax in added]
    vouchers = {place for place, line in enumerate(lines) if line.is_gift_card}
    payable = [0 if place in vouchers else minor for place, (_name, minor) in enumerate(charges)]
    off = spread(order.gift_card_minor, payable, step_minor=charge_step(order.currency))
    left = [(name, minor - less) for (name, minor), less in zip(charges, off, strict=True)]
    of_lines = [(name, minor) for name, minor in left[: len(lines)] if minor]
    others = [(name, minor) for name, minor in left[len(lines) :] if minor]
    return [*at_most(of_lines, LINE_ITEMS - len(others)), *others]


def at_most(charges: list[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    """Return names and amounts of so many charges at most: the first as they are, the others as one sum."""
    if len(charges) <= most:
        return charges
    shown, folded = charges[: most - 1], charges[most - 1 :]
    name = _("%(count)s more items") % {"count": len(folded)}
    return [*shown, (name, sum(minor for _name, minor in folded))]


def _item(currency: str, name: str, amount_minor: int) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": to_stripe(amount_minor, currency),
            "product_data": {"name": name if len(name) <= PRODUCT_NAME else f"{name[: PRODUCT_NAME - 1]}…"},
        },
    }

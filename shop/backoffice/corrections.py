"""Staff mend what a buyer mistyped: e-mail, name and addresses of an order, under the order's lock.

What it costs is never counted again, so a place where tax or shipping are others is refused. Errors, for the
staff to read: shop.orders.lifecycle.IllegalTransition, Overtaken, CostsOther.
Source: docs/decisions/0016-a-corrected-invoice-repeats-the-first.md.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shop.addresses.places import Destination
from shop.checkout.address_forms import BILLING, NAMES
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.papers import issuing
from shop.shipping import rates
from shop.tax import rules

AT_ANY_TIME = ("email", "company", *(f"{BILLING}{name}" for name in NAMES))
BEFORE_IT_SHIPS = (*NAMES, "phone")


class Overtaken(Exception):
    """The order is not what the form had shown; str() says what is other."""


class CostsOther(Exception):
    """Tax or shipping would be others at the corrected place; str() says what to do instead."""


def may_correct(order: Order) -> bool:
    """Whether anything of an order can be corrected."""
    return order.status != Order.Status.CANCELLED


def has_left(order: Order) -> bool:
    """Whether something of an order has left, so that its address is history."""
    return order.fulfilment != Order.Fulfilment.UNFULFILLED


def fields_of(order: Order) -> tuple[str, ...]:
    """Return the names of what can still be corrected."""
    return AT_ANY_TIME if has_left(order) else AT_ANY_TIME + BEFORE_IT_SHIPS


def values_of(order: Order) -> dict[str, str]:
    """Return all that can be corrected, as it stands."""
    return {name: str(getattr(order, name)) for name in AT_ANY_TIME + BEFORE_IT_SHIPS}


@transaction.atomic
def correct(*, order_id: int, wanted: Mapping[str, str], shown: Mapping[str, str], staff: Any) -> list[str]:
    """Write what is wanted, what it was into the history, and a corrected invoice if one was issued.

    Returns the names of the changed fields. Raises IllegalTransition, Overtaken and CostsOther.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if not may_correct(order):
        raise lifecycle.IllegalTransition(_("The order is cancelled: there is nothing to correct."))
    present = values_of(order)
    changed = {name: text for name, text in wanted.items() if text != present[name]}
    _require_as_shown(order, present, shown)
    if not set(changed) <= set(fields_of(order)):
        raise lifecycle.IllegalTransition(_("The parcel has left meanwhile: its address stays as it was."))
    if set(changed) & {"country", "region", "postal_code"}:
        _require_same_cost(order, present | changed)
    for name, text in changed.items():
        setattr(order, name, text)
        words = {"field": _label(name), "old": present[name] or "–", "new": text or "–"}
        lifecycle.record(order, _("%(field)s corrected: %(old)s → %(new)s") % words, staff=staff)
    if changed:
        order.save(update_fields=list(changed))
        issuing.issue_corrected_invoice(order)
    return list(changed)


def _require_as_shown(order: Order, present: Mapping[str, str], shown: Mapping[str, str]) -> None:
    other = [name for name in fields_of(order) if shown.get(name) != present[name]]
    if other:
        now = "; ".join(f"{_label(name)}: {present[name] or '–'}" for name in other)
        raise Overtaken(
            _("Meanwhile somebody changed this order. It now says: %(now)s. Look again, then save.")
            % {"now": now}
        )


def _require_same_cost(order: Order, wanted: Mapping[str, str]) -> None:
    if order.is_pickup:
        return
    old, new = (_place(values) for values in (values_of(order), wanted))
    taxes = [
        rules.rule_for(to.country, to.region, to.postal_code, vat_number=order.vat_number)
        for to in (old, new)
    ]
    prices = [None, None] if order.is_by_email else [_price(order, to) for to in (old, new)]
    if taxes[0] != taxes[1] or prices[0] != prices[1]:
        raise CostsOther(
            _(
                "Tax or shipping are others there, and what was paid cannot be counted again. Cancel this "
                "order, so that the money goes back, and ask the buyer to order anew."
            )
        )


def _place(values: Mapping[str, str]) -> Destination:
    return Destination(values["country"], values["region"], values["postal_code"])


def _price(order: Order, to: Destination) -> int | None:
    """Return what the order's way to ship costs to a place today; None where it does not go."""
    lines = [line for line in order.lines.all() if not line.is_gift_card]
    weight = sum(line.weight_grams * line.quantity for line in lines)
    quotes = rates.quotes(to, weight, sum(line.net_minor for line in lines))
    return next((quote.price_minor for quote in quotes if quote.name == order.shipping_name), None)


def _label(name: str) -> str:
    label = str(Order._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]

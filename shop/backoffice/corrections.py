"""Staff mend what a buyer mistyped: e-mail, name and addresses of an order, under the order's lock.

What it costs is never counted again, so a place where tax or shipping are others is refused. Errors, for the
staff to read: shop.orders.lifecycle.IllegalTransition, Overtaken, CostsOther.
Source: docs/decisions/0016-a-corrected-invoice-repeats-the-first.md.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import edit_conflict_words, edit_conflicts
from shop.addresses.places import Destination
from shop.checkout.address_forms import BILLING, NAMES
from shop.orders import lifecycle
from shop.orders.models import Order
from shop.papers import issuing
from shop.shipping import rates
from shop.tax import rules, vat_numbers

AT_ANY_TIME = ("email", "company", "vat_number", *(f"{BILLING}{name}" for name in NAMES))
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


def shown(order: Order, names: Iterable[str] = ()) -> str:
    """Return what a form carries of an order, signed: all that can be corrected, or these fields."""
    values = values_of(order)
    return edit_conflicts.carry(order, {name: values[name] for name in names or values})


def require_as_shown(order: Order, text: str | None, names: Iterable[str], *, staff: Any) -> None:
    """Raise Overtaken when these fields are not what a form carried. The order must be locked. One query."""
    values = values_of(order)
    lines = edit_conflict_words.overtaken(
        order, text, {name: values[name] for name in names}, user=staff,
        labels={name: _label(name) for name in names}, saved_since=lambda at: last_event(order, at),
    )  # fmt: skip
    if lines:
        raise Overtaken(" ".join(lines))


def last_event(order: Order, since: dt.datetime) -> edit_conflicts.Save | None:
    """Return what somebody of the staff did last with an order since then. One query."""
    events = order.events.filter(at__gte=since, staff__isnull=False).select_related("staff")
    event = events.order_by("pk").last()
    return edit_conflicts.Save(event.staff, event.at) if event else None


@transaction.atomic
def correct(*, order_id: int, wanted: Mapping[str, str], shown: str, staff: Any) -> list[str]:
    """Write what is wanted, what it was into the history, and a corrected invoice if one was issued.

    Returns the names of the changed fields. Raises IllegalTransition, Overtaken and CostsOther.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if not may_correct(order):
        raise lifecycle.IllegalTransition(_("The order is cancelled: there is nothing to correct."))
    present = values_of(order)
    changed = {name: text for name, text in wanted.items() if text != present[name]}
    require_as_shown(order, shown, fields_of(order), staff=staff)
    if not set(changed) <= set(fields_of(order)):
        raise lifecycle.IllegalTransition(_("The parcel has left meanwhile: its address stays as it was."))
    if "vat_number" in changed:
        _require_same_tax(order, changed["vat_number"], country=changed.get("country", str(order.country)))
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


def _require_same_tax(order: Order, number: str, *, country: str) -> None:
    """Refuse to take the number off an order that bore no tax because of it. What was paid stays as it is."""
    if order.is_reverse_charge and not vat_numbers.shifts_tax(number, country):
        raise CostsOther(
            _(
                "This order was sold without tax because of its VAT number, so it needs one of a company in "
                "another country of the EU. If there is none, cancel the order, so that the money goes back, "
                "and ask the buyer to order anew."
            )
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

"""The cart's lines as its page shows them, formatted once in Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shop import pricing
from shop.cart import basket
from shop.cart.codes import CartCode
from shop.cart.forms import LinesForm
from shop.cart.models import CartLine
from shop.catalogue import withdrawal_rules
from shop.money import Money, charge_step
from shop.orders import summary


@dataclass(frozen=True, slots=True)
class CartRow:
    """One line: what it is, how many are typed and kept, what it costs, and what is wrong with it."""

    line_id: int
    title: str
    options: str
    url: str
    picture: Any
    alt: str
    price: str
    price_note: str
    withdrawal_note: str
    total: str
    quantity: str
    kept: int
    field: str
    error: str


def rows_of(lines: list[CartLine], *, own: Mapping[int, int], form: LinesForm | None = None) -> list[CartRow]:
    """Return a row for each line, with what was typed and its error when a form is given."""
    return [_row(line, own, form) for line in lines]


def _row(line: CartLine, own: Mapping[int, int], form: LinesForm | None) -> CartRow:
    name, product = f"quantity-{line.pk}", line.variant.product
    pictures = list(product.pictures.all())
    errors = " ".join(str(e) for e in form.errors.get(name, [])) if form else ""
    return CartRow(
        line_id=line.pk,
        title=product.title,
        options=line.variant.title,
        url=line.variant.get_absolute_url(),
        picture=pictures[0].picture if pictures else None,
        alt=pictures[0].alt if pictures else "",
        price=_show(line.price.minor),
        price_note=line.price.note,
        withdrawal_note=withdrawal_rules.sentence(product.withdrawal_rule),
        total=_show(line.total_minor),
        quantity=str(form.data.get(name, line.quantity)) if form else str(line.quantity),
        kept=line.quantity,
        field=name,
        error=errors or basket.problem_of(line, own=own),
    )


def totals(lines: list[CartLine], code: CartCode) -> list[summary.Row]:
    """Return what the lines come to before shipping and added tax, and what a code takes off."""
    discount = code.applied.discount if code.applied else pricing.NO_DISCOUNT
    chosen = code.applied.variant_ids if code.applied else frozenset()
    priced = [
        pricing.Line(line.price.minor, line.quantity, is_discounted=line.variant_id in chosen)
        for line in lines
    ]
    items_minor = sum(line.total_minor for line in priced)
    off_minor = sum(pricing.line_discounts(priced, discount, step_minor=charge_step(settings.SHOP_CURRENCY)))
    items = summary.Row(_("Items"), _show(items_minor), is_total=not code.applied)
    if not code.applied:
        return [items]
    off = _("Free shipping") if discount.is_shipping_free else _show(-off_minor)
    left = summary.Row(_("Items after discount"), _show(items_minor - off_minor), is_total=True)
    return [items, summary.Row(summary.discount_label(code.applied.code), off), left]


def _show(amount_minor: int) -> str:
    return Money(amount_minor, settings.SHOP_CURRENCY).display()

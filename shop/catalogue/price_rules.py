"""Prices that depend on the quantity: breaks, and what a unit costs with them.

Amounts in minor units of the shop's currency, parts of the price in basis points.
Source: docs/pricing.md, "Sale prices and quantity breaks".
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation import freshness
from shop.catalogue.models import Product, Variant
from shop.money import Money, charge_step
from shop.pricing import BASIS
from shop.sharing import divide_half_up

__all__ = ["QuantityBreak"]


class QuantityBreak(models.Model):
    """From so many units of a product in one order, each costs so much less."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="quantity_breaks")
    from_quantity = models.PositiveIntegerField(_("from units"), validators=[MinValueValidator(2)])
    percent_basis_points = models.PositiveIntegerField(
        _("less"), validators=[MinValueValidator(1), MaxValueValidator(9_999)]
    )

    class Meta:
        verbose_name = _("quantity break")
        verbose_name_plural = _("quantity breaks")
        ordering = ["product", "from_quantity"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "from_quantity"], name="quantity_break_once",
                violation_error_message=_("There is a break for this quantity already."),
            ),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=2, percent_basis_points__range=(1, 9_999)),
                name="quantity_break_makes_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.product}: {self.from_quantity}+"

    @property
    def percent(self) -> str:
        """How much less, for people: such as "10%" or "12.5%"."""
        return f"{self.percent_basis_points / 100:.2f}".rstrip("0").rstrip(".") + "%"

    def lowered(self, price_minor: int) -> int:
        """Return a unit's price less this break, rounded half up to what can be charged."""
        step = charge_step(settings.SHOP_CURRENCY)
        points = price_minor * (BASIS - self.percent_basis_points)
        return divide_half_up(points, BASIS * step) * step


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one unit costs in the quantity that is bought, and the break that lowered it, if one did."""

    minor: int
    lowered_by: QuantityBreak | None = None

    @property
    def note(self) -> str:
        """What made it cheaper, such as "10% less each from 3 units"; empty if nothing did."""
        if self.lowered_by is None:
            return ""
        facts = {"percent": self.lowered_by.percent, "units": self.lowered_by.from_quantity}
        return gettext_now("%(percent)s less each from %(units)d units") % facts


def best_break(breaks: Iterable[QuantityBreak], units: int) -> QuantityBreak | None:
    """Return the break that takes most off for so many units of its product; None if none is reached."""
    reached = [row for row in breaks if row.from_quantity <= units]
    return max(reached, key=lambda row: row.percent_basis_points, default=None)


def unit_price(variant: Variant, *, units_of_product: int, now: dt.datetime | None = None) -> UnitPrice:
    """Return what a unit costs when so many of its product, in all its variants, are bought together.

    No query when product and quantity breaks were read along.
    """
    price_minor = variant.price_at(now or timezone.now())
    found = best_break(variant.product.quantity_breaks.all(), units_of_product)
    return UnitPrice(found.lowered(price_minor) if found else price_minor, found)


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of the table on a product page: from how many units, and what each costs then."""

    units: int
    each: str


def offers(product: Product, prices_minor: Iterable[int]) -> list[Offer]:
    """Return what more units of a product cost, each; the price itself while all variants share one.

    A break that takes no more off than a smaller one is left out. No query when warm.
    """
    shown = set(prices_minor)
    better: list[QuantityBreak] = []
    for row in _all_breaks().get(product.pk, []):
        if not better or row.percent_basis_points > better[-1].percent_basis_points:
            better.append(row)
    return [Offer(row.from_quantity, _each(row, shown)) for row in better]


def _each(row: QuantityBreak, prices_minor: set[int]) -> str:
    if len(prices_minor) > 1:
        return gettext_now("%(percent)s less each") % {"percent": row.percent}
    price = Money(row.lowered(min(prices_minor)), settings.SHOP_CURRENCY).display()
    return gettext_now("%(price)s each") % {"price": price}


def _all_breaks() -> dict[int, list[QuantityBreak]]:
    """Return the breaks of each product, fewest units first. One query after a public change."""
    return freshness.remember("shop.catalogue.quantity_breaks", _read)


def _read() -> dict[int, list[QuantityBreak]]:
    found: dict[int, list[QuantityBreak]] = {}
    for row in QuantityBreak.objects.order_by("product_id", "from_quantity"):
        found.setdefault(row.product_id, []).append(row)
    return found


def breaks_of(products: Sequence[Product]) -> Iterator[str]:
    """Tell how many quantity prices hold for these products alone. One query."""
    count = QuantityBreak.objects.filter(product__in=products).count()
    if count:
        yield ngettext(
            "%(count)d quantity price goes with it.", "%(count)d quantity prices go with it.", count
        ) % {"count": count}

"""What a variant costs at a moment: its sale price while its sale runs, else its price.

One rule, written as facts of a row and as expressions for the database; a test holds them together.
Source: docs/pricing.md, "Sale prices and quantity breaks".
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from shop.catalogue.models import Variant  # noqa: F401 - named as text below


class Priced(models.Model):
    """Prices in minor units of the shop's currency; the sale price counts from its start until its end."""

    price_minor = models.PositiveIntegerField(_("price"))
    compare_at_minor = models.PositiveIntegerField(_("compare-at price"), null=True, blank=True)
    sale_price_minor = models.PositiveIntegerField(_("sale price"), null=True, blank=True)
    sale_starts_at = models.DateTimeField(_("sale from"), null=True, blank=True)
    sale_ends_at = models.DateTimeField(_("sale until"), null=True, blank=True)

    class Meta:
        abstract = True

    def sale_price_at(self, moment: dt.datetime) -> int | None:
        """Return the sale price if the sale runs at this moment, in minor units."""
        has_started = self.sale_starts_at is None or self.sale_starts_at <= moment
        has_ended = self.sale_ends_at is not None and self.sale_ends_at <= moment
        return self.sale_price_minor if has_started and not has_ended else None

    def price_at(self, moment: dt.datetime) -> int:
        """Return what one unit costs at this moment, in minor units."""
        sale_price_minor = self.sale_price_at(moment)
        return self.price_minor if sale_price_minor is None else sale_price_minor

    def compare_at(self, moment: dt.datetime) -> int | None:
        """Return the higher price to strike through at this moment, in minor units; None for none."""
        if self.sale_price_at(moment) is None:
            return self.compare_at_minor
        return max(self.price_minor, self.compare_at_minor or 0)

    @property
    def current_price_minor(self) -> int:
        """What one unit costs now."""
        return self.price_at(timezone.now())

    @property
    def current_compare_at_minor(self) -> int | None:
        """The higher price to strike through now, if there is one."""
        return self.compare_at(timezone.now())

    @property
    def current_sale_ends_at(self) -> dt.datetime | None:
        """When the sale ends that runs now; None without one, or without an end."""
        runs = self.sale_price_at(timezone.now()) is not None
        return self.sale_ends_at if runs else None


def sale_moments() -> list[dt.datetime]:
    """Return every moment at which a sale begins or ends, so that pages show it then. One query."""
    from shop.catalogue.models import Variant

    on_sale = Variant.objects.filter(sale_price_minor__isnull=False).order_by()
    starts = on_sale.values_list("sale_starts_at", flat=True)
    moments = starts.union(on_sale.values_list("sale_ends_at", flat=True))
    return [moment for moment in moments if moment]


def sale_runs(moment: dt.datetime) -> Q:
    """Return the condition that a row's sale runs at this moment."""
    has_started = Q(sale_starts_at__isnull=True) | Q(sale_starts_at__lte=moment)
    has_not_ended = Q(sale_ends_at__isnull=True) | Q(sale_ends_at__gt=moment)
    return Q(sale_price_minor__isnull=False) & has_started & has_not_ended


class PricedQuerySet(models.QuerySet["Variant"]):
    """Named reads of what variants cost."""

    def with_current_prices(self, *, now: dt.datetime | None = None) -> models.QuerySet[Any]:
        """Add `now_price_minor` and `now_compare_at_minor`: price_at() and compare_at() of this moment.

        A compare-at price is above the price, so it is the higher of both where there is one.
        """
        runs = sale_runs(now or timezone.now())
        higher = Coalesce("compare_at_minor", "price_minor")
        return self.annotate(
            now_price_minor=Case(When(runs, then=F("sale_price_minor")), default=F("price_minor")),
            now_compare_at_minor=Case(When(runs, then=higher), default=F("compare_at_minor")),
        )

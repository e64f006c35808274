"""Every tax rate stands for a place that exists."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.setup_checks import Missing
from shop.tax.models import TaxRate


def unknown_places(rates: Iterable[TaxRate]) -> Iterator[Missing]:
    """Name rates whose region or postal codes are none of their country: they never apply. No query."""
    for rate in rates:
        if rate.has_unknown_part:
            text = _("The tax rate “%(name)s” is for %(place)s, which does not exist: it never applies.")
            address = reverse("admin:shop_taxrate_change", args=[rate.pk])
            yield Missing(text % {"name": rate.name, "place": rate.place_name}, address)

"""The tax is known wherever the shop ships to."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.setup_checks import Missing, some
from shop.shipping import rates
from shop.tax.models import TaxRate


def every_country_has_a_tax() -> Iterator[Missing]:
    """Ask each country that the shop ships to for a tax rate, be it 0 %. Two queries."""
    known = {str(code) for code in TaxRate.objects.values_list("country", flat=True)}
    unknown = {code: name for code, name in rates.countries() if code not in known}
    if unknown:
        text = _("No tax rate for %(countries)s: enter one, or a rate of 0 %% where none applies.")
        query = {"country": next(iter(unknown)), "rate_basis_points": 0} if len(unknown) == 1 else {}
        address = f"{reverse('admin:shop_taxrate_add')}?{urlencode(query)}".rstrip("?")
        yield Missing(text % {"countries": some(list(unknown.values()))}, address)

"""The tax is known wherever the shop ships to, and that of every tax class somewhere."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import links
from foundation.setup_checks import Missing, some
from shop.catalogue.models import Product
from shop.catalogue.tax_classes import TaxClass
from shop.shipping import rates
from shop.tax.models import TaxRate
from shop.tax.setup_checks import unknown_places


def every_country_has_a_tax() -> Iterator[Missing]:
    """Ask each country that the shop ships to for a rate, be it 0 %, and rates for places. Two queries."""
    entered = list(TaxRate.objects.all())
    yield from unknown_places(entered)
    known = {str(rate.country) for rate in entered}
    unknown = {code: name for code, name in rates.countries() if code not in known}
    if unknown:
        text = _("No tax rate for %(countries)s: enter one, or a rate of 0 %% where none applies.")
        query = {"country": next(iter(unknown)), "rate_millipercent": 0} if len(unknown) == 1 else {}
        address = links.address(reverse("admin:shop_taxrate_add"), query)
        yield Missing(text % {"countries": some(list(unknown.values()))}, address)


def tax_classes_are_taxed() -> Iterator[Missing]:
    """Ask each tax class of products that customers see for a rate somewhere. One query."""
    products = Product.objects.published().filter(tax_class=OuterRef("pk"))
    names = [str(tax_class) for tax_class in TaxClass.objects.filter(Exists(products), rates=None)]
    if names:
        text = ngettext(
            "The tax class %(names)s has no rate anywhere, so its products are taxed as all others: enter "
            "one at a tax rate.",
            "The tax classes %(names)s have no rate anywhere, so their products are taxed as all others: "
            "enter them at a tax rate.",
            len(names),
        )
        yield Missing(text % {"names": some(names)}, reverse("admin:shop_taxrate_changelist"))

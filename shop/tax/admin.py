"""Taxes in the admin: rates in percent by destination."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from foundation.deletion_warnings import WarnBeforeDeleting
from shop.money_form import PercentField
from shop.tax.models import TaxRate


class TaxRateForm(forms.ModelForm[TaxRate]):
    """A tax rate in percent."""

    rate_basis_points = PercentField(label=_("Rate (%)"), help_text=_("Such as 19 or 7.25."))

    class Meta:
        model = TaxRate
        fields = ["country", "region", "name", "rate_basis_points", "is_inclusive", "covers_shipping"]


@admin.register(TaxRate)
class TaxRateAdmin(WarnBeforeDeleting):
    """Which tax applies where an order goes."""

    form = TaxRateForm
    list_display = ["country", "region", "name", "percent", "is_inclusive", "covers_shipping"]
    list_filter = ["is_inclusive", "country"]
    search_fields = ["country", "name"]

    @admin.display(description=_("rate"), ordering="rate_basis_points")
    def percent(self, rate: TaxRate) -> str:
        """Return the rate in percent, such as "7.25 %"."""
        return f"{Decimal(rate.rate_basis_points).scaleb(-2).normalize():f} %"

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        """Save, and warn when the rate of a region is the only one of its country."""
        super().save_model(request, obj, form, change)
        if obj.region and not _whole(str(obj.country)):
            text = _("Elsewhere in %(country)s no tax applies: there is no rate for all of it.")
            messages.warning(request, text % {"country": countries.name(str(obj.country))})

    def losses(self, rows: Sequence[TaxRate]) -> Iterator[str]:
        """Name the places that no tax applies to any more. One query a rate."""
        gone = [row.pk for row in rows]
        places = [_place(row) for row in rows if not _whole(str(row.country)).difference(gone)]
        if places:
            yield _("No tax applies any more in: %(places)s.") % {"places": "; ".join(places)}


def _whole(country: str) -> set[int]:
    """Return the rates of all of a country: one or none."""
    return set(TaxRate.objects.filter(country=country, region="").values_list("pk", flat=True))


def _place(rate: TaxRate) -> str:
    country = str(countries.name(str(rate.country)))
    return f"{rate.region}, {country}" if rate.region else country

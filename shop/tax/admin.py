"""Taxes in the admin: rates in percent by destination."""

from decimal import Decimal

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from shop.money_form import PercentField
from shop.tax.models import TaxRate


class TaxRateForm(forms.ModelForm[TaxRate]):
    """A tax rate in percent."""

    rate_basis_points = PercentField(label=_("Rate (%)"), help_text=_("Such as 19 or 7.25."))

    class Meta:
        model = TaxRate
        fields = ["country", "region", "name", "rate_basis_points", "is_inclusive", "covers_shipping"]


@admin.register(TaxRate)
class TaxRateAdmin(admin.ModelAdmin[TaxRate]):
    """Which tax applies where an order goes."""

    form = TaxRateForm
    list_display = ["country", "region", "name", "percent", "is_inclusive", "covers_shipping"]
    list_filter = ["is_inclusive", "country"]
    search_fields = ["country", "name"]

    @admin.display(description=_("rate"), ordering="rate_basis_points")
    def percent(self, rate: TaxRate) -> str:
        """Return the rate in percent, such as "7.25 %"."""
        return f"{Decimal(rate.rate_basis_points).scaleb(-2).normalize():f} %"

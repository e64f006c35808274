"""Shipping in the admin: zones with their countries and rates."""

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.money_form import MoneyField
from shop.shipping.models import ShippingRate, ShippingZone, ZoneCountry


class RateForm(forms.ModelForm[ShippingRate]):
    """A rate; its price in major units."""

    price_minor = MoneyField(label=_("Price"))

    class Meta:
        model = ShippingRate
        fields = ["name", "max_weight_grams", "price_minor", "days_from", "days_to"]


class RateInline(admin.TabularInline[ShippingRate, ShippingZone]):
    """What a parcel costs up to which weight; rates of one name form a ladder."""

    model = ShippingRate
    form = RateForm
    extra = 1


class CountryInline(admin.TabularInline[ZoneCountry, ShippingZone]):
    """The countries; each is in one zone only."""

    model = ZoneCountry
    extra = 1


@admin.register(ShippingZone)
class ShippingZoneAdmin(admin.ModelAdmin[ShippingZone]):
    """Where the shop ships and for how much."""

    inlines = [CountryInline, RateInline]
    list_display = ["name", "country_codes"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ShippingZone]:
        """Load the countries along."""
        return super().get_queryset(request).prefetch_related("countries")

    @admin.display(description=_("countries"))
    def country_codes(self, zone: ShippingZone) -> str:
        """Return the countries' codes."""
        return ", ".join(str(row.country) for row in zone.countries.all())

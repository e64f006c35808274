"""Shipping in the admin: zones with their countries and rates, and carriers."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from foundation import inlines
from foundation.deletion_warnings import WarnBeforeDeleting
from foundation.staff_admin import StaffAdmin
from shop.shipping import places_left, setup_checks, steps
from shop.shipping.forms import CarrierForm, CountryForm, CountryFormSet, RateForm, RateFormSet
from shop.shipping.models import Carrier, ShippingRate, ShippingZone, ZoneCountry


class RateInline(inlines.StackedInline):
    """What a parcel costs up to which weight, for which sums; rates of one name form a ladder."""

    model = ShippingRate
    form = RateForm
    formset = RateFormSet
    extra = 1
    fieldsets = [
        (None, {"fields": [
            ("name", "is_pickup"), ("max_weight_grams", "price_minor", "free_from_minor"),
            ("from_subtotal_minor", "to_subtotal_minor"), ("days_from", "days_to"),
        ]}),
    ]  # fmt: skip


class CountryInline(inlines.TabularInline):
    """The countries, or parts of them; each is in one zone only, and the narrowest counts."""

    model = ZoneCountry
    form = CountryForm
    formset = CountryFormSet
    extra = 1


@admin.register(ShippingZone)
class ShippingZoneAdmin(WarnBeforeDeleting):
    """Where the shop ships and for how much."""

    inlines = [CountryInline, RateInline]
    fields = ["name", "is_excluded"]
    list_display = ["name", "country_codes", "is_excluded"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ShippingZone]:
        """Load the countries along."""
        return super().get_queryset(request).prefetch_related("countries")

    def get_fields(self, request: HttpRequest, obj: ShippingZone | None = None) -> Any:
        """Say what no rate carries, of a zone that exists."""
        return ["name", "is_excluded", "gaps"] if obj and not obj.is_excluded else ["name", "is_excluded"]

    def get_readonly_fields(self, request: HttpRequest, obj: ShippingZone | None = None) -> Any:
        """Nobody types what no rate carries."""
        return ["gaps"] if obj and not obj.is_excluded else []

    def losses_by_saving(self, form: Any, formsets: Any) -> Iterator[str]:
        """Say what places lose that leave the zone, and when no rate is left."""
        yield from super().losses_by_saving(form, formsets)
        for places in (each for each in formsets if each.model is ZoneCountry):
            gone = [row.instance for row in places.deleted_forms]
            yield from places_left.without(gone, staying=[row.instance for row in places.staying()])
        for rates in (each for each in formsets if each.model is ShippingRate):
            if rates.deleted_forms and not any(rates.staying()) and not form.instance.is_excluded:
                yield setup_checks.nothing_goes_to(form.instance)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save countries and rates, and warn when a zone has no rate yet."""
        super().save_related(request, form, formsets, change)
        if not form.instance.is_excluded and not form.instance.rates.exists():
            messages.warning(request, setup_checks.nothing_goes_to(form.instance))

    def losses(self, rows: Sequence[ShippingZone]) -> Iterator[str]:
        """Name the places in which nobody can order any more, and those where other rates hold."""
        yield from places_left.without([place for zone in rows for place in zone.countries.all()])

    @admin.display(description=_("What no rate carries"))
    def gaps(self, zone: ShippingZone) -> SafeString:
        """Return a sentence for each range of sums."""
        return format_html_join(" ", "{}", ((text,) for text in steps.gaps(list(zone.rates.all()))))

    @admin.display(description=_("countries"))
    def country_codes(self, zone: ShippingZone) -> str:
        """Return the countries' codes, and of a part which part."""
        return ", ".join(
            " ".join(filter(None, (str(row.country), row.region, row.postal_codes)))
            for row in zone.countries.all()
        )


@admin.register(Carrier)
class CarrierAdmin(StaffAdmin):
    """Who brings parcels, and where they can be followed."""

    form = CarrierForm
    list_display = ["name", "tracking_url"]
    search_fields = ["name"]

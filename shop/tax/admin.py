"""Taxes in the admin: rates in percent by destination."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from foundation import inlines
from foundation.deletion_warnings import WarnBeforeDeleting
from foundation.setup_checks import some
from foundation.staff_admin import StaffAdmin
from foundation.uniqueness import Rule
from shop.addresses.place_form import PlaceForm
from shop.addresses.postal_ranges import tidied
from shop.catalogue.models import TaxClass
from shop.money_form import PercentField
from shop.tax.models import ClassRate, TaxRate


class TaxRateForm(PlaceForm[TaxRate]):
    """A tax rate in percent."""

    rate_basis_points = PercentField(label=_("Rate (%)"), help_text=_("Such as 19 or 7.25."))

    class Meta:
        model = TaxRate
        fields = [
            "country",
            "region",
            "postal_codes",
            "name",
            "rate_basis_points",
            "is_inclusive",
            "covers_shipping",
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a second rate for a place, however it is written."""
        data: dict[str, Any] = super().clean()
        if {"country", "region", "postal_codes"} <= set(data) and not self.errors:
            codes = tidied(str(data["country"]), data["postal_codes"])
            same = TaxRate.objects.filter(country=data["country"], region=data["region"], postal_codes=codes)
            if same.exclude(pk=self.instance.pk).exists():
                self.add_error("region", gettext("There is a rate for this place already."))
        return data


class ClassRateForm(forms.ModelForm[ClassRate]):
    """The rate of a tax class in percent."""

    rate_basis_points = PercentField(label=_("Rate (%)"), help_text=_("Such as 7 or 5.5."))

    class Meta:
        model = ClassRate
        fields = ["tax_class", "rate_basis_points"]


class ClassRateFormSet(inlines.RowFormSet):
    """The rates of tax classes in a place, one for each."""

    def duplicate_message(self, rule: Rule, row: ClassRate) -> str:
        """Say what stands there twice."""
        return gettext("This tax class has a rate here already.")


class ClassRateInline(inlines.TabularInline):
    """Goods that bear another rate here than the rest."""

    model = ClassRate
    form = ClassRateForm
    formset = ClassRateFormSet
    extra = 0


@admin.register(TaxClass)
class TaxClassAdmin(StaffAdmin):
    """Goods that some countries tax in another way; their rates stand at the tax rates."""

    list_display = ["name", "used_by", "taxed"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxClass]:
        """Count products and rates along."""
        rates = ClassRate.objects.select_related("rate").order_by(
            "rate__country", "rate__region", "rate__postal_codes"
        )
        classes = super().get_queryset(request).prefetch_related(Prefetch("rates", queryset=rates))
        return classes.annotate(product_count=Count("products"))

    @admin.display(description=_("products"), ordering="product_count")
    def used_by(self, tax_class: Any) -> int:
        """Return the number of its products, also hidden ones."""
        count: int = tax_class.product_count
        return count

    @admin.display(description=_("rates"))
    def taxed(self, tax_class: TaxClass) -> str:
        """Return such as "Germany 7 %, France 5.5 %"."""
        rates = [f"{row.rate.place_name} {percent(row.rate_basis_points)}" for row in tax_class.rates.all()]
        return ", ".join(rates) or gettext("none: taxed as all other goods")


@admin.register(TaxRate)
class TaxRateAdmin(WarnBeforeDeleting):
    """Which tax applies where an order goes."""

    form = TaxRateForm
    inlines = [ClassRateInline]
    list_display = [
        "country",
        "region",
        "postal_codes",
        "name",
        "percent",
        "reduced",
        "is_inclusive",
        "covers_shipping",
    ]
    list_filter = ["is_inclusive"]
    search_fields = ["country", "name"]

    @admin.display(description=_("rate"), ordering="rate_basis_points")
    def percent(self, rate: TaxRate) -> str:
        """Return the rate in percent, such as "7.25 %"."""
        return percent(rate.rate_basis_points)

    @admin.display(description=_("tax classes"))
    def reduced(self, rate: TaxRate) -> str:
        """Return such as "Books 7 %"."""
        rows = rate.class_rates.all()
        return ", ".join(f"{row.tax_class} {percent(row.rate_basis_points)}" for row in rows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxRate]:
        """Load the rates of tax classes along."""
        return super().get_queryset(request).prefetch_related("class_rates__tax_class")

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        """Save, and warn when the rate of a region is the only one of its country."""
        super().save_model(request, obj, form, change)
        if (obj.region or obj.postal_codes) and not _whole(str(obj.country)):
            text = _("Elsewhere in %(country)s no tax applies: there is no rate for all of it.")
            messages.warning(request, text % {"country": countries.name(str(obj.country))})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the class rates, and say what goods bear now whose rate was taken away."""
        super().save_related(request, form, formsets, change)
        gone = [row.tax_class for formset in formsets for row in getattr(formset, "deleted_objects", [])]
        used = [str(tax_class) for tax_class in gone if tax_class.products.exists()]
        if used:
            rate = form.instance
            words = {"classes": some(used), "place": rate.place_name, "rate": percent(rate.rate_basis_points)}
            text = _("Taxed as all other goods in %(place)s now, with %(rate)s: %(classes)s.")
            messages.warning(request, text % words)

    def losses(self, rows: Sequence[TaxRate]) -> Iterator[str]:
        """Name the places that no tax applies to any more. One query a rate."""
        gone = [row.pk for row in rows]
        places = [row.place_name for row in rows if not _whole(str(row.country)).difference(gone)]
        if places:
            yield _("No tax applies any more in: %(places)s.") % {"places": "; ".join(places)}


def percent(basis_points: int) -> str:
    """Return a rate in percent, such as "7.25 %"."""
    return f"{Decimal(basis_points).scaleb(-2).normalize():f} %"


def _whole(country: str) -> set[int]:
    """Return the rates of all of a country."""
    return set(
        TaxRate.objects.filter(country=country, region="", postal_codes="").values_list("pk", flat=True)
    )

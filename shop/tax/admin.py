"""Taxes in the admin: named taxes by destination, their rates in percent."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
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
from shop.money_form import TaxRateField
from shop.tax.models import ClassRate, TaxRate


class TaxRateForm(PlaceForm[TaxRate]):
    """A tax of a place, its rate in percent."""

    rate_millipercent = TaxRateField(label=_("Rate (%)"), help_text=_("Such as 19 or 9.975."))

    class Meta:
        model = TaxRate
        fields = [
            "country", "region", "postal_codes", "name", "rate_millipercent", "is_inclusive",
            "covers_shipping",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a tax that its place has already, and one beside others that prices contain or do not."""
        data: dict[str, Any] = super().clean()
        if not {"country", "region", "postal_codes", "name", "is_inclusive"} <= data.keys() or self.errors:
            return data
        codes = tidied(str(data["country"]), data["postal_codes"])
        place = TaxRate(country=data["country"], region=data["region"], postal_codes=codes)
        others = list(_beside(self.instance, place))
        if any(other.name.casefold() == data["name"].casefold() for other in others):
            self.add_error("name", gettext("This place has a tax of this name already."))
        elif not self.switches_place:
            self._refuse_mix(others)
        return data

    @property
    def switches_place(self) -> bool:
        """Whether this says of a tax that stays at its place that prices contain it now, or no longer."""
        changed = set(self.changed_data)
        return (
            bool(self.instance.pk)
            and "is_inclusive" in changed
            and not changed & {"country", "region", "postal_codes"}
        )

    def _refuse_mix(self, others: Sequence[TaxRate]) -> None:
        other = next((row for row in others if row.is_inclusive != self.cleaned_data["is_inclusive"]), None)
        if other is None:
            return
        if other.is_inclusive:
            text = _("Prices include %(tax)s here. Tick this too: the taxes of a place are all included.")
        else:
            text = _("%(tax)s is added to prices here. Untick this: the taxes of a place are all added.")
        self.add_error("is_inclusive", text % {"tax": _named(other)})


class ClassRateForm(forms.ModelForm[ClassRate]):
    """The rate of a tax class in percent."""

    rate_millipercent = TaxRateField(label=_("Rate (%)"), help_text=_("Such as 7 or 5.5."))

    class Meta:
        model = ClassRate
        fields = ["tax_class", "rate_millipercent"]


class ClassRateFormSet(inlines.RowFormSet):
    """The rates of tax classes at a tax of a place, one for each."""

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
        same = TaxRate.objects.filter(
            country=OuterRef("rate__country"),
            region=OuterRef("rate__region"),
            postal_codes=OuterRef("rate__postal_codes"),
        )
        rates = (
            ClassRate.objects.select_related("rate")
            .order_by("rate__country", "rate__region", "rate__postal_codes", "rate__name")
            .annotate(is_one_of_several=Exists(same.exclude(pk=OuterRef("rate"))))
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
        """Return such as "Germany 7 %, France 5.5 %", with the tax's name where it is not the only one."""
        rates: QuerySet[Any] = tax_class.rates.all()
        names = [f" {row.rate.name}" if row.is_one_of_several else "" for row in rates]
        found = [
            f"{row.rate.place_name}{name} {percent(row.rate_millipercent)}"
            for row, name in zip(rates, names, strict=True)
        ]
        return ", ".join(found) or gettext("none: taxed as all other goods")


@admin.register(TaxRate)
class TaxRateAdmin(WarnBeforeDeleting):
    """Which taxes apply where an order goes."""

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

    @admin.display(description=_("rate"), ordering="rate_millipercent")
    def percent(self, rate: TaxRate) -> str:
        """Return the rate in percent, such as "7.25 %"."""
        return percent(rate.rate_millipercent)

    @admin.display(description=_("tax classes"))
    def reduced(self, rate: TaxRate) -> str:
        """Return such as "Books 7 %"."""
        rows = rate.class_rates.all()
        return ", ".join(f"{row.tax_class} {percent(row.rate_millipercent)}" for row in rows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxRate]:
        """Load the rates of tax classes along."""
        return super().get_queryset(request).prefetch_related("class_rates__tax_class")

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        """Save, and say what that means for the other taxes of the place, and for the rest of its country."""
        super().save_model(request, obj, form, change)
        others = list(_beside(obj, obj))
        if form.switches_place and any(other.is_inclusive != obj.is_inclusive for other in others):
            _switch(request, obj, others)
        if obj.region or obj.postal_codes:
            _speak_of_the_rest(request, obj, [obj, *others])

    def losses_by_saving(self, form: Any, formsets: Any) -> Iterator[str]:
        """Say what goods bear whose rate is taken away. One query a rate."""
        yield from super().losses_by_saving(form, formsets)
        gone = [row.instance.tax_class for rows in formsets for row in rows.deleted_forms if row.instance.pk]
        kept = {row.instance.tax_class_id for rows in formsets for row in rows.staying()}
        used = [str(each) for each in gone if each.pk not in kept and each.products.exists()]
        if used:
            rate = form.instance
            words = {"classes": some(used), "place": rate.place_name, "rate": percent(rate.rate_millipercent)}
            yield _("Taxed as all other goods in %(place)s now, with %(rate)s: %(classes)s.") % words

    def losses(self, rows: Sequence[TaxRate]) -> Iterator[str]:
        """Name the places that no tax applies to any more. One query a rate."""
        gone = [row.pk for row in rows]
        places = dict.fromkeys(row.place_name for row in rows if not _applying(row).exclude(pk__in=gone))
        if places:
            yield _("No tax applies any more in: %(places)s.") % {"places": "; ".join(places)}


def percent(millipercent: int) -> str:
    """Return thousandths of a percent in percent, such as "9.975 %"."""
    return f"{millipercent / 1000:.3f}".rstrip("0").rstrip(".") + " %"


def _beside(tax: TaxRate, place: TaxRate) -> QuerySet[TaxRate]:
    """Return the taxes besides one of the place of another."""
    here = TaxRate.objects.of_place(str(place.country), place.region, place.postal_codes)
    return here.exclude(pk=tax.pk)


def _applying(tax: TaxRate) -> QuerySet[TaxRate]:
    """Return the taxes that can apply where this one does: those of its place and of all its country."""
    wider = TaxRate.objects.filter(country=tax.country, postal_codes="", region__in={tax.region, ""})
    return wider | TaxRate.objects.of_place(str(tax.country), tax.region, tax.postal_codes)


def _named(tax: TaxRate) -> str:
    return f"{tax.name} {percent(tax.rate_millipercent)}"


def _switch(request: HttpRequest, tax: TaxRate, others: Sequence[TaxRate]) -> None:
    """Let prices include the other taxes of a place as they include this one, or no longer; say so."""
    TaxRate.objects.filter(pk__in=[other.pk for other in others]).update(is_inclusive=tax.is_inclusive)
    if tax.is_inclusive:
        text = _("Prices include all taxes in %(place)s now, also: %(taxes)s.")
    else:
        text = _("All taxes in %(place)s are added to prices now, also: %(taxes)s.")
    words = {"place": tax.place_name, "taxes": ", ".join(map(_named, others))}
    messages.info(request, text % words)


def _speak_of_the_rest(request: HttpRequest, tax: TaxRate, here: Sequence[TaxRate]) -> None:
    """Warn where the rest of a country has no tax, and name its taxes that do not apply in the region."""
    country = countries.name(str(tax.country))
    whole = list(TaxRate.objects.of_place(str(tax.country)))
    if not whole:
        text = _("Elsewhere in %(country)s no tax applies: there is no rate for all of it.")
        messages.warning(request, text % {"country": country})
    names = {other.name.casefold() for other in here}
    if left := [other for other in whole if other.name.casefold() not in names]:
        text = _(
            "Only the taxes of %(region)s apply there now: %(here)s. If %(left)s of all of %(country)s "
            "applies there as well, add it for %(region)s too."
        )
        shown = sorted(here, key=lambda other: other.name)
        words = {"region": tax.place_name if tax.postal_codes else tax.region, "country": country}
        words |= {"here": ", ".join(map(_named, shown)), "left": some([_named(other) for other in left])}
        messages.info(request, text % words)

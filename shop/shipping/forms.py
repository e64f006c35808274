"""What the staff types about shipping, each mistake named next to its field."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import inlines
from shop.addresses.place_form import PlaceForm
from shop.addresses.places import overlap
from shop.addresses.postal_ranges import tidied
from shop.money_form import MoneyField
from shop.shipping import steps
from shop.shipping.models import Carrier, ShippingRate, ZoneCountry


def _narrow() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "vBigIntegerField"})  # room for an amount, on a phone too


class RateForm(forms.ModelForm[ShippingRate]):
    """A rate; its price and sums in major units."""

    price_minor = MoneyField(label=gettext_lazy("Price"), widget=_narrow())
    from_subtotal_minor = MoneyField(
        label=gettext_lazy("From this sum of items"), required=False, widget=_narrow()
    )
    to_subtotal_minor = MoneyField(label=gettext_lazy("Below this sum"), required=False, widget=_narrow())
    free_from_minor = MoneyField(label=gettext_lazy("Free from this sum"), required=False, widget=_narrow())

    class Meta:
        model = ShippingRate
        fields = [
            "name", "max_weight_grams", "price_minor", "free_from_minor", "from_subtotal_minor",
            "to_subtotal_minor", "is_pickup", "days_from", "days_to",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read an empty lower sum as none, and refuse what contradicts itself."""
        data: dict[str, Any] = super().clean() or {}
        if "from_subtotal_minor" not in self.errors:
            data["from_subtotal_minor"] = data.get("from_subtotal_minor") or 0
        for field, mistake in self._mistakes(data):
            self.add_error(field, mistake)
        return data

    def _mistakes(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        begin, end, free = (
            data.get(f"{name}_minor") for name in ("from_subtotal", "to_subtotal", "free_from")
        )
        if begin is not None and end is not None and end <= begin:
            yield "to_subtotal_minor", _("The upper sum must be higher than the lower one.")
        elif end is not None and free is not None and free >= end:
            yield "free_from_minor", _("This rate ends below that sum, so it would never be free.")
        days_from, days_to = data.get("days_from"), data.get("days_to")
        if days_from is not None and days_to is not None and days_to < days_from:
            yield "days_to", _("Delivery must not end before it starts.")


class RateFormSet(inlines.RowFormSet):
    """The rates of a zone, of which no two are the same step."""

    def clean(self) -> None:
        """Name a rate that stands in the way of an earlier one next to its field."""
        kept: list[ShippingRate] = []
        for form in self.staying():
            if not form.errors:
                self._compare(form, kept)
                kept.append(form.instance)
        super().clean()

    def _compare(self, form: forms.ModelForm[ShippingRate], kept: list[ShippingRate]) -> None:
        rate = form.instance
        if any(steps.do_overlap(rate, other) for other in kept):
            text = _("Another rate called %(name)s carries up to %(grams)d g for some of these sums already.")
            words = {"name": rate.name, "grams": rate.max_weight_grams}
            form.add_error("from_subtotal_minor", text % words)
        if any(rate.key == other.key and rate.is_pickup != other.is_pickup for other in kept):
            form.add_error("is_pickup", _("Rates of one name are either all for pick-up or none."))


class CountryForm(PlaceForm[ZoneCountry]):
    """A country of a zone, or a part of it."""

    narrows = True

    class Meta:
        model = ZoneCountry
        fields = ["country", "region", "postal_codes"]

    def clean(self) -> dict[str, Any]:
        """Name the zone that holds this very place already."""
        data: dict[str, Any] = super().clean()
        if not {"country", "region", "postal_codes"} <= set(data):
            return data
        codes = tidied(str(data["country"]), data["postal_codes"])
        taken = ZoneCountry.objects.filter(country=data["country"], region=data["region"], postal_codes=codes)
        other = taken.exclude(zone=self.instance.zone_id).select_related("zone").first()
        if other is not None:
            words = {"country": str(other), "zone": other.zone.name}
            text = _("%(country)s is in the zone “%(zone)s” already. A country is in one zone only.")
            if other.region or other.postal_codes:
                text = _("%(country)s is in the zone “%(zone)s” already. A place is in one zone only.")
            self.add_error("country", ValidationError(text % words, code="unique"))
        return data


class CountryFormSet(inlines.RowFormSet):
    """The countries of a zone, no part of which stands there twice."""

    def clean(self) -> None:
        """Name postal codes that another row has too, next to their field."""
        kept: list[ZoneCountry] = []
        for form in self.staying():
            if form.errors:
                continue
            place = form.instance
            near = [row for row in kept if (row.country, row.region) == (place.country, place.region)]
            other = place.overlapping(near)
            if other is not None:
                form.add_error("postal_codes", overlap(other))
            kept.append(place)
        super().clean()


class CarrierForm(forms.ModelForm[Carrier]):
    """A carrier and where its parcels can be followed."""

    tracking_url = forms.URLField(
        label=gettext_lazy("Tracking address"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy(
            "With {number} in place of the tracking number, such as "
            "https://carrier.example/track?id={number}. Empty: buyers read the number alone."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Carrier
        fields = ["name", "tracking_url"]

    def clean_tracking_url(self) -> str:
        """Return the address. Raises ValidationError unless it is https and takes the number once."""
        address = str(self.cleaned_data["tracking_url"])
        if address and not address.startswith("https://"):
            raise ValidationError(_("Enter an address that begins with https://."))
        if address and address.count("{number}") != 1:
            raise ValidationError(_("Write {number} once, where the tracking number goes."))
        if address.count("{") > 1 or address.count("}") > 1:
            raise ValidationError(_("Write {number} once, and no other braces."))
        return address

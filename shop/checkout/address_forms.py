"""The addresses of an order in a form: where it goes, and whom the invoice names if that is somebody else.

Both are asked for by the rules of their own country (shop.addresses).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries as all_countries

from foundation.typed_text import validate_visible
from shop import addresses

NAMES = ("name", "line1", "line2", "postal_code", "city", "region", "country")
BILLING = "billing_"  # how the names of the billing address begin
REGION_LIST = "region-list"  # the id of the list of regions to choose from


def text(label: Any, length: int, autocomplete: str, *, missing: Any = "") -> forms.CharField:
    """Make a text field; it is required when there is a sentence for its being missing."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=bool(missing),
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing},
        validators=[validate_visible],
    )


def _address(section: str, *, name: Any, country: Any, prefix: str = "") -> dict[str, forms.Field]:
    """Make the fields of an address; `section` is how browsers call it.

    `name` asks for a missing name, `country` says why a country is refused.
    """
    street, code = gettext_lazy("Enter street and number."), gettext_lazy("Enter the postal code.")
    fields: dict[str, forms.Field] = {
        "name": text(gettext_lazy("Full name"), 120, f"{section} name", missing=name),
        "line1": text(gettext_lazy("Address"), 120, f"{section} address-line1", missing=street),
        "line2": text(gettext_lazy("Flat, floor or company"), 120, f"{section} address-line2"),
        "postal_code": text(gettext_lazy("Postal code"), 20, f"{section} postal-code", missing=code),
        "city": text(
            gettext_lazy("City"), 80, f"{section} address-level2", missing=gettext_lazy("Enter the city.")
        ),
        "region": text(gettext_lazy("State or region"), 80, f"{section} address-level1"),
        "country": forms.ChoiceField(
            label=gettext_lazy("Country"),
            widget=forms.Select(attrs={"autocomplete": f"{section} country"}),
            error_messages={"invalid_choice": country},
        ),
    }
    fields["region"].widget.attrs["list"] = f"{prefix.replace('_', '-')}{REGION_LIST}"
    return {f"{prefix}{name}": field for name, field in fields.items()}


class AddressPart:
    """One address among the fields of a form: those whose names begin with `prefix`."""

    def __init__(self, form: forms.Form, prefix: str = "", *, country: str) -> None:
        """Ask for what the posted country needs, else `country`, with its own words and examples."""
        self.form, self.prefix, self.is_whole = form, prefix, True
        offered = dict(form.fields[f"{prefix}country"].choices)  # type: ignore[attr-defined]
        self.country = self.typed("country") if self.typed("country") in offered else country
        rules = addresses.rules_for(self.country)
        self.regions = rules.regions
        fields = {name: form.fields[f"{prefix}{name}"] for name in NAMES}
        for name in ("postal_code", "city", "region"):
            fields[name].required = name in rules.required
        fields["region"].error_messages["required"] = _("Enter the state or region.")
        fields["postal_code"].help_text = _hint(rules.labels["postal_code"], rules.example)
        fields["region"].help_text = _hint(rules.labels["region"], next(iter(rules.regions), ""))

    def typed(self, name: str) -> str:
        """Return what was posted for a field, cut to 120 characters."""
        return str(self.form.data.get(f"{self.prefix}{name}", ""))[:120] if self.form.is_bound else ""

    def leave_out(self, names: Collection[str]) -> None:
        """Ask for these parts no more, and demand no other: what needs no parcel needs no street."""
        self.is_whole = False
        for name in names:
            del self.form.fields[f"{self.prefix}{name}"]
        for name in {"postal_code", "region"} - set(names):
            self.form.fields[f"{self.prefix}{name}"].required = False

    @property
    def region(self) -> str:
        """The region as posted, by its code where it has one."""
        return addresses.region_code(self.country, self.typed("region")[:80])

    def _given(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: str(cleaned[f"{self.prefix}{name}"]) for name in NAMES if f"{self.prefix}{name}" in cleaned
        }

    def check(self, cleaned: Mapping[str, Any]) -> None:
        """Say at each field what its country does not accept, once all are well-formed."""
        given = self._given(cleaned)
        if (self.is_whole and not set(NAMES) <= set(given)) or "country" not in given:
            return
        for name, problem in addresses.problems(given).items():
            if self.is_whole or given.get(name):
                self.form.add_error(f"{self.prefix}{name}", problem)

    def address(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """Return the cleaned address as its country writes it; parts that nobody asked for are empty."""
        return addresses.normalised(dict.fromkeys(NAMES, "") | self._given(cleaned))


class TwoAddresses(forms.Form):
    """A form with two addresses, of which the second counts only while `billing_differs` is ticked."""

    company = text(gettext_lazy("Company name"), 120, "billing organization")
    billing_differs = forms.BooleanField(label=gettext_lazy("Billing address is different"), required=False)

    def ask_for_addresses(self, *, countries: list[tuple[str, str]], country: str) -> None:
        """Add the fields; the order goes to one of `countries`, `country` unless another was posted."""
        self.fields |= _address(
            "shipping",
            name=gettext_lazy("Enter the recipient's name."),
            country=gettext_lazy("We do not ship to this country yet."),
        )
        self.fields |= _address(
            "billing",
            name=gettext_lazy("Enter the name on the invoice."),
            country=gettext_lazy("Choose a country of the list."),
            prefix=BILLING,
        )
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self.fields["billing_country"].choices = list(all_countries)  # type: ignore[attr-defined]
        self.delivery = AddressPart(self, country=country)
        if self.is_bound and "billing_country" not in self.data:
            self.data = {n: self.data[n] for n in self.data} | {"billing_country": self.delivery.country}
        billed = str(self.initial.get("billing_country") or self.delivery.country)
        self.billing = AddressPart(self, BILLING, country=billed)
        self.initial.setdefault("billing_country", self.billing.country)

    @property
    def has_other_billing(self) -> bool:
        """Whether another address was asked for than that of the delivery."""
        return bool(self["billing_differs"].data)

    @property
    def billed_country(self) -> str:
        """The country that the invoice goes to."""
        return (self.billing if self.has_other_billing else self.delivery).country

    def clean(self) -> dict[str, Any]:
        """Say what each address lacks; of a billing address that is not wanted, nothing."""
        cleaned = super().clean() or {}
        if not self.has_other_billing:
            for name in NAMES:
                self.errors.pop(f"{BILLING}{name}", None)
        self.delivery.check(cleaned)
        if self.has_other_billing:
            self.billing.check(cleaned)
        return cleaned

    def addresses(self) -> dict[str, str]:
        """Return company and cleaned addresses by the names of an order's fields."""
        billing = self.billing.address(self.cleaned_data) if self.has_other_billing else {}
        other = {f"{BILLING}{name}": billing.get(name, "") for name in NAMES}
        return {**self.delivery.address(self.cleaned_data), "company": self.cleaned_data["company"], **other}


def _hint(name: str, example: str) -> str:
    """Return such as "ZIP code such as 95014"; never nothing, so that another can take its place."""
    return _("%(name)s such as %(example)s") % {"name": name, "example": example} if example else _("If any")

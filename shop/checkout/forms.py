"""The checkout form: whom to write, where to ship, how."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import email_typos
from foundation.typed_text import validate_visible
from shop import addresses
from shop.addresses.places import Destination
from shop.orders import delivery, summary
from shop.orders.placing import Contact
from shop.shipping import rates
from shop.tax import vat_numbers

ADDRESS = ("name", "line1", "line2", "postal_code", "city", "region", "country")
REGION_LIST = "region-list"  # the id of the list of regions to choose from


def _text(label: Any, length: int, autocomplete: str, *, missing: Any = "") -> forms.CharField:
    """Make a text field; it is required when there is a sentence for its being missing."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=bool(missing),
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing},
        validators=[validate_visible],
    )


class CheckoutForm(forms.Form):
    """One page: contact, address, shipping. `shown_total` is the total the buyer was shown."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("For your order confirmation and nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Enter your e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address, such as ada@example.org."),
        },
    )
    name = _text(
        gettext_lazy("Full name"), 120, "shipping name", missing=gettext_lazy("Enter the recipient's name.")
    )
    line1 = _text(
        gettext_lazy("Address"),
        120,
        "shipping address-line1",
        missing=gettext_lazy("Enter street and number."),
    )
    line2 = _text(gettext_lazy("Flat, floor or company"), 120, "shipping address-line2")
    postal_code = _text(
        gettext_lazy("Postal code"),
        20,
        "shipping postal-code",
        missing=gettext_lazy("Enter the postal code."),
    )
    city = _text(gettext_lazy("City"), 80, "shipping address-level2", missing=gettext_lazy("Enter the city."))
    region = _text(gettext_lazy("State or region"), 80, "shipping address-level1")
    region.widget.attrs["list"] = REGION_LIST
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        widget=forms.Select(attrs={"autocomplete": "shipping country"}),
        error_messages={"invalid_choice": gettext_lazy("We do not ship to this country yet.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Only for the carrier, should the parcel get stuck."),
        widget=forms.TextInput(attrs={"autocomplete": "shipping tel", "inputmode": "tel", "type": "tel"}),
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "Of a company in another country of the EU: we charge no VAT then, the company accounts for it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    shipping_rate = forms.ChoiceField(
        label=gettext_lazy("Shipping"),
        widget=forms.RadioSelect,
    )
    shown_total = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, countries: list[tuple[str, str]], country: str) -> None:
        """Offer the countries the shop ships to, `country` first chosen."""
        super().__init__(data, initial={"country": country})
        self.has_lost_rate = False
        if not vat_numbers.is_offered():
            del self.fields["vat_number"]
        self.fields["country"].choices = countries  # type: ignore[attr-defined]
        self._follow(addresses.rules_for(self.wanted_country))

    def _follow(self, rules: addresses.Rules) -> None:
        """Ask for what an address of the wanted country needs, with its own words and examples."""
        for name in ("postal_code", "city", "region"):
            self.fields[name].required = name in rules.required
        self.fields["region"].error_messages["required"] = _("Enter the state or region.")
        self.fields["postal_code"].help_text = _hint(rules.labels["postal_code"], rules.example)
        self.fields["region"].help_text = _hint(rules.labels["region"], next(iter(rules.regions), ""))
        self.regions = rules.regions

    @property
    def email_hint(self) -> str:
        """A question about an e-mail address that looks mistyped; it keeps nobody from ordering."""
        return email_typos.hint(str(self.data.get("email", "")))

    @property
    def wanted_country(self) -> str:
        """The country as posted, if the shop ships there; else the one first chosen."""
        posted = str(self.data.get("country", "")) if self.is_bound else ""
        offered = dict(self.fields["country"].choices)  # type: ignore[attr-defined]
        return posted if posted in offered else str(self.initial["country"])

    @property
    def wanted_region(self) -> str:
        """The region as posted, by its code where it has one, for the tax."""
        posted = str(self.data.get("region", ""))[:80] if self.is_bound else ""
        return addresses.region_code(self.wanted_country, posted)

    @property
    def destination(self) -> Destination:
        """Where the order goes, as far as it was posted."""
        posted = str(self.data.get("postal_code", ""))[:20] if self.is_bound else ""
        return Destination(self.wanted_country, self.wanted_region, posted)

    @property
    def typed_vat_number(self) -> str:
        """The VAT number as posted, if the shop asks for one."""
        return str(self.data.get("vat_number", ""))[:40] if "vat_number" in self.fields else ""

    @property
    def vat_problem(self) -> str:
        """What is wrong with the posted VAT number, for the wanted country; empty when nothing is."""
        return vat_numbers.problem(self.typed_vat_number, self.wanted_country)

    @property
    def wanted_vat_number(self) -> str:
        """The posted VAT number if it can stand on the order, for the tax."""
        return "" if self.vat_problem else vat_numbers.normalised(self.typed_vat_number)

    def offer(self, quotes: list[rates.Quote], currency: str) -> rates.Quote:
        """Offer these ways to ship; return the chosen one, the first unless another was posted.

        One that was posted and is not among them is an error; the first is chosen in its place.
        """
        field = self.fields["shipping_rate"]
        field.choices = [(q.key, _rate_label(q, currency)) for q in quotes]  # type: ignore[attr-defined]
        field.initial = quotes[0].key
        posted = str(self.data.get("shipping_rate", "")) if self.is_bound else ""
        chosen = next((quote for quote in quotes if quote.key == posted), quotes[0])
        if self.is_bound and posted != chosen.key:
            self.has_lost_rate = bool(posted)
            self.data = {name: self.data[name] for name in self.data} | {"shipping_rate": chosen.key}
        return chosen

    def clean(self) -> dict[str, Any]:
        """Say that the way to ship is not the one that was posted, and what the address lacks."""
        cleaned = super().clean() or {}
        if self.has_lost_rate:
            self.add_error("shipping_rate", _("Please choose one of these."))
        if self.vat_problem:
            self.add_error("vat_number", self.vat_problem)
        if set(ADDRESS) <= set(cleaned):
            for name, problem in addresses.problems(self._address()).items():
                self.add_error(name, problem)
        return cleaned

    def _address(self) -> dict[str, str]:
        return {name: str(self.cleaned_data[name]) for name in ADDRESS}

    def contact(self) -> Contact:
        """Return the cleaned contact and address."""
        address = addresses.normalised(self._address())
        return Contact(
            email=self.cleaned_data["email"],
            phone=self.cleaned_data["phone"],
            vat_number=self.wanted_vat_number,
            **address,
        )


def _hint(name: str, example: str) -> str:
    """Return such as "ZIP code such as 95014"; never nothing, so that another can take its place."""
    return _("%(name)s such as %(example)s") % {"name": name, "example": example} if example else _("If any")


def _rate_label(quote: rates.Quote, currency: str) -> str:
    """Return such as "Parcel, 2 to 3 days: $6.00", or "Pick-up in Cologne: Free"."""
    words = {"name": quote.name, "price": summary.price_or_free(quote.price_minor, currency)}
    if quote.is_pickup or quote.is_by_email:
        return _("%(name)s: %(price)s") % words
    words["days"] = delivery.in_days(quote.days_from, quote.days_to)
    return _("%(name)s, %(days)s: %(price)s") % words

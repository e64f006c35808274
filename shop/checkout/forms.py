"""The checkout form: whom to write, where to ship, how."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import email_typos
from foundation.typed_text import validate_visible
from shop.addresses.places import Destination
from shop.checkout.address_forms import BILLING, NAMES, TwoAddresses
from shop.orders import delivery, summary
from shop.orders.placing import Contact
from shop.shipping import rates
from shop.tax import rules, vat_numbers

ORDER = (
    "email",
    *NAMES,
    "phone",
    "company",
    "vat_number",
    "billing_differs",
    *(f"{BILLING}{n}" for n in NAMES),
)
TYPED = frozenset({*ORDER, "shipping_rate", "shown_total"})  # what the page sends, apart from codes
_UPDATES = {"data-hx-trigger": "change"}
_BESIDE = (
    "checkout-notices",
    "order-default",
    "order-peek",
    "ways",
    "vat-said",
    "order-summary",
    "total-said",
)
_IN_PLACE = _UPDATES | {  # its own list: parts of what is swapped in must not be swapped one by one
    "data-hx-swap": "outerHTML show:none focus-scroll:false",
    "data-hx-select-oob": ",".join(f"#{name}:innerHTML" for name in _BESIDE),
}
_UNFOLDS = _IN_PLACE | {"data-hx-target": "#billing-fields", "data-hx-select": "#billing-fields"}
_REASKS = _IN_PLACE | {"data-hx-target": "#tax-place", "data-hx-select": "#tax-place"}


class CheckoutForm(TwoAddresses):
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
    phone = forms.CharField(
        validators=[validate_visible],
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

    def __init__(
        self, data: Any = None, *, countries: list[tuple[str, str]], country: str, needs_parcel: bool = True
    ) -> None:
        """Offer these countries, `country` first chosen; ask for no street if nothing is sent by post."""
        super().__init__(data, initial={"country": country})
        self.has_lost_rate, self.needs_parcel = False, needs_parcel
        if not vat_numbers.is_offered():
            del self.fields["vat_number"]
        self.ask_for_addresses(countries=countries, country=country)
        self.fields["billing_differs"].widget.attrs |= _UNFOLDS | {"data-hx-post": reverse("shop:checkout")}
        self.fields["billing_country"].widget.attrs |= _UPDATES | {"data-hx-post": reverse("shop:checkout")}
        if not needs_parcel:
            self._ask_for_little()
        self.order_fields(ORDER)

    def _ask_for_little(self) -> None:
        """Ask where the buyer is as far as the tax there depends on it. One query."""
        needed = rules.parts_that_matter(self.wanted_country)
        self.delivery.leave_out({"line1", "line2", "postal_code", "city", "region"} - needed)
        del self.fields["phone"]
        self.fields["name"].error_messages["required"] = _("Enter your name.")
        self.fields["country"].error_messages["invalid_choice"] = _("Choose a country of the list.")
        self.fields["country"].widget.attrs |= _REASKS | {"data-hx-post": reverse("shop:checkout")}

    @property
    def email_hint(self) -> str:
        """A question about an e-mail address that looks mistyped; it keeps nobody from ordering."""
        return email_typos.hint(str(self.data.get("email", "")))

    @property
    def wanted_country(self) -> str:
        """The country as posted, if the shop ships there; else the one first chosen."""
        return self.delivery.country

    @property
    def wanted_region(self) -> str:
        """The region as posted, by its code where it has one, for the tax."""
        return self.delivery.region

    @property
    def is_for_company(self) -> bool:
        """Whether the part about companies has something in it, or something to say."""
        typed = any(str(self.data.get(name, "")).strip() for name in ("company", "vat_number"))
        return typed or self.has_error("company") or self.has_error("vat_number")

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
        """What is wrong with the posted VAT number, for the invoice's country; empty when nothing is."""
        return vat_numbers.problem(
            self.typed_vat_number, self.billed_country, is_billed_apart=self.has_other_billing
        )

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
        cleaned = super().clean()
        if self.has_lost_rate:
            self.add_error("shipping_rate", _("Please choose one of these."))
        if self.vat_problem:
            self.add_error("vat_number", self.vat_problem)
        return cleaned

    def contact(self) -> Contact:
        """Return the cleaned contact and address."""
        return Contact(
            email=self.cleaned_data["email"],
            phone=self.cleaned_data.get("phone", ""),
            vat_number=self.wanted_vat_number,
            **self.addresses(),
        )


def _rate_label(quote: rates.Quote, currency: str) -> str:
    """Return such as "Parcel, 2 to 3 days: $6.00", or "Pick-up in Cologne: Free"."""
    words = {"name": quote.name, "price": summary.price_or_free(quote.price_minor, currency)}
    if quote.is_pickup or quote.is_by_email:
        return _("%(name)s: %(price)s") % words
    words["days"] = delivery.in_days(quote.days_from, quote.days_to)
    return _("%(name)s, %(days)s: %(price)s") % words

"""The forms of staff who mend an order: its e-mail and addresses, a mail sent again, a note."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries as all_countries

from foundation import edit_conflicts
from foundation.models import OutboxMail
from foundation.typed_text import validate_visible
from shop.backoffice import corrections
from shop.backoffice.tables import moment
from shop.checkout.address_forms import BILLING, NAMES, TwoAddresses
from shop.orders.models import Order
from shop.tax import vat_numbers

ORDER = (
    "email", *NAMES, "phone", "company", "vat_number", "billing_differs",
    *(f"{BILLING}{name}" for name in NAMES),
)  # fmt: skip


class CorrectionForm(TwoAddresses):
    """What can still be corrected; `shown` is what the page showed, so that nobody's save is undone."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter the buyer's e-mail address."),
            "invalid": gettext_lazy("Enter an e-mail address, such as ada@example.org."),
        },
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, required=False, validators=[validate_visible]
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("For the invoice. The tax that was paid stays as it is."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, order: Order) -> None:
        """Show what the order says."""
        values = corrections.values_of(order)
        initial = values | {"billing_differs": order.has_other_billing, "shown": corrections.shown(order)}
        if not order.has_other_billing:
            del initial["billing_country"]
        super().__init__(data, initial=initial)
        self.order = order
        self.ask_for_addresses(countries=list(all_countries), country=str(order.country))
        self._leave_out_what_stays(values)
        if not (vat_numbers.is_offered() or order.vat_number):
            del self.fields["vat_number"]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # the buyer's, not those of who types
        self.order_fields(ORDER)

    def _leave_out_what_stays(self, values: dict[str, str]) -> None:
        left_out = set(NAMES) if corrections.has_left(self.order) else set()
        if self.order.is_by_email and not left_out:
            left_out = {name for name in NAMES if name not in {"name", "country"} and not values[name]}
        if left_out:
            self.delivery.leave_out(left_out)
        if not set(corrections.BEFORE_IT_SHIPS) <= set(corrections.fields_of(self.order)):
            del self.fields["phone"]

    def clean(self) -> dict[str, Any]:
        """Check the VAT number against the country of the invoice, at whichever field was changed."""
        cleaned = super().clean()
        typed = str(cleaned.get("vat_number", ""))
        mistake = vat_numbers.problem(typed, self._billed(), is_billed_apart=self.has_other_billing)
        number = vat_numbers.normalised(typed) if typed.strip() else ""
        if mistake and number and number == self.order.vat_number:
            field = "billing_country" if self.has_other_billing or "country" not in self.fields else "country"
            text = _("The order has the VAT number %(number)s, which is of another country.")
            self.add_error(field, text % {"number": number})
        elif mistake:
            self.add_error("vat_number", mistake)
        cleaned["vat_number"] = number
        return cleaned

    def take_over(self) -> "CorrectionForm":
        """Return the form as it was typed, with all that nobody touched as the order says it by now."""
        before = edit_conflicts.read(self.order, self.data.get("shown", ""))
        shown = before.rows[edit_conflicts.OWN] if before else {}
        present, typed = corrections.values_of(self.order), dict(self.data.items())
        typed["shown"] = corrections.shown(self.order)
        is_untouched = bool(typed.get("billing_differs")) == bool(shown.get("billing_country"))
        if is_untouched and self.order.has_other_billing != bool(typed.get("billing_differs")):
            typed["billing_differs"] = "on" if self.order.has_other_billing else ""
        for name, value in present.items():
            if name in shown and typed.get(name, "") in (shown[name], self._unsaid(name, shown)):
                typed[name] = value or self._unsaid(name, present)
        return CorrectionForm(typed, order=self.order)

    def _unsaid(self, name: str, values: Mapping[str, str]) -> str:
        """Return what a field holds that has no value: the billing country follows the other."""
        return values["country"] if name == "billing_country" and not values[name] else values[name]

    def _billed(self) -> str:
        if self.has_other_billing or "country" in self.fields:
            return self.billed_country
        return str(self.order.country)

    @property
    def wanted(self) -> dict[str, str]:
        """What the order should say, of all that was asked for."""
        typed = {name: str(self.cleaned_data.get(name, "")) for name in ("email", "phone", "vat_number")}
        asked = set(corrections.AT_ANY_TIME) | set(self.fields)
        return {name: text for name, text in (self.addresses() | typed).items() if name in asked}


class ResendForm(forms.Form):
    """One of the mails that the buyer had. `mails_so_far` tells a second press from the first."""

    mail = forms.ChoiceField(
        label=gettext_lazy("Mail"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the mails of this order.")},
    )
    mails_so_far = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, mails: list[OutboxMail], count: int) -> None:
        """Offer these mails, the newest first."""
        super().__init__(data, initial={"mails_so_far": count})
        choices = [(str(mail.pk), f"{mail.subject} · {moment(mail.created_at)}") for mail in reversed(mails)]
        self.fields["mail"].choices = choices  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note that only the staff sees."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        validators=[validate_visible],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only the staff sees it. It cannot be changed afterwards."),
        error_messages={"required": gettext_lazy("Write something first.")},
    )

"""Forms of the staff: issue a card, send a new code, change what is on a card."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.typed_text import validate_visible
from shop.giftcards.issuing import new_reference
from shop.giftcards.models import MOST_MINOR, GiftCard, GiftCardMovement
from shop.money_form import MoneyField


def reference_field() -> forms.RegexField:
    """Return the hidden name of an act, which a form that is sent twice carries twice."""
    return forms.RegexField(
        r"^desk \d{4}-\d\d-\d\d [0-9a-f]{6}$", widget=forms.HiddenInput, initial=new_reference
    )


def _more_than_nothing(amount_minor: int) -> None:
    if amount_minor < 1:
        raise ValidationError(_("Enter more than 0."), code="nothing")


class IssueForm(forms.ModelForm[GiftCard]):
    """A card that nobody bought: its value, and where its code is mailed."""

    amount = MoneyField(label=_("Amount"), largest=MOST_MINOR)
    reference = reference_field()

    class Meta:
        model = GiftCard
        fields = ["recipient", "note", "expires_on"]
        help_texts = {"recipient": _("The code is mailed to this address, and shown nowhere else.")}

    def clean_amount(self) -> int:
        """Return minor units. Raises ValidationError for nothing."""
        amount_minor: int = self.cleaned_data["amount"]
        _more_than_nothing(amount_minor)
        return amount_minor

    def clean_expires_on(self) -> Any:
        """Return the last day or None. Raises ValidationError for a day that is over."""
        day = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("This day is over: the card could never pay."), code="over")
        return day

    def clean_reference(self) -> str:
        """Return the name of the act. Raises ValidationError when it has issued a card already."""
        reference: str = self.cleaned_data["reference"]
        if GiftCardMovement.objects.filter(kind=GiftCardMovement.Kind.ISSUED, reference=reference).exists():
            self.add_error(None, sent_twice())
        return reference


def sent_twice() -> str:
    """Return what staff reads whose form arrives a second time."""
    return str(_("This card was issued already: the form was sent twice."))


class FactsForm(forms.ModelForm[GiftCard]):
    """What the staff may change of a card that is there."""

    class Meta:
        model = GiftCard
        fields = ["expires_on", "note"]


class StepForm(forms.Form):
    """A step that asks for nothing but to be taken; the others add their fields."""

    def __init__(self, *args: Any, card: GiftCard, **kwargs: Any) -> None:
        """Take the card that it is about."""
        super().__init__(*args, **kwargs)
        self.card = card


class NewCodeForm(StepForm):
    """Where a new code goes. `code_number` is that of the code which the page showed as lost."""

    recipient = forms.EmailField(
        label=_("Recipient"), max_length=254, help_text=_("The new code is mailed to this address.")
    )
    code_number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, card: GiftCard, **kwargs: Any) -> None:
        """Propose the card's own address."""
        initial = {"recipient": card.recipient, "code_number": card.code_number}
        super().__init__(*args, card=card, initial=initial, **kwargs)

    def clean_code_number(self) -> int:
        """Return the number of the lost code. Raises ValidationError when it was replaced since."""
        number: int = self.cleaned_data["code_number"]
        if number != self.card.code_number:
            self.add_error(None, _("A new code was sent already. Load this page again to send another one."))
        return number


class BalanceForm(StepForm):
    """How much comes onto a card or goes off it, and why."""

    ADD, TAKE = "add", "take"

    direction = forms.ChoiceField(
        label=_("What to do"), widget=forms.RadioSelect,
        choices=[(ADD, _("put value on the card")), (TAKE, _("take value off the card"))],
    )  # fmt: skip
    reason = forms.CharField(
        validators=[validate_visible],
        label=_("Reason"), max_length=200, help_text=_("It stays in the book of this card."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reference = reference_field()

    def __init__(self, *args: Any, card: GiftCard, **kwargs: Any) -> None:
        """Ask for an amount in the card's own currency."""
        super().__init__(*args, card=card, **kwargs)
        self.fields["amount"] = MoneyField(currency=card.currency, label=_("Amount"), largest=MOST_MINOR)
        self.order_fields(["direction", "amount", "reason"])

    def clean_amount(self) -> int:
        """Return minor units. Raises ValidationError for nothing."""
        amount_minor: int = self.cleaned_data["amount"]
        _more_than_nothing(amount_minor)
        return amount_minor

    @property
    def delta_minor(self) -> int:
        """The change of a valid form, in minor units."""
        sign = 1 if self.cleaned_data["direction"] == self.ADD else -1
        return sign * int(self.cleaned_data["amount"])

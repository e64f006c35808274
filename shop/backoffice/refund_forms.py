"""What the staff wants to refund: everything, or units of lines, shipping and an amount, checked exactly."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.typed_text import validate_visible
from shop.backoffice.desk import Refundable, Wish
from shop.backoffice.forms import UNITS, UnitsField
from shop.money import Money
from shop.money_form import MoneyField
from shop.orders.models import Order
from shop.payments import refunds

EVERYTHING, PART = "everything", "part"
PLAIN_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


class AmountField(MoneyField):
    """An amount in the order's currency, typed as `10.00`; empty is the amount of what was chosen."""

    def __init__(self, *, currency: str) -> None:
        """Take the currency."""
        example = f"{Money(1000, currency).decimal:f}"
        mistake = format_lazy(
            gettext_lazy("Enter an amount in {currency}, such as {example}."),
            currency=currency, example=example,
        )  # fmt: skip
        super().__init__(
            currency=currency,
            required=False,
            label=gettext_lazy("Another amount"),
            help_text=_("In %(currency)s. Empty: the price of what you chose.") % {"currency": currency},
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": mistake, "max_value": mistake, "max_decimal_places": mistake},
        )

    def to_python(self, value: Any) -> Any:
        """Return the decimal. Raises ValidationError for all but plain digits with a point."""
        text = str(value or "").strip()
        if text and not PLAIN_AMOUNT.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class RefundForm(forms.Form):
    """What goes back and why; the choices that an order does not have are left out."""

    what = forms.ChoiceField(
        label=gettext_lazy("What goes back"), widget=forms.RadioSelect, initial=EVERYTHING
    )
    shipping = forms.BooleanField(label=gettext_lazy("Shipping"), required=False)
    restock = forms.ChoiceField(
        label=gettext_lazy("The instruments"),
        choices=[("yes", gettext_lazy("go back into stock")), ("no", gettext_lazy("do not come back"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        validators=[validate_visible],
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For your own records."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, data: Any = None, *, order: Order, rest: Refundable, proposed: Mapping[str, Any] | None = None
    ) -> None:
        """Propose what fits: a parcel that never left is still on the shelf. `proposed` goes by field."""
        is_here = order.fulfilment == Order.Fulfilment.UNFULFILLED
        initial = {"restock": "yes" if is_here else "no", **(proposed or {})}
        super().__init__(data, auto_id="refund_%s", initial=initial)
        self.order, self.rest = order, rest
        self.order_lines = {line.pk: line for line in order.lines.all()}
        self._name_choices()
        too_many = _("Only %(limit_value)s can go back.")
        for pk, most in rest.units.items():
            self.fields[f"{UNITS}{pk}"] = UnitsField(self.order_lines[pk], most=most, too_many=too_many)
        self.fields["amount"] = AmountField(currency=order.currency)
        if not rest.has_shipping:
            del self.fields["shipping"]
        if not rest.units:
            del self.fields["restock"]  # nothing is sold any more, so nothing comes back
        self.order_fields(["what", *(f"{UNITS}{pk}" for pk in rest.units), "shipping", "amount"])

    def _name_choices(self) -> None:
        everything = _("everything that is left: %(amount)s") % {
            "amount": self._display(self.rest.left_minor)
        }
        self.fields["what"].choices = [(EVERYTHING, everything), (PART, _("a part"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself and what is not there to be refunded."""
        cleaned: dict[str, Any] = super().clean() or {}
        self._refuse_other_lines()
        if self.errors:
            return cleaned
        if mistake := next(self._mistakes(), None):
            self.add_error(*mistake)
        return cleaned

    def _refuse_other_lines(self) -> None:
        """Name units of lines that have nothing open, or that belong to another order."""
        for name in self.data:
            if not name.startswith(UNITS) or name in self.fields or not str(self.data[name]).strip("0 "):
                continue
            line = next((n for pk, n in self.order_lines.items() if name == f"{UNITS}{pk}"), None)
            if line is None:
                self.add_error(None, _("One of the lines is not part of this order."))
            else:
                self.add_error(None, _("Nothing of %(line)s is left to refund.") % {"line": line.title})

    def _mistakes(self) -> Iterator[tuple[str, str]]:
        is_part_chosen = bool(self._typed_units or self._has_shipping or self._typed_minor is not None)
        if self.is_everything and is_part_chosen:
            yield "what", _("Choose “a part” for what you filled in below, or empty it.")
        if not self.is_everything and not is_part_chosen:
            yield "what", _("Choose units, shipping or an amount below.")
        if self._typed_minor == 0:
            yield "amount", _("Enter more than 0, or leave it empty.")
        if self.amount_minor > self.rest.left_minor:
            left = self._display(self.rest.left_minor)
            yield "amount", _("Only %(left)s is left to refund.") % {"left": left}
        if why_not := self._cards_kept:
            yield "amount", why_not
        if not self.amount_minor:
            yield "amount", _("What you chose costs nothing: enter an amount.")
        if self.is_restocking and not self.units:
            yield "restock", _("Choose above how many units come back into stock.")

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """The fields of the lines."""
        return [self[f"{UNITS}{pk}"] for pk in self.rest.units]

    @property
    def is_everything(self) -> bool:
        """Whether all that is left goes back."""
        return bool(self.cleaned_data.get("what") == EVERYTHING)

    @property
    def is_restocking(self) -> bool:
        """Whether the units go back on the shelf."""
        return bool(self.cleaned_data.get("restock") == "yes")

    @property
    def units(self) -> Mapping[int, int]:
        """Line id -> units that go back."""
        return self.rest.units if self.is_everything else self._typed_units

    @property
    def includes_shipping(self) -> bool:
        """Whether shipping goes back."""
        return self.rest.has_shipping if self.is_everything else self._has_shipping

    @cached_property
    def proposed_minor(self) -> int:
        """Return what units and shipping are worth, in minor units. Queries of refunds.proposal()."""
        worth = refunds.proposal(self.order, units=self.units, includes_shipping=self.includes_shipping)
        return worth.total_minor

    @property
    def on_card(self) -> str:
        """What of it goes back onto gift cards, formatted; empty for nothing."""
        if self.is_everything:
            worth = refunds.left(self.order)
        elif self._typed_minor is not None:
            worth = refunds.of_amount(self.order, self._typed_minor)
        else:
            worth = refunds.proposal(self.order, units=self.units, includes_shipping=self.includes_shipping)
        return self._display(worth.card_minor) if worth.card_minor else ""

    @property
    def amount_minor(self) -> int:
        """What goes back, in minor units."""
        if self.is_everything:
            return self.rest.left_minor
        return self.proposed_minor if self._typed_minor is None else self._typed_minor

    @property
    def parts(self) -> list[str]:
        """What goes back, in words."""
        parts = [f"{count} × {self.order_lines[pk].title}" for pk, count in self.units.items()]
        return [*parts, _("Shipping")] if self.includes_shipping else parts

    @property
    def worth(self) -> str:
        """What the parts are worth, formatted, when another amount goes back."""
        is_other = self.parts and not self.is_everything and self.proposed_minor != self.amount_minor
        return self._display(self.proposed_minor) if is_other else ""

    @property
    def restock_text(self) -> str:
        """What becomes of the stock, in words."""
        if self.is_restocking:
            return _("The instruments go back into stock.")
        if self.units:
            return _("The instruments do not come back; the stock stays as it is.")
        return _("No instruments come back; the stock stays as it is.")

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        return Wish(
            units=self.units,
            includes_shipping=self.includes_shipping,
            is_everything=self.is_everything,
            amount_minor=self._typed_minor,
            restock=self.is_restocking,
            reason=self.cleaned_data["reason"],
        )

    @property
    def _typed_units(self) -> dict[int, int]:
        chosen = {pk: self.cleaned_data.get(f"{UNITS}{pk}") or 0 for pk in self.rest.units}
        return {pk: count for pk, count in chosen.items() if count}

    @property
    def _has_shipping(self) -> bool:
        return bool(self.cleaned_data.get("shipping"))

    @property
    def _cards_kept(self) -> str:
        if self.is_everything or self._typed_minor is None:
            return ""
        return refunds.cards_kept(self.order, units=self.units, amount_minor=self._typed_minor)

    @property
    def _typed_minor(self) -> int | None:
        amount: int | None = self.cleaned_data.get("amount")
        return amount

    def _display(self, amount_minor: int) -> str:
        return Money(amount_minor, self.order.currency).display()

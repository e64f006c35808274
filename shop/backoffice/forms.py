"""The form of a parcel that leaves; refund_forms.py has the other of an order's page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import edit_conflicts
from foundation.typed_text import validate_visible
from shop.backoffice import corrections
from shop.orders.models import Order, OrderLine
from shop.shipping.models import Carrier

UNITS = "units_"  # and the line's id: the name of its field


class UnitsField(forms.IntegerField):
    """How many units of a line, in plain digits; empty is none."""

    def __init__(self, line: OrderLine, *, most: int, too_many: str, **options: Any) -> None:
        """Take the line, how many of its units there are, and what to say (%(limit_value)s) of more."""
        super().__init__(
            label=line.title,
            required=False,
            max_value=most,
            help_text=_("0 to %(most)s") % {"most": most},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={
                "invalid": gettext_lazy("Enter a whole number, such as 1."),
                "max_value": too_many,
            },
            **options,
        )

    def to_python(self, value: Any) -> int:
        """Return the units. Raises ValidationError for signs, fractions and digits of other scripts."""
        text = str("" if value is None else value).strip()
        if text and not (text.isascii() and text.isdigit()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text) or 0


class ShipForm(forms.Form):
    """A parcel that leaves: who carries it, and how many units of each line are in it.

    What is fetched at the shop has no carrier. `shown_left` is how many units the page showed as left.
    """

    carrier = forms.CharField(
        validators=[validate_visible],
        label=gettext_lazy("Carrier"),
        max_length=60,
        help_text=gettext_lazy("One of your carriers gives the buyer a link; any other name will do."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "ship_carriers"}),
    )
    tracking_number = forms.CharField(
        validators=[validate_visible],
        label=gettext_lazy("Tracking number"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("The buyer gets it by mail."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shown_left = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, order: Order, left: Mapping[int, int]) -> None:
        """Propose all that is left; keep the ids apart from the other form of the page."""
        super().__init__(data, auto_id="ship_%s")
        self.order, self.left, self.units_left = order, left, sum(left.values())
        lines = {line.pk: line for line in order.lines.all()}
        too_many = _("Only %(limit_value)s left to ship.")
        for pk, most in left.items():
            self.fields[f"{UNITS}{pk}"] = UnitsField(lines[pk], most=most, too_many=too_many, initial=most)
        if order.is_pickup:
            del self.fields["carrier"], self.fields["tracking_number"]

    @property
    def carriers(self) -> list[str]:
        """The names to choose a carrier from. One query."""
        return list(Carrier.objects.values_list("name", flat=True))

    @property
    def opened(self) -> str:
        """The address that the page shows, signed: a parcel goes there or not at all."""
        return corrections.shown(self.order, corrections.BEFORE_IT_SHIPS)

    @property
    def unit_fields(self) -> list[forms.BoundField]:
        """The fields of the lines."""
        return [self[f"{UNITS}{pk}"] for pk in self.left]

    def clean(self) -> dict[str, Any]:
        """Refuse a parcel with nothing in it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and self.left and self.units is not None and not self.units:
            self.add_error(f"{UNITS}{next(iter(self.left))}", _("Choose at least one unit for the parcel."))
        return cleaned

    @property
    def units(self) -> dict[int, int] | None:
        """Line id -> units in the parcel; None when no line was spoken of: all that is left."""
        if not any(name.startswith(UNITS) for name in self.data):
            return None
        chosen = {pk: self.cleaned_data.get(f"{UNITS}{pk}") or 0 for pk in self.left}
        return {pk: count for pk, count in chosen.items() if count}

    @property
    def parcel(self) -> dict[str, Any]:
        """What a valid form says of the parcel, for desk.ship()."""
        return {
            "carrier": self.cleaned_data.get("carrier") or _("Pick-up"),
            "tracking_number": self.cleaned_data.get("tracking_number", ""),
            "units": self.units,
            "shown_left": self.cleaned_data.get("shown_left"),
            "shown": self.data.get(edit_conflicts.FIELD),
        }

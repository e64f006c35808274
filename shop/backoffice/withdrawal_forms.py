"""What the staff fills in about parcels that arrived and withdrawals that are refused."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import edit_conflict_words, edit_conflicts
from foundation.typed_text import validate_visible
from shop.backoffice import corrections
from shop.orders.models import Order, Shipment


class DayField(forms.DateField):
    """The day on which a parcel arrived; empty while nobody knows."""

    def __init__(self, shipment: Shipment) -> None:
        """Take the parcel, which cannot have arrived before it left."""
        self.shipped_on = timezone.localdate(shipment.shipped_at)
        limits = {"min": self.shipped_on.isoformat(), "max": timezone.localdate().isoformat()}
        super().__init__(
            label=str(shipment) or _("Parcel"),
            required=False,
            initial=shipment.delivered_on,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "date", **limits}, format="%Y-%m-%d"),
            error_messages={"invalid": gettext_lazy("Enter a day such as 2026-11-30.")},
        )

    def validate(self, value: Any) -> None:
        """Refuse days before the parcel left, and days to come."""
        super().validate(value)
        if value and value > timezone.localdate():
            raise ValidationError(_("Enter today or a day before."))
        if value and value < self.shipped_on:
            words = {"day": date_format(self.shipped_on, "j F Y")}
            raise ValidationError(_("It left on %(day)s: enter that day or a later one.") % words)


class DeliveryForm(forms.Form):
    """The day of delivery of each parcel of an order."""

    def __init__(self, data: Any = None, *, order: Order) -> None:
        """Show a field for each parcel that left. One query."""
        super().__init__(data, auto_id="delivery_%s")
        self.order = order
        self.shipments = list(order.shipments.all())
        for shipment in self.shipments:
            self.fields[f"delivered_{shipment.pk}"] = DayField(shipment)

    @property
    def opened(self) -> str:
        """The days that the page shows, signed."""
        return edit_conflicts.carry(self.order, self._facts())

    def overtaken(self, *, staff: Any) -> list[str]:
        """Return who changed which day since the page was opened. The order must be locked. Three queries."""
        self.shipments = list(self.order.shipments.all())
        labels = {f"delivered_{shipment.pk}": str(shipment) or _("Parcel") for shipment in self.shipments}
        return edit_conflict_words.overtaken(
            self.order, self.data.get(edit_conflicts.FIELD), self._facts(), labels=labels, user=staff,
            saved_since=lambda at: corrections.last_event(self.order, at),
        )  # fmt: skip

    def _facts(self) -> dict[str, str]:
        days = {f"delivered_{shipment.pk}": shipment.delivered_on for shipment in self.shipments}
        return {name: day.isoformat() if day else "" for name, day in days.items()}

    @property
    def days(self) -> list[tuple[Shipment, date | None]]:
        """Each parcel that was spoken of, with its day."""
        names = [(shipment, f"delivered_{shipment.pk}") for shipment in self.shipments]
        return [(shipment, self.cleaned_data[name]) for shipment, name in names if name in self.data]


class RefusalForm(forms.Form):
    """Why a withdrawal is refused."""

    reason = forms.CharField(
        validators=[validate_visible],
        label=gettext_lazy("Why you refuse it"),
        max_length=300,
        help_text=gettext_lazy("The buyer reads it, such as: the seal was broken."),
        error_messages={"required": gettext_lazy("Say why: the buyer reads it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None) -> None:
        """Keep the ids apart from the other forms of the page."""
        super().__init__(data, auto_id="refusal_%s")

"""The forms of an order's page in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order


class ShipForm(forms.Form):
    """The parcel that leaves."""

    carrier = forms.CharField(
        label=_("Carrier"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    tracking_number = forms.CharField(
        label=_("Tracking number"),
        max_length=80,
        required=False,
        help_text=_("The buyer gets it by mail."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None) -> None:
        """Keep the ids apart from the other form of the page."""
        super().__init__(data, auto_id="ship_%s")


class RefundForm(forms.Form):
    """What becomes of the instruments and why; `shown` is the amount in minor units on the second step."""

    restock = forms.ChoiceField(
        label=_("The instruments"),
        choices=[("yes", _("go back into stock")), ("no", _("do not come back"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        help_text=_("For your own records."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, order: Order) -> None:
        """Propose what fits: a parcel that never left is still on the shelf."""
        is_here = order.fulfilment == Order.Fulfilment.UNFULFILLED
        super().__init__(data, auto_id="refund_%s", initial={"restock": "yes" if is_here else "no"})
        if order.hold != Order.Hold.CONSUMED:
            del self.fields["restock"]  # nothing was sold, so nothing comes back

    @property
    def is_restocking(self) -> bool:
        """Whether the sold units go back on the shelf."""
        return self.cleaned_data.get("restock") == "yes"

    @property
    def restock_text(self) -> str:
        """What the staff chose for the stock, in words."""
        if "restock" not in self.fields:
            return str(_("Nothing was sold, so the stock stays as it is."))
        if self.is_restocking:
            return str(_("The instruments go back into stock."))
        return str(_("The instruments do not come back; the stock stays as it is."))

"""The form of a parcel that leaves; refund_forms.py has the other of an order's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


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
